"""Showing what is masked. Every look is written down with its reason before the number is given."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Q

from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry.access import access_of
from linli.registry.models import ContactPoint, Resident
from linli.registry.recording import trace
from linli.registry.rules import may_reveal
from linli.registry.scopes import Scope

PHONE = "registry.phone"
Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def reveal_phone(*, by: Actor, now: datetime, resident_id: int, reason: str) -> str:
    """A resident's full phone number. Raises NotAllowed, ReasonTooShort, or NotFound (also out of the actor's reach)."""
    reach = _reach_of_reader(by, now, PHONE, reason)
    resident = _seen(Resident.objects.filter(reach.covers_people(), pk=resident_id))
    if not resident.phone:
        raise NotFound
    trace(resident, by=by, now=now, verb="revealed_phone", reason=_told(reason))
    number: str = resident.phone
    return number


@transaction.atomic
def reveal_id_number(*, by: Actor, now: datetime, resident_id: int, reason: str) -> str:
    """A resident's full ID number. Raises NotAllowed, ReasonTooShort, or NotFound (also out of the actor's reach)."""
    reach = _reach_of_reader(by, now, "registry.identity", reason)
    resident = _seen(Resident.objects.filter(reach.covers_people(), pk=resident_id))
    if not resident.id_number:
        raise NotFound
    trace(resident, by=by, now=now, verb="revealed_id_number", reason=_told(reason))
    number: str = resident.id_number
    return number


@transaction.atomic
def reveal_contact_phone(*, by: Actor, now: datetime, point_id: int, reason: str) -> str:
    """The full number of a phone at which a relative or the holder of a post is reached. Raises as ``reveal_phone`` does."""
    reach = _reach_of_reader(by, now, PHONE, reason)
    within = (Q(contact__isnull=False) & reach.covers_people("contact__")) | (
        Q(post__isnull=False) & _over_or_above(reach)
    )
    phones = ContactPoint.objects.select_related("contact", "post").filter(kind=ContactPoint.Kind.PHONE)
    point = _seen(phones.filter(within, pk=point_id))
    holder = point.contact or point.post
    assert holder is not None
    trace(holder, by=by, now=now, verb="revealed_phone", reason=_told(reason), details={"point": point.pk})
    number: str = point.address
    return number


def _over_or_above(reach: Scope) -> Q:
    """Posts within reach, and those over the whole communities in which the reader works."""
    return reach.covers("post__") | Q(
        post__community_id__in=reach.present_in, post__role__in=["secretary", "duty_officer"]
    )


def _reach_of_reader(by: Actor, now: datetime, verb: str, reason: str) -> Scope:
    access = access_of(by=by, now=now)
    may_reveal(permissions=access.permissions, verb=verb, reason=reason).enforce()
    return access.scope


def _seen(rows: models.QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def _told(reason: str) -> str:
    return " ".join(reason.split())[:200]
