"""The rules of the house, each a function that takes what it judges, proven with a planted fault."""
