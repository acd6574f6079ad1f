"""What is asked next, what is kept, how far there is to go: given a definition and the answers so far. Pure Python."""
