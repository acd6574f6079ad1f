"""Mend the tree of a version that is not published: one function a step, each kept so that it can be undone.

Every step says what the person saw (``seen``: the node's fingerprint); where that has changed since, nothing is done
(Conflict). A step that breaks a rule of the tree changes nothing either (RuleBroken). No step loses words: a step
keeps them in their order, but for moving up and down, and for what a person types.
"""

from dataclasses import dataclass

from accounts.models import Person
from consultations.models import EditAction, TreeEdit, Version
from consultations.queries.mending import Item, Tree, read_steps
from consultations.services.mending import Mending, apply, difference, hold, new_key, store
from consultations.services.pairing import ask_again_if_new
from core import clock
from core.db import db
from core.errors import Conflict, RuleBroken
from core.i18n import gettext as _
from core.text import clean
from legal.markers import find_form, find_mark
from legal.nodes import Kind
from legal.printed import printed_mark, printed_words

LEAVES = (Kind.PREAMBLE, Kind.SIGNATURE, Kind.TABLE, Kind.PARAGRAPH)
HEADED = (Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.ARTICLE, Kind.HEADING, Kind.APPENDIX)
MAX_DEPTH = 20


@dataclass(frozen=True)
class Words:
    """What a drafter may type about a node."""

    kind: Kind
    number: str
    heading: str
    text: str


@dataclass(frozen=True)
class Press:
    """Who does a step on which node, and what they saw of it."""

    version: Version
    key: int
    seen: str
    by: Person


def printed(item: Item) -> str:
    """The words of a node as paper prints them: mark, heading, text."""
    mark = f"{item.form} {item.number}" if item.form else printed_mark(item.kind, item.number)
    return printed_words(item.kind, mark, item.heading, item.text)


def change(press: Press, words: Words) -> TreeEdit | None:
    """Kind, number, heading and text; None when nothing differs. What is not edited stays to the letter."""
    held, item = _held(press)
    item.kind, item.number = words.kind, _unless_same(item.number, words.number)
    item.heading, item.text = _unless_same(item.heading, words.heading), _unless_same(item.text, words.text)
    item.form = item.form if words.kind is Kind.HEADING and item.number else ""
    return _keep(held, item, EditAction.CHANGED, press)


def split(press: Press, first: str, second: str, *, inside: bool) -> Item:
    """The text in two: the second part becomes the next node (with the children), or (``inside``) the first child.

    A mark that the second part begins with ("2.", "Điều 5.") gives its kind and number; without one it is a paragraph,
    or, where it takes the children along, of the kind of the first.
    """
    held, item = _held(press)
    if not second.strip():
        raise RuleBroken(_("Hãy chuyển phần cần tách sang ô dưới."), "second")
    if _squashed(first + second) != _squashed(item.text):
        raise RuleBroken(
            _("Hai phần ghép lại phải đúng bằng lời văn đang có. Muốn sửa chữ, hãy sửa trước rồi tách."), "second"
        )
    item.text = first
    made = _read(new_key(press.version), second, item)
    made.quoted = item.quoted
    held.tree.items[made.key] = made
    if inside:
        _put(held.tree, made, item, 0)
    else:
        if made.kind in LEAVES and item.children:
            made.kind = item.kind
        _put(held.tree, made, item.parent, held.tree.siblings(item).index(item) + 1)
        for child in item.children:
            child.parent = made
        made.children, item.children = item.children, []
    _keep(held, item, EditAction.SPLIT, press, touched=[item, made])
    return made


def merge(press: Press) -> None:
    """The next node (the first child, or else the next sibling) goes into this one, its mark with its words."""
    held, item = _held(press)
    tree = held.tree
    other = tree.following(item)
    if other is None:
        raise RuleBroken(_("Không có điều khoản nào đứng sau ở cùng cấp để gộp."))
    if other.quoted is not item.quoted:
        raise RuleBroken(_("Không gộp được phần trích dẫn với phần không trích dẫn."))
    item.text = "\n".join(part for part in (item.text, printed(other)) if part)
    tree.siblings(other).remove(other)
    for child in other.children:
        child.parent = item
    item.children = [*other.children, *item.children]
    del tree.items[other.key]
    ask_again_if_new(press.version, item.key)
    _keep(held, item, EditAction.MERGED, press)


def move(press: Press, step: int) -> None:
    """One place up (-1) or down (1) among its siblings, with everything below it."""
    held, item = _held(press)
    row = held.tree.siblings(item)
    at = row.index(item) + step
    if not 0 <= at < len(row):
        raise RuleBroken(_("Điều khoản này đã ở đầu hoặc cuối, không chuyển thêm được."))
    row.remove(item)
    row.insert(at, item)
    _keep(held, item, EditAction.RAISED if step < 0 else EditAction.LOWERED, press)


def indent(press: Press) -> None:
    """The last child of the sibling before it."""
    held, item = _held(press)
    before = held.tree.beside(item, -1)
    if before is None:
        raise RuleBroken(_("Không có điều khoản nào đứng trước ở cùng cấp."))
    held.tree.siblings(item).remove(item)
    _put(held.tree, item, before, len(before.children))
    if before.quoted:
        for one in item.walk():
            one.quoted = True
    _keep(held, item, EditAction.INDENTED, press)


def outdent(press: Press) -> None:
    """The next sibling of its parent; the siblings after it become its own children, so that the order stays."""
    held, item = _held(press)
    tree, parent = held.tree, item.parent
    if parent is None:
        raise RuleBroken(_("Điều khoản này đã ở cấp ngoài cùng."))
    row = parent.children
    at = row.index(item)
    followers = row[at + 1 :]
    del row[at:]
    _put(tree, item, parent.parent, tree.siblings(parent).index(parent) + 1)
    for one in followers:
        _put(tree, one, item, len(item.children))
    _keep(held, item, EditAction.OUTDENTED, press)


