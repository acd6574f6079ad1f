"""Boards on which people speak with each other and with officials: board → topic → post."""
