"""Pages of the desk, one file for each part of the work."""
