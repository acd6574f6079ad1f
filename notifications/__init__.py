"""What happened, to whom, and by which channel they are told."""
