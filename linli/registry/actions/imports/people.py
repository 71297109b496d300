"""The columns of a resident, from what a sheet says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.core.fields import sealed
from linli.registry import keeping
from linli.registry.importing.outcomes import HEAD, PERSONAL
from linli.registry.models.people import new_reference

DERIVED = {
    "name": ("name_pinyin", "name_initials"),
    "phone": ("phone_hash", "phone_tail_hash"),
    "id_number": ("id_number_hash",),
    "relation": ("is_head",),
}
DAYS = ("born_on", "moved_in_on", "moved_out_on", "died_on")
BLANK: Mapping[str, Any] = {
    **{name: None if name in DAYS else "" for name in PERSONAL},
    **{name: "" for derived in DERIVED.values() for name in derived},
    "sex": "0",
    "relation": "80",
    "is_head": False,
    "born_known": "day",
    "reference": "",
}
"""What is not said of a new resident."""
SEALED = frozenset({"phone", "other_phones", "id_number"})
INSERTED = ("community", "household", *BLANK)


def columns_of(*, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a resident for ``values``, with those derived from them."""
    kept = dict(values)
    if "name" in values:
        kept |= keeping.name_columns(values["name"])
    if "phone" in values:
        kept |= keeping.phone_columns(values["phone"])
    if "id_number" in values:
        kept |= keeping.id_number_columns(values["id_number"])
    if "relation" in values:
        kept["is_head"] = values["relation"] == HEAD
    return kept


def inserted(*, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """All columns of a new resident but the community and the household, in the order of ``INSERTED``."""
    kept = {**BLANK, **columns_of(values=personal(values=values)), "reference": new_reference()}
    return tuple(sealed(kept[name]) if name in SEALED else kept[name] for name in INSERTED[2:])


def personal(*, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a sheet says, that which is kept of the person."""
    return {name: value for name, value in values.items() if name in PERSONAL}
