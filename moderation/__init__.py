"""One queue for everything that people write, decisions with reasons, and an append-only log.

It stands below the features: they register what can be reviewed (``moderation.registry``) and open cases for it.
"""
