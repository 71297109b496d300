"""The ids that programs see: the community's code before the number, since numbers are given in each community anew. Pure."""

from __future__ import annotations

import re
from typing import Final

_ID: Final = re.compile(r"(?:(?P<community>[A-Za-z0-9_-]{1,40})-)?(?P<number>[0-9]{8}-[0-9]{3,9})")


def id_of(*, community: str, number: str) -> str:
    """demo-20261130-012"""
    return f"{community}-{number}"


def number_in(text: str, *, community: str) -> str | None:
    """The number that an id means in a community; the number alone does, too. None: it is no id, or another community's."""
    match = _ID.fullmatch(text)
    if match is None or match["community"] not in {None, community}:
        return None
    return match["number"]
