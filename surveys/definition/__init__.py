"""A survey as data: pages, items, questions, conditions; checked before it is published. Pure Python."""
