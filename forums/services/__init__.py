"""Writes and rules of the boards."""
