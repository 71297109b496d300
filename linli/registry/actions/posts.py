"""Giving and ending posts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from linli.accounts.models import User
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry import keeping
from linli.registry.errors import AlreadyEnded, DatesTurnedRound, NameMissing
from linli.registry.models import Building, Community, ContactPoint, Grid, Post, Resident, Unit
from linli.registry.recording import locked, reach_of_editor, trace
from linli.registry.rules import SCOPE_OF_ROLE, may_hold

PLACES: dict[str, type[models.Model]] = {"grid": Grid, "building": Building, "unit": Unit}


@transaction.atomic
def assign_post(
    *,
    by: Actor,
    now: datetime,
    community_id: int,
    role: str,
    since_on: date,
    place_id: int | None = None,
    holder_name: str = "",
    user_id: int | None = None,
    resident_id: int | None = None,
    phone: str = "",
    language: str = "zh-hans",
) -> Post:
    """Give somebody a role over the community, or over the grid, building or unit ``place_id`` that the role asks for.

    The holder is a user, a resident, or only a name; told in the inbox and by ``phone``. Only who reaches the whole
    community may do this. Raises NotAllowed, NotFound, WrongScope, NameMissing or PhoneNotUnderstood.
    """
    reach = reach_of_editor(by, now)
    locked(Community, community_id, reach.covers_communities("pk"))
    kind = SCOPE_OF_ROLE.get(role, "")
    may_hold(role=role, place=kind if kind and (kind == "community") == (place_id is None) else "").enforce()
    place = _place(kind, place_id, community_id)
    user = _found(User.objects.filter(pk=user_id)) if user_id is not None else None
    resident = (
        _found(Resident.objects.filter(pk=resident_id, community_id=community_id)) if resident_id is not None else None
    )
    name = keeping.clean_name(holder_name) or (resident.name if resident else "") or (user.name if user else "")
    if not name:
        raise NameMissing(fields={"holder_name": NameMissing.default_sentence})
    post = Post.objects.create(
        community_id=community_id,
        role=role,
        user=user,
        resident=resident,
        holder_name=name[:60],
        language=language,
        since_on=since_on,
        **place,
    )
    ContactPoint.objects.create(community_id=community_id, post=post, kind="inbox", position=1)
    if number := phone or (resident.phone if resident else ""):
        kept = keeping.address_columns(kind="phone", address=number)
        ContactPoint.objects.create(community_id=community_id, post=post, kind="phone", position=2, **kept)
    trace(post, by=by, now=now, verb="appointed", details={"role": role, "since": since_on.isoformat()})
    return post


@transaction.atomic
def end_post(*, by: Actor, now: datetime, post_id: int, on: date) -> Post:
    """``on`` is the last day. Raises NotAllowed, NotFound, AlreadyEnded or DatesTurnedRound."""
    reach = reach_of_editor(by, now)
    post = locked(Post, post_id, reach.covers_communities())
    if post.until_on is not None and post.until_on <= on:
        raise AlreadyEnded
    if on < post.since_on:
        raise DatesTurnedRound(fields={"on": DatesTurnedRound.default_sentence})
    post.until_on = on
    post.save(update_fields=["until_on"])
    trace(post, by=by, now=now, verb="ended", details={"on": on.isoformat()})
    return post


def _place(kind: str, place_id: int | None, community_id: int) -> dict[str, Any]:
    if place_id is None:
        return {}
    return {kind: _found(PLACES[kind]._default_manager.filter(pk=place_id, community_id=community_id))}


def _found(rows: models.QuerySet[Any]) -> Any:
    row = rows.first()
    if row is None:
        raise NotFound
    return row
