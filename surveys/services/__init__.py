"""What may be done with surveys. Services flush, never commit."""
