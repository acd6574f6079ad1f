"""Every Vietnamese word that a person sees goes through gettext."""

import ast
import re
from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
GETTEXT = frozenset(
    {"_", "_l", "_n", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext", "lazy_ngettext", "_ln"}
)
# Names, and the national name and motto over a document, are said in Vietnamese in every language.
NAMES = ("Dân Bàn", "Tiếng Việt", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
DATA_MARK = "# no gettext:"  # then the reason
HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def untranslated_in_template(environment: Environment, name: str, source: str) -> list[str]:
    """Vietnamese in the text of a template, or in a string of an expression, outside _() and {% trans %}."""
    try:
        tree = environment.parse(source, name)
    except TemplateSyntaxError as error:
        return [f"{name}:{error.lineno}: {error.message}"]
    return [f"{name}:{line}: {text!r}" for line, text in _template_words(tree) if _vietnamese(text)]


def _template_words(node: nodes.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.TemplateData):
        for offset, line in enumerate(HTML_COMMENT.sub("", node.data).splitlines()):
            yield node.lineno + offset, line.strip()
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT):
        for child in node.iter_child_nodes():
            yield from _template_words(child)


def untranslated_in_python(name: str, source: str) -> list[str]:
    """Vietnamese strings outside gettext, docstrings apart; and gettext of anything but a plain string.

    A line that ends in ``# no gettext: reason`` holds data, say the words that the title of a law begins with.
    """
    tree = ast.parse(source, name)
    data = {number for number, line in enumerate(source.splitlines(), start=1) if DATA_MARK in line}
    words = ((line, text) for line, text in _python_words(tree) if line not in data)
    found = [(line, repr(text)) for line, text in words if _vietnamese(text)]
    found += [
        (call.lineno, "gettext of something that is no plain string") for call in _calls(tree) if not _plain(call)
    ]
    return [f"{name}:{line}: {what}" for line, what in sorted(found)]


def _python_words(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    if isinstance(node, ast.JoinedStr):  # an f-string is one string, and perhaps more in its braces
        yield node.lineno, "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    for child in ast.iter_child_nodes(node):
        in_f_string = isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)
        if not (in_f_string or _is_gettext(child) or _is_regex(child) or _is_bare_string(child)):
            yield from _python_words(child)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_gettext(node))


def _is_gettext(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT


def _is_regex(node: ast.AST) -> bool:
    """``re.compile(…)`` and the like: a pattern is not said to anybody."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
    )


def _is_bare_string(node: ast.AST) -> bool:
    """A docstring, or a string that stands alone below what it explains."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _plain(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)


def _vietnamese(text: str) -> bool:
    for name in NAMES:
        text = text.replace(name, "")
    return bool(VIETNAMESE.search(text))
