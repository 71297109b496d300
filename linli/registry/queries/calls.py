"""Who is to be called: relatives of households, holders of posts over places, and the ways to reach them.

This is the alarm's hot path: each function asks once, whatever the number of places, and makes no model instances.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from linli.accounts.roles import Role
from linli.core.among import Slot
from linli.core.prepared import PreparedRead
from linli.core.secrets import decrypt
from linli.registry.models import Consent, Contact, ContactPoint, Post, Relation
from linli.registry.scopes import valid_on

log = logging.getLogger("linli.registry")


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A relative to call; ``relation`` is a Relation value, ``relation_label`` its word in the language active now."""

    id: int
    name: str
    relation: str
    language: str
    call_order: int

    @property
    def relation_label(self) -> str:
        return str(Relation(self.relation).label)


@dataclass(frozen=True, slots=True)
class PointCard:
    """One way to reach somebody; ``kind`` is a ContactPoint.Kind value, ``address`` is in clear.

    ``bounces`` counts its failures for good since it last worked; ``dead`` ways are passed over while there is another.
    """

    kind: str
    address: str
    position: int
    id: int = 0
    bounces: int = 0
    dead: bool = False


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """Where something happens, from the community down as far as it is known."""

    community_id: int
    grid_id: int | None = None
    building_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostCard:
    """Somebody who holds a role over a place."""

    id: int
    role: str
    holder_name: str
    language: str
    user_id: int | None


SCOPE_OF_ROLE: Mapping[str, str] = {
    Role.ADMINISTRATOR: "community_id",
    Role.SECRETARY: "community_id",
    Role.DUTY_OFFICER: "community_id",
    Role.GRID_LEAD: "grid_id",
    Role.BUILDING_CAPTAIN: "building_id",
    Role.UNIT_CAPTAIN: "unit_id",
}


_CONTACTS = PreparedRead(
    lambda: (
        Contact.objects.filter(household_id__among=Slot("households"), ended_on__isnull=True)
        .exclude(consent=Consent.REFUSED)
        .order_by("household_id", "call_order", "pk")
        .values_list("household_id", "pk", "name", "relation", "language", "call_order")
    )
)
_POINTS = PreparedRead(
    lambda: (
        ContactPoint.objects.filter(Q(contact_id__among=Slot("contacts")) | Q(post_id__among=Slot("posts")))
        .order_by("position", "pk")
        .values_list(
            "contact_id", "post_id", "kind", Cast("address", TextField()), "position", "pk", "bounces", "dead_since"
        )
    )
)


def _posts(on: date, roles_by_scope: Sequence[tuple[str, Sequence[str]]]) -> QuerySet[Post, Any]:
    over = Q()
    for field, roles in roles_by_scope:
        over |= Q(**{"role__in": roles, f"{field}__among": Slot(field)})
    return (
        Post.objects.filter(valid_on(day=on), over, community_id__among=Slot("communities"))
        .order_by("pk")
        .values_list(
            "role", "community_id", "grid_id", "building_id", "unit_id", "pk", "holder_name", "language", "user_id"
        )
    )


_POSTS = PreparedRead(_posts)


def contacts_of(*, household_ids: Iterable[int]) -> dict[int, list[ContactCard]]:
    """Relatives still to be called (none who refused), per household, in call order; a household without any has no entry. One query."""
    rows = _CONTACTS.rows(households=list(household_ids))
    found: dict[int, list[ContactCard]] = defaultdict(list)
    for household_id, pk, name, relation, language, call_order in rows:
        found[household_id].append(ContactCard(pk, name, relation, language, call_order))
    return dict(found)


def points_of(
    *, contact_ids: Iterable[int] = (), post_ids: Iterable[int] = ()
) -> dict[tuple[str, int], list[PointCard]]:
    """Ways to reach contacts and holders of posts, in the order to try them, by ("contact" | "post", id). One query.

    An address that cannot be decrypted is logged and left out.
    """
    rows = _POINTS.rows(contacts=list(contact_ids), posts=list(post_ids))
    found: dict[tuple[str, int], list[PointCard]] = defaultdict(list)
    for contact_id, post_id, kind, kept, position, pk, bounces, dead_since in rows:
        try:
            address = decrypt(kept)
        except InvalidToken:
            # One damaged address must not keep everybody else's messages back.
            log.error("contact point %s cannot be decrypted: is LINLI_SECRET_KEY the one it was kept with?", pk)
            continue
        holder = ("contact", contact_id) if contact_id else ("post", post_id)
        found[holder].append(PointCard(kind, address, position, pk, bounces, dead_since is not None))
    return dict(found)


def posts_over(*, places: Sequence[PlaceRef], roles: Iterable[str], on: date) -> dict[tuple[str, int], list[PostCard]]:
    """Posts valid on this day that reach any of these places, by (role, id of the community, grid, building or unit). One query."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for role in roles:
        wanted[SCOPE_OF_ROLE[role]].add(role)
    if not wanted or not places:
        return {}
    roles_by_scope = tuple((field, tuple(sorted(held))) for field, held in sorted(wanted.items()))
    scopes = {field: {getattr(place, field) for place in places} - {None} for field in wanted}
    rows = _POSTS.rows(on, roles_by_scope, communities={place.community_id for place in places}, **scopes)
    found: dict[tuple[str, int], list[PostCard]] = defaultdict(list)
    for role, community_id, grid_id, building_id, unit_id, pk, holder_name, language, user_id in rows:
        scope_id = unit_id or building_id or grid_id or community_id
        found[role, scope_id].append(PostCard(pk, role, holder_name, language, user_id))
    return dict(found)
