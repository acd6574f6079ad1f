"""What a template may hold. Judged by its source, so a page needs no data to be judged."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from flask import Flask
from jinja2 import Environment, TemplateError, TemplateSyntaxError, nodes

# Not pages: frames, macros, letters; what pages of one folder share (parts.html, or a name that begins with _).
PARTS = ("layouts/", "macros/", "emails/")
COMMENT = re.compile(r"{#.*?#}|<!--.*?-->", re.DOTALL)
EXPRESSION = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
H1 = re.compile(r"<h1[\s>]")
HANDLER = re.compile(r"(?:^|\s)(on[a-z]+)\s*=", re.IGNORECASE)
STYLE = re.compile(r"(?:^|\s)style\s*=", re.IGNORECASE)
EXTERNAL = re.compile(r"(?:^|\s)(?:src|srcset|action|formaction)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)


def is_page(name: str) -> bool:
    shared = PurePosixPath(name).name.startswith(("_", "parts."))
    return name.endswith(".html") and not name.startswith(PARTS) and not shared


def faults(environment: Environment, name: str, source: str) -> list[str]:
    """Everything that is wrong with one template, a sentence each."""
    try:
        tree = environment.parse(source, name)
        environment.compile(tree, name)
    except TemplateSyntaxError as error:
        return [f"{name}:{error.lineno}: does not compile: {error.message}"]
    found = [*_unknown(environment, tree), *_unsafe(tree), *_inline(source)]
    if is_page(name):
        found += _page(environment, tree, source)
    return [f"{name}: {fault}" for fault in found]


def _page(environment: Environment, tree: nodes.Template, source: str) -> Iterator[str]:
    parents = [node.template for node in tree.find_all(nodes.Extends)]
    if not any(isinstance(parent, nodes.Const) and str(parent.value).startswith("layouts/") for parent in parents):
        yield "extends no layout"
    if "title" not in {block.name for block in tree.find_all(nodes.Block)}:
        yield "has no title block"
    count = len(H1.findall(COMMENT.sub("", source))) + _headings_by_macro(environment, tree)
    if count != 1:
        yield f"has {count} h1"


def _headings_by_macro(environment: Environment, tree: nodes.Template) -> int:
    """How often a page calls a macro, brought in by ``{% from "macros/…" import … %}``, that writes an h1."""
    with_heading = set()
    for bring in tree.find_all(nodes.FromImport):
        if isinstance(bring.template, nodes.Const):
            headed = _headed_macros(environment, str(bring.template.value))
            pairs = [(name, name) if isinstance(name, str) else name for name in bring.names]
            with_heading |= {alias for name, alias in pairs if name in headed}
    calls = (call.node for call in tree.find_all(nodes.Call))
    return sum(isinstance(node, nodes.Name) and node.name in with_heading for node in calls)


@cache
def _headed_macros(environment: Environment, name: str) -> set[str]:
    assert environment.loader is not None
    try:
        tree = environment.parse(environment.loader.get_source(environment, name)[0], name)
    except TemplateError:
        return set()  # said of the other file itself
    return {
        macro.name
        for macro in tree.find_all(nodes.Macro)
        if any(H1.search(data.data) for data in macro.find_all(nodes.TemplateData))
    }


def _unknown(environment: Environment, tree: nodes.Template) -> Iterator[str]:
    """Jinja itself says nothing of an unknown filter in a branch until somebody gets there."""
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        known = environment.filters if isinstance(node, nodes.Filter) else environment.tests
        if node.name not in known:
            yield f"line {node.lineno}: no {type(node).__name__.lower()} {node.name}"


def broken_links(app: Flask, name: str, source: str) -> list[str]:
    """Calls of url_for with an endpoint that no route has, or with a static file that is not there."""
    found = []
    try:
        tree = app.jinja_env.parse(source, name)
    except TemplateSyntaxError:
        return []  # faults() says so
    for call in tree.find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Name) and call.node.name == "url_for" and call.args):
            continue
        endpoint, filename = (
            _const(call.args[0]),
            _const(*(item.value for item in call.kwargs if item.key == "filename")),
        )
        if endpoint is not None and endpoint.startswith("."):  # of the same blueprint, named like the folder
            endpoint = PurePosixPath(name).parts[0] + endpoint
        if endpoint is not None and endpoint not in app.view_functions:
            found.append(f"{name}:{call.lineno}: no route {endpoint}")
        if endpoint == "static" and filename and not (Path(app.static_folder or "") / filename).is_file():
            found.append(f"{name}:{call.lineno}: no static file {filename}")
    return found


def _const(*found: nodes.Node) -> str | None:
    return next((str(node.value) for node in found if isinstance(node, nodes.Const)), None)


def _unsafe(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.Filter):
        if node.name == "safe":
            yield f"line {node.lineno}: |safe (only core.html makes markup)"
    for scope in tree.find_all(nodes.ScopedEvalContextModifier):
        yield f"line {scope.lineno}: autoescape is switched"


def _inline(source: str) -> Iterator[str]:
    """Inline style, script and handlers, which the content security policy refuses, and other hosts."""
    text = EXPRESSION.sub("", COMMENT.sub("", source))
    for tag, attributes in TAG.findall(text):
        if tag == "style" or STYLE.search(attributes):
            yield f"<{tag}>: inline style"
        if tag == "script" and not re.search(r"\ssrc\s*=", attributes):
            yield "<script>: inline script"
        if handler := HANDLER.search(attributes):
            yield f"<{tag}>: {handler[1]} handler"
        if EXTERNAL.search(attributes):
            yield f"<{tag}>: fetches from another host"
        if "javascript:" in attributes.lower():
            yield f"<{tag}>: javascript: address"
