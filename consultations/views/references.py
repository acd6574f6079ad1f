"""References in the words of a published version as links: found once for each version, and kept."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from flask import current_app

from consultations.queries import places, tree
from consultations.queries.places import Place, Surroundings
from consultations.queries.reading import PublishedDocument
from consultations.queries.references import References, find_references, mark

VERSIONS_KEPT = 60
"""The longest code has some 1,300 references: 0.3 MB; most drafts have a tenth of that."""

_kept: "OrderedDict[tuple[str, int], References]" = OrderedDict()
_lock = Lock()


def load_marked_tree(document: PublishedDocument) -> Sequence[tree.Node]:
    """The tree of a published version, its references found. One statement."""
    nodes = tree.load_tree(document.version_id)
    references = _find(document.version_id)
    if references is None:
        references = _keep(document.version_id, find_references(nodes, document.title))
    mark(tree.roots(nodes), references)
    return nodes


def load_marked_surroundings(place: Place) -> Surroundings:
    """A provision and what stands around it, its references found. One statement, and none for a whole document."""
    if place.provision_id is None:
        return Surroundings()
    references = _find(place.version_id)
    if references is None:
        nodes = tree.load_tree(place.version_id)
        references = _keep(place.version_id, find_references(nodes, place.document_title))
        around = places.surroundings_in(nodes, place)
    else:
        around = places.get_surroundings(place)
    for node in (*around.above, *around.shown):
        node.references = references.get(node.anchor, ())
    return around


def _key(version_id: int) -> tuple[str, int]:
    # The instance is part of the key because two databases in one process (tests) number their versions alike.
    return current_app.config["DANBAN_INSTANCE"], version_id


def _find(version_id: int) -> References | None:
    key = _key(version_id)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _keep(version_id: int, references: References) -> References:
    with _lock:
        _kept[_key(version_id)] = references
        while len(_kept) > VERSIONS_KEPT:
            _kept.popitem(last=False)
    return references
