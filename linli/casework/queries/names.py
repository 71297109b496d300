"""What the groups of figures are called."""

from __future__ import annotations

from collections.abc import Iterable

from linli.registry.models import Building, Post


def building_names(*, ids: Iterable[str]) -> dict[str, str]:
    """By id as text, in the order of the numbers. One query."""
    rows = Building.objects.filter(pk__among=_numbers(ids))
    return {str(one.pk): str(one) for one in sorted(rows, key=lambda one: (len(one.number), one.number))}


def lead_names(*, ids: Iterable[str]) -> dict[str, str]:
    """By id as text; also posts that have ended. One query."""
    rows = Post.objects.filter(pk__among=_numbers(ids)).select_related("unit__building", "building", "grid")
    return {str(one.pk): str(one) for one in rows}


def _numbers(ids: Iterable[str]) -> list[int]:
    return [int(one) for one in ids if one]