def quote(press: Press, quoted: bool) -> None:
    """Marked as quoted or not, with everything below it."""
    held, item = _held(press)
    for one in item.walk():
        one.quoted = quoted
    _keep(held, item, EditAction.QUOTED if quoted else EditAction.UNQUOTED, press)


def undo(version: Version, edit_id: int, *, by: Person) -> TreeEdit:
    """Take back the last step, which must still be the one the person saw. Raises Conflict."""
    return _again(version, edit_id, by=by, back=True)


def redo(version: Version, edit_id: int, *, by: Person) -> TreeEdit:
    """Do again what was undone last. Raises Conflict."""
    return _again(version, edit_id, by=by, back=False)


def _again(version: Version, edit_id: int, *, by: Person, back: bool) -> TreeEdit:
    held = hold(version)
    steps = read_steps(version.id)
    due = steps.undo if back else steps.redo
    if due is None or due.id != edit_id:
        raise Conflict(_("Vừa có một bước khác nên chưa hoàn tác hay làm lại gì. Hãy xem lại cây rồi bấm lần nữa."))
    edit = db.session.get_one(TreeEdit, due.id)
    tree = apply(held.tree, edit.delta, back=back)
    made = _log(held, tree, EditAction.UNDONE if back else EditAction.REDONE, edit.lineage, edit.citation, by)
    made.target_id = edit.id
    db.session.flush()
    return made


# --- the parts of a step ----------------------------------------------------------------------------------------------


def _held(press: Press) -> tuple[Mending, Item]:
    held = hold(press.version)
    item = held.tree.get(press.key)
    if held.tree.fingerprint(item) != press.seen:
        last = read_steps(press.version.id).last
        name = (last.name if last else None) or _("Người khác")
        raise Conflict(_("%(name)s vừa sửa chỗ này. Không có gì bị ghi đè: hãy xem lại cây rồi làm tiếp.", name=name))
    return held, item


def _keep(
    held: Mending, item: Item, action: EditAction, press: Press, *, touched: list[Item] | None = None
) -> TreeEdit | None:
    """Check the rules around what was touched, write the tree and the step."""
    for one in touched or [item]:
        _check(one)
    if held.tree.facts() == held.before:
        return None
    return _log(held, held.tree, action, item.key, item.citation, press.by)


def _log(held: Mending, tree: Tree, action: EditAction, key: int, citation: str, by: Person) -> TreeEdit:
    edit = TreeEdit(
        version_id=held.version.id,
        person_id=by.id,
        at=clock.now(),
        action=action,
        lineage=key,
        citation=citation,
        delta=difference(held.before, tree.facts()),
    )
    db.session.add(edit)
    store(held, tree)
    return edit


def _check(item: Item) -> None:
    """Raises RuleBroken where a node and what is above and below it do not go together."""
    parent = item.parent
    if item.children and item.kind in LEAVES:
        raise RuleBroken(
            _("Loại này không chứa được điều khoản con. Hãy đưa các điều khoản con ra ngoài trước."), "kind"
        )
    if parent is not None and parent.kind in LEAVES:
        raise RuleBroken(_("Điều khoản đứng trên thuộc loại không chứa được điều khoản con."))
    if item.kind is Kind.ANNEXED and parent is not None:
        raise RuleBroken(_("Văn bản kèm theo phải đứng ở cấp ngoài cùng."), "kind")
    if (parent is not None and parent.quoted and not item.quoted) or (
        item.quoted and any(not child.quoted for child in item.children)
    ):
        raise RuleBroken(_("Trong phần trích dẫn, mọi điều khoản con cũng phải là trích dẫn. Hãy đánh dấu lại trước."))
    if item.depth + _height(item) > MAX_DEPTH:
        raise RuleBroken(_("Cây đã sâu quá %(n)s cấp.", n=MAX_DEPTH))


def _height(item: Item) -> int:
    """Levels below a node."""
    deepest, level = 0, [item]
    while level := [child for one in level for child in one.children]:
        deepest += 1
    return deepest


def _put(tree: Tree, item: Item, parent: Item | None, at: int) -> None:
    item.parent = parent
    (tree.roots if parent is None else parent.children).insert(at, item)


def _squashed(text: str) -> str:
    """The letters alone, as a form hands them on."""
    return "".join(clean(text).split())


def _unless_same(old: str, new: str) -> str:
    """What was typed, unless it is what a form makes of the old words (invisible signs and outer spaces removed)."""
    return old if clean(old) == clean(new) else new


def _read(key: int, text: str, beside: Item) -> Item:
    """A node of text that a person split off: its mark read as the parser reads one."""
    line, _newline, rest = text.strip().partition("\n")
    mark = (find_form(line) if any(one.kind is Kind.APPENDIX for one in beside.path) else None) or find_mark(line)
    if mark is None or mark.quote or not mark.firm or not mark.number:
        return Item(key, Kind.PARAGRAPH, text=text.strip())
    form = mark.label.removesuffix(mark.number).rstrip() if mark.label[:1] in ("M", "B") else ""
    if mark.kind in HEADED:
        form = form if mark.kind is Kind.HEADING else ""
        return Item(key, mark.kind, mark.number, mark.rest, rest, form=form)
    return Item(key, mark.kind, mark.number, "", "\n".join(part for part in (mark.rest, rest) if part))
