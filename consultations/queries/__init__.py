"""Reads of consultations: `select()` only, typed results. Import the module that holds what you ask for."""
