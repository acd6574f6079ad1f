"""Is a definition sound? Every fault with its place, before anything is published. Pure Python."""
