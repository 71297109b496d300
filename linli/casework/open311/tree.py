"""One tree, two formats. XML as GeoReport v2 prints it; JSON by its "Spark" rule: the root is dropped, a container of one kind
of child is a list, however many there are. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import orjson

Scalar = str | int | float | bool | None
"""Text, numbers, yes or no, and nothing: an empty element, ``null``."""

_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Rows:
    """A container of one repeated ``child``: ``<values><value>…</value></values>``, a list in JSON."""

    child: str
    items: Sequence[Node]


Group = Mapping[str, "Node"]
Node = Scalar | Rows | Group


@dataclass(frozen=True, slots=True)
class Document:
    """A root and what it holds."""

    root: str
    body: Rows | Group


def fit_for_xml(text: str) -> str:
    """Without characters that XML 1.0 cannot hold (clause 2.2); lines end as in Unix."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_xml(document: Document) -> bytes:
    """UTF-8, with a declaration, without a namespace; booleans as words."""
    return (DECLARATION + "".join(_element(document.root, document.body)) + "\n").encode()


def as_json(document: Document) -> bytes:
    """UTF-8; text stays text, numbers and booleans what they are."""
    return orjson.dumps(_plain(document.body))


def _element(name: str, node: Node) -> Iterator[str]:
    if isinstance(node, Rows):
        inner = "".join(part for item in node.items for part in _element(node.child, item))
    elif isinstance(node, Mapping):
        inner = "".join(part for child, value in node.items() for part in _element(child, value))
    else:
        inner = _text(node)
    yield f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _text(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(fit_for_xml(str(value)), quote=False)


def _plain(node: Node) -> Any:
    if isinstance(node, Rows):
        return [_plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: _plain(value) for name, value in node.items()}
    return fit_for_xml(node) if isinstance(node, str) else node
