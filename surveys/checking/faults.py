"""Everything that is wrong with a definition, in the order in which it is read. A sound one has no fault."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.checking import looks_back
from surveys.checking.questions import option_faults, question_faults
from surveys.checking.reach import explore
from surveys.definition.shape import (
    CODE,
    END,
    LONGEST_LABEL,
    LONGEST_TEXT,
    MAX_ITEMS,
    MAX_PAGES,
    MAX_QUESTIONS,
    Definition,
    Item,
    Page,
    Passage,
    Question,
)


@dataclass(frozen=True)
class Fault:
    """``code`` and ``values`` become a sentence in surveys.sentences.

    ``page``, ``item``: codes of where, "" for the whole. ``part``: what of it, for the field of the builder: "text",
    "options", "show_if", "jumps", "most" and so on.
    """

    code: str
    page: str = ""
    item: str = ""
    part: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def faults(definition: Definition, *, provisions: Container[int] | None = None) -> list[Fault]:
    """Every fault. ``provisions``: the lineages that questions may be on; None: whichever.

    Reachability is looked at only where nothing else is wrong: it would follow the other faults.
    """
    found = [*_whole(definition), *_codes(definition)]
    for page in definition.pages:
        found += _page(page)
        for item in page.items:
            found += _item(page, item, provisions)
    found += [Fault(code, page, item, part, values) for code, page, item, part, values in looks_back.faults(definition)]
    return found or [*unreachable(definition)]


def unreachable(definition: Definition) -> Iterator[Fault]:
    """Pages, questions and jumps that no answers lead to (see surveys.checking.reach for how sure that is)."""
    reach = explore(definition)
    if not reach.complete:
        return
    for page in definition.pages:
        if page.code not in reach.found:
            yield Fault("unreachable_page", page.code)
            continue
        for item in page.items:
            if item.code not in reach.found:
                yield Fault("never_shown", page.code, item.code, "show_if")
        for number, jump in enumerate(page.jumps):
            if (page.code, number) not in reach.jumps:
                yield Fault("jump_never", page.code, "", "jumps", {"n": number + 1, "to": jump.to})


def _whole(definition: Definition) -> Iterator[Fault]:
    if not definition.questions:
        yield Fault("no_question")
    counts = (
        ("too_many_pages", len(definition.pages), MAX_PAGES),
        ("too_many_questions", len(definition.questions), MAX_QUESTIONS),
        ("too_many_items", sum(len(page.items) for page in definition.pages), MAX_ITEMS),
    )
    for code, count, most in counts:
        if count > most:
            yield Fault(code, values={"n": most, "has": count})
    for part in ("introduction", "closing"):
        if len(getattr(definition, part)) > LONGEST_TEXT:
            yield Fault("text_too_long", part=part, values={"n": LONGEST_TEXT})


def _codes(definition: Definition) -> Iterator[Fault]:
    places = [(page.code, "") for page in definition.pages]
    places += [(page.code, item.code) for page in definition.pages for item in page.items]
    named = [(item or page, page, item) for page, item in places]
    counted = Counter(code for code, _page_code, _item_code in named)
    told = set()
    for code, page, item in named:
        if not CODE.fullmatch(code) or code == END:
            yield Fault("bad_code", page, item, "code", {"name": code[:40]})
        elif counted[code] > 1 and code not in told:
            told.add(code)
            yield Fault("duplicate_code", page, item, "code", {"name": code})


def _page(page: Page) -> Iterator[Fault]:
    if not page.items:
        yield Fault("empty_page", page.code)
    if len(page.title) > LONGEST_LABEL:
        yield Fault("text_too_long", page.code, "", "title", {"n": LONGEST_LABEL})


def _item(page: Page, item: Item, provisions: Container[int] | None) -> Iterator[Fault]:
    for code, part, values in _parts(item):
        yield Fault(code, page.code, item.code, part, values)
    if provisions is not None and item.provision is not None and item.provision not in provisions:
        yield Fault("unknown_provision", page.code, item.code, "provision")


def _parts(item: Item) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    return _passage(item) if isinstance(item, Passage) else _question(item)


def _passage(passage: Passage) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if passage.kind == "section" and not passage.title.strip():
        yield "no_title", "title", {}
    if passage.kind == "explanation" and not passage.text.strip() and passage.provision is None:
        yield "no_text", "text", {}
    if len(passage.title) > LONGEST_LABEL:
        yield "text_too_long", "title", {"n": LONGEST_LABEL}
    if len(passage.text) > LONGEST_TEXT:
        yield "text_too_long", "text", {"n": LONGEST_TEXT}


def _question(question: Question) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if not question.text.strip():
        yield "no_text", "text", {}
    for part in ("text", "help"):
        if len(getattr(question, part)) > LONGEST_TEXT:
            yield "text_too_long", part, {"n": LONGEST_TEXT}
    yield from option_faults(question)
    yield from question_faults(question)
