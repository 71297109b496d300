"""Linli's own community, in which it tests itself: the canary detector lives there, and nobody else.

Its id lies below zero, where no real community's can be, so that a query can leave it out without asking who it is.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Q

INNER_COMMUNITY: Final = -1


def not_inner(field: str = "community_id") -> Q:
    """For whoever looks at every community at once: without our own. Rows of no community stay."""
    return ~Q(**{field: INNER_COMMUNITY})
