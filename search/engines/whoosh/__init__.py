"""The default engine: Whoosh files in a folder. Only the files of this folder know Whoosh.

Why this package, and how little of it: docs/adr/0002-whoosh-package.md. It keeps the postings, positions and stored
texts, and their life on disk: immutable segments, a table of contents replaced by renaming, a lock that the system
frees when its holder dies. Finding and ranking is `ranking`'s.
"""

from search.engines.whoosh.files import WhooshEngine

__all__ = ["WhooshEngine"]
