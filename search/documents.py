"""What is searched: one flat document for a row of any kind. Pure."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["SearchDocument"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One row as the index knows it. `type` and `id` together are its key: adding it again replaces it.

    Only what everybody may see is ever made into a document; the page takes address, status and author from the
    database, by key. `created_at` is UTC and aware.
    """

    type: str  # "comment", "provision", …: the name under which the feature registered it
    id: int
    consultation_id: int
    version_id: int | None
    lineage_id: int | None  # None: about the whole draft
    citation: str  # "điểm đ khoản 2 Điều 7"; searched, and shown in counts per provision
    title: str
    body: str
    created_at: datetime
    stance: str | None = None
    contributor: str | None = None  # the public name, searched too
