"""Ask for indexing, do it, make the index anew, compare it with the database, and search it."""

from search.services.building import heal, rebuild, request_rebuild, step
from search.services.completing import suggest
from search.services.finding import Findings, Found, Notice, ProvisionCount, exists, find, keys
from search.services.indexing import index, request_indexing
from search.services.opening import BULK, REBUILD, TOPIC, engine
from search.services.state import IndexState, index_state
from search.services.verifying import Difference, verify

__all__ = [
    "BULK",
    "REBUILD",
    "TOPIC",
    "Difference",
    "Findings",
    "Found",
    "IndexState",
    "Notice",
    "ProvisionCount",
    "engine",
    "exists",
    "find",
    "heal",
    "index",
    "index_state",
    "keys",
    "rebuild",
    "request_indexing",
    "request_rebuild",
    "step",
    "suggest",
    "verify",
]
