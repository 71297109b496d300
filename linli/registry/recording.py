"""What all actions of the register share: leave to write, the row within reach, constraints as refusals, the trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.errors import NotFound, Refusal
from linli.registry.access import access_of
from linli.registry.rules import may_edit
from linli.registry.scopes import Scope

Row = TypeVar("Row", bound=models.Model)


def reach_of_editor(by: Actor, now: datetime) -> Scope:
    """Where this actor may write. Raises NotAllowed."""
    access = access_of(by=by, now=now)
    may_edit(permissions=access.permissions).enforce()
    return access.scope


def locked(model: type[Row], pk: int, reach: Q, *related: str) -> Row:
    """The row, locked until the end of the transaction. Raises NotFound, also for what lies out of reach."""
    rows = model._default_manager.filter(reach, pk=pk)
    row = (
        rows.select_related(*related).select_for_update(of=("self",)).first()
        if related
        else rows.select_for_update(of=("self",)).first()
    )
    if row is None:
        raise NotFound
    return row


@contextmanager
def refusing(*refusals: tuple[str, Refusal]) -> Iterator[None]:
    """Turn a broken constraint, by its name, into its refusal: whoever comes second gets a sentence, not an error.

    SQLite names the columns of a unique constraint instead of the constraint, so both are looked up.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        text = str(error)
        for name, refusal in refusals:
            if any(part in text for part in (name, *_COLUMNS.get(name, ()))):
                raise refusal from error
        raise


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "registry_community_code": ("registry_community.code",),
    "registry_grid_number": ("registry_grid.community_id, registry_grid.number",),
    "registry_building_number": ("registry_building.community_id, registry_building.number",),
    "registry_unit_number": ("registry_unit.building_id, registry_unit.number",),
    "registry_dwelling_door": ("registry_dwelling.unit_id, registry_dwelling.door",),
    "registry_household_one_open": ("failed: registry_household.dwelling_id",),
    "registry_resident_one_head": ("failed: registry_resident.household_id",),
    "registry_resident_id_number": ("registry_resident.community_id, registry_resident.id_number_hash",),
    "registry_contact_call_order": ("registry_contact.household_id, registry_contact.call_order",),
    "registry_membership_once": ("registry_membership.resident_id, registry_membership.group",),
}


def trace(
    row: models.Model,
    *,
    by: Actor,
    now: datetime,
    verb: str,
    label: str = "",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """One line in the trail. ``details`` never holds a phone or ID number."""
    community_id = row.pk if row._meta.model_name == "community" else getattr(row, "community_id", None)
    trace = Trace(
        verb=verb,
        object_type=str(row._meta.model_name),
        object_ref=str(row.pk),
        community_id=community_id,
        object_label=label or str(row),
        reason=reason,
        details=details or {},
    )
    record_traces(by=by, now=now, traces=[trace])


def changed(row: models.Model, changes: Mapping[str, Any]) -> list[str]:
    """Set the new values; the names of the fields that really differ."""
    fields = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in fields:
        setattr(row, name, changes[name])
    return fields
