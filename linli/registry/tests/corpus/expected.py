"""What has to become of a row, in the words of the corpus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.registry.tests.corpus.files import Maker


@dataclass(frozen=True)
class Row:
    """``kind`` as the preview names it; ``said`` the codes of the sentences beside it; ``name`` and ``at`` find the person
    afterwards, who then has ``columns``."""

    kind: str
    said: tuple[str, ...] = ()
    name: str = ""
    at: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A file, and what becomes of each row by its number in Excel: a row that is not named must not become anything.

    A row of the second sheet has the number (1, n).
    """

    file: Maker
    rows: Mapping[int | tuple[int, int], Row]
    policy: str = "update"
    password: str = ""


def new(name: str, at: str, *said: str, **columns: Any) -> Row:
    """Somebody who is added."""
    return Row("create", said, name, at, columns)


def changed(name: str, at: str, *said: str, **columns: Any) -> Row:
    """Somebody of the register who is changed."""
    return Row("update", said, name, at, columns)


def same(name: str, at: str, *said: str, **columns: Any) -> Row:
    """Somebody who is as the register has them, or a row that repeats another."""
    return Row("same", said, name, at, columns)


def error(*said: str) -> Row:
    """A row that is not understood."""
    return Row("error", said)


def conflict(*said: str) -> Row:
    """A row that contradicts another or the register."""
    return Row("conflict", said)


def question(*said: str) -> Row:
    """A row that a person has to answer."""
    return Row("question", said)
