"""Words that carry a question and not its matter. They are never deleted: they only stop being required."""

from search.analysis.cutting import Term

_WORDS = """
ai bao bằng bị bởi các cái cần chưa cho có của cũng do đã đang đâu để đến đi được gì hay hoặc hỏi khi không là làm
lúc mà mấy nào này nên nếu nhé nhỉ nhiêu như những phải ra rất rồi sao sẽ tại theo thế thì trong từ và vào vậy về
vì với xin đó lên ở
"""
# Bare, only those that are hardly anything else: "co" may be "cơ", "the" may be "thẻ".
_BARE_WORDS = "cac cua duoc gi khong nao neu nhieu nhung nhu thi va"
_FILLERS = frozenset(_WORDS.split()) | frozenset(_BARE_WORDS.split())


def is_filler(term: Term) -> bool:
    """Whether a word is one that questions are filled with."""
    return term.exact in _FILLERS
