"""Relatives to call, and the ways to reach them and the holders of posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry import keeping
from linli.registry.errors import AddressMissing, AlreadyEnded, AlreadyMovedOut, CallOrderTaken, NameMissing
from linli.registry.models import Contact, ContactPoint, Household, Post, Relation
from linli.registry.recording import changed, locked, reach_of_editor, refusing, trace
from linli.registry.scopes import Scope

CHANGEABLE = frozenset({"name", "relation", "language", "call_order", "consent"})
SAME_PLACE = ("registry_contact_call_order", CallOrderTaken(fields={"call_order": CallOrderTaken.default_sentence}))
Kind = ContactPoint.Kind


@transaction.atomic
def add_contact(
    *,
    by: Actor,
    now: datetime,
    household_id: int,
    name: str,
    relation: str = Relation.OTHER,
    phone: str = "",
    language: str = "zh-hans",
    call_order: int | None = None,
) -> Contact:
    """Add a relative to call, last in the order unless told otherwise, reached in the inbox and by ``phone``.

    Raises NotAllowed, NotFound, AlreadyMovedOut, NameMissing, PhoneNotUnderstood or CallOrderTaken.
    """
    reach = reach_of_editor(by, now)
    household = locked(Household, household_id, reach.covers_households(), "dwelling")
    if household.moved_out_on is not None:
        raise AlreadyMovedOut
    place = call_order if call_order is not None else _last_place(household) + 1
    with refusing(SAME_PLACE):
        contact = Contact.objects.create(
            community_id=household.community_id,
            household=household,
            **_name(name),
            relation=relation,
            call_order=place,
            language=language,
        )
    _add_point(contact=contact, post=None, kind=Kind.INBOX, address="")
    if phone:
        _add_point(contact=contact, post=None, kind=Kind.PHONE, address=phone)
    trace(contact, by=by, now=now, verb="added", details={"household": str(household)})
    return contact


@transaction.atomic
def change_contact(*, by: Actor, now: datetime, contact_id: int, changes: Mapping[str, Any]) -> Contact:
    """Change any of name, relation, language, call_order, consent. Raises NotAllowed, NotFound, NameMissing or CallOrderTaken."""
    reach = reach_of_editor(by, now)
    contact = locked(Contact, contact_id, reach.covers_people())
    given = {name: value for name, value in changes.items() if name in CHANGEABLE}
    if "name" in given:
        given |= _name(given["name"])
    if fields := changed(contact, given):
        with refusing(SAME_PLACE):
            contact.save(update_fields=fields)
        trace(contact, by=by, now=now, verb="changed", details={"fields": fields})
    return contact


@transaction.atomic
def end_contact(*, by: Actor, now: datetime, contact_id: int, on: date) -> Contact:
    """Call this relative no more; the row stays. Raises NotAllowed, NotFound or AlreadyEnded."""
    reach = reach_of_editor(by, now)
    contact = locked(Contact, contact_id, reach.covers_people())
    if contact.ended_on is not None:
        raise AlreadyEnded
    contact.ended_on = on
    contact.save(update_fields=["ended_on"])
    trace(contact, by=by, now=now, verb="ended", details={"on": on.isoformat()})
    return contact


@transaction.atomic
def add_contact_point(*, by: Actor, now: datetime, contact_id: int, kind: str, address: str = "") -> ContactPoint:
    """One more way to reach a relative, tried last. Raises NotAllowed, NotFound, PhoneNotUnderstood or AddressMissing."""
    reach = reach_of_editor(by, now)
    contact = locked(Contact, contact_id, reach.covers_people())
    point = _add_point(contact=contact, post=None, kind=kind, address=address)
    trace(point, by=by, now=now, verb="added", label=str(contact), details={"kind": kind})
    return point


@transaction.atomic
def add_post_point(*, by: Actor, now: datetime, post_id: int, kind: str, address: str = "") -> ContactPoint:
    """One more way to reach the holder of a post. Raises NotAllowed, NotFound, PhoneNotUnderstood or AddressMissing."""
    reach = reach_of_editor(by, now)
    post = locked(Post, post_id, reach.covers())
    point = _add_point(contact=None, post=post, kind=kind, address=address)
    trace(point, by=by, now=now, verb="added", label=str(post), details={"kind": kind})
    return point


@transaction.atomic
def remove_point(*, by: Actor, now: datetime, point_id: int) -> None:
    """Forget one way to reach somebody: a number that is no longer theirs. Raises NotAllowed or NotFound."""
    reach = reach_of_editor(by, now)
    point = ContactPoint.objects.select_related("contact", "post").filter(_within(reach), pk=point_id).first()
    if point is None:
        raise NotFound
    holder = str(point.contact or point.post)
    trace(point, by=by, now=now, verb="deleted", label=holder, details={"kind": point.kind})
    point.delete()


def _within(reach: Scope) -> Q:
    return (Q(contact__isnull=False) & reach.covers_people("contact__")) | (
        Q(post__isnull=False) & reach.covers("post__")
    )


def _add_point(*, contact: Contact | None, post: Post | None, kind: str, address: str) -> ContactPoint:
    kept = keeping.address_columns(kind=kind, address="" if kind == Kind.INBOX else address)
    is_number = kind in keeping.NUMBERED
    if kind != Kind.INBOX and (not kept["address"] or (not is_number and "://" not in kept["address"])):
        raise AddressMissing(fields={"address": AddressMissing.default_sentence})
    holder = contact or post
    assert holder is not None
    last = ContactPoint.objects.filter(contact=contact, post=post).aggregate(last=Max("position"))["last"] or 0
    return ContactPoint.objects.create(
        community_id=holder.community_id, contact=contact, post=post, kind=kind, position=last + 1, **kept
    )


def _last_place(household: Household) -> int:
    return (
        Contact.objects.filter(household=household, ended_on__isnull=True).aggregate(last=Max("call_order"))["last"]
        or 0
    )


def _name(text: str) -> Mapping[str, str]:
    columns = keeping.name_columns(text)
    if not columns["name"]:
        raise NameMissing(fields={"name": NameMissing.default_sentence})
    return columns
