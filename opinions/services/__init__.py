"""Writes and rules of the drafter's desk."""
