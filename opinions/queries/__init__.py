"""Reads of the drafter's desk."""
