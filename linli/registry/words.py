"""Codes of the register in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.accounts.roles import Role
from linli.registry.models import Relation

TITLES: Mapping[str, Any] = dict(Relation.choices) | dict(Role.choices)


def title_in_words(*, title: str) -> str:
    """What somebody is, from a Relation or a Role value: daughter, unit captain. Anything else stays as it is."""
    return str(TITLES.get(title, title))
