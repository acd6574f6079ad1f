"""Writes and rules of consultations."""
