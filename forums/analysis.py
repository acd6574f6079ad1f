"""Key phrases of a discussion: runs of two to four syllables that several people use. Pure.

Vietnamese words are one to four syllables with spaces between, so a phrase is a run of syllables. A phrase counts once
for each person. One that only ever stands inside a longer phrase gives way to it. Runs that begin or end with a word
of grammar say nothing and are left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from core.text import canonical, words

__all__ = ["key_phrases"]

LEAST_PEOPLE = 3
LONGEST_TEXT = 1_500
CANDIDATES = 400
_WORDS_OF_GRAMMAR = (
    "tôi bạn anh chị em ông bà mình ta họ nó này kia đó ấy đây và hoặc hay nhưng mà "  # no gettext: words to leave out
    "thì là của cho với từ đến tới ở tại trong ngoài trên dưới về theo bởi do vì "  # no gettext: words to leave out
    "nên để khi nếu như còn cũng đã đang sẽ vẫn chỉ rất quá lắm hơn nhất các những "  # no gettext: words to leave out
    "một hai ba mọi mỗi không chưa chẳng có được bị phải cần muốn thế vậy sao gì "  # no gettext: words to leave out
    "nào ai đâu ra vào lên xuống lại rồi nữa thôi nhé ạ à ơi dạ vâng thưa xin kính "  # no gettext: words to leave out
    "việc điều cái con người đồng ý cảm ơn "  # no gettext: words to leave out
)
_GRAMMAR = frozenset(_WORDS_OF_GRAMMAR.split())


def key_phrases(texts: Iterable[tuple[int, str]], *, limit: int = 8) -> list[tuple[str, int]]:
    """The phrases that most people use, with how many do, most first. ``texts``: (person, text); the first 1,500
    characters of each are read. At least three people must have used a phrase."""
    people: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for person, text in texts:
        for phrase in _phrases(words(canonical(text[:LONGEST_TEXT]))):
            people[phrase].add(person)
    counts = Counter({phrase: len(who) for phrase, who in people.items() if len(who) >= LEAST_PEOPLE})
    ranked = sorted(counts, key=lambda phrase: (-counts[phrase], -len(phrase), phrase))[:CANDIDATES]
    chosen: list[tuple[str, ...]] = []
    for phrase in ranked:
        if len(chosen) == limit:
            break
        longer = [one for one in ranked if len(one) > len(phrase) and _within(phrase, one)]
        overshadowed = any(counts[one] * 4 >= counts[phrase] * 3 for one in longer)
        if not overshadowed and not any(_within(phrase, one) for one in chosen):
            chosen.append(phrase)
    return [(" ".join(phrase), counts[phrase]) for phrase in chosen]


def _phrases(syllables: list[str]) -> Iterator[tuple[str, ...]]:
    for start, first in enumerate(syllables):
        if first in _GRAMMAR or first.isdigit():
            continue
        for length in (2, 3, 4):
            run = tuple(syllables[start : start + length])
            if len(run) == length and run[-1] not in _GRAMMAR and not run[-1].isdigit():
                yield run


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))
