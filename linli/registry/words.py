"""Codes of the register in the reader's words."""

from __future__ import annotations

from linli.accounts.roles import Role
from linli.registry.models import Relation


def title_in_words(*, title: str) -> str:
    """What somebody is, from a Relation or a Role value: daughter, unit captain. Anything else stays as it is."""
    if title in Role.values:
        return str(Role(title).label)
    return str(Relation(title).label) if title in Relation.values else title
