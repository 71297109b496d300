"""The ways to reach people, as a page shows them: numbers masked, dead ones marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from linli.accounts.roles import Role
from linli.core.errors import NotFound
from linli.core.masking import mask_phone
from linli.registry.errors import NoPostNow
from linli.registry.keeping import NUMBERED
from linli.registry.models import Contact, ContactPoint, Post, Relation
from linli.registry.scopes import Scope, valid_on


@dataclass(frozen=True, slots=True)
class WayCard:
    """One way to reach somebody; ``dead_reason`` says why it was marked dead."""

    id: int
    kind: str
    kind_label: str
    masked: str
    dead_since: datetime | None
    dead_reason: str


@dataclass(frozen=True, slots=True)
class HolderCard:
    """A relative or the holder of a post, with the ways to reach them in order. ``household_id`` is None for posts."""

    kind: str
    id: int
    community_id: int
    name: str
    title: str
    language: str
    household_id: int | None
    place: str
    user_id: int | None
    ways: tuple[WayCard, ...]


@dataclass(frozen=True, slots=True)
class DeadWayRow:
    """A way that is marked dead, and whose it is."""

    way: WayCard
    holder_kind: str
    holder_id: int
    name: str
    title: str
    place: str
    household_id: int | None


def points_within(*, scope: Scope) -> Q:
    """For contact points: those of relatives of households, and of posts, within a scope."""
    return (Q(contact__isnull=False) & scope.covers_people("contact__")) | (
        Q(post__isnull=False) & scope.covers("post__")
    )


def masked_way(*, point: ContactPoint) -> str:
    """What may be shown of a number; of an address only the service, since the rest of it is a key."""
    if point.kind in NUMBERED:
        return mask_phone(point.address)
    if point.kind == ContactPoint.Kind.PUSH:
        return ""
    return f"{point.address.partition('://')[0]}://…" if "://" in point.address else ""


def dead_ways_for(*, scope: Scope, limit: int) -> list[DeadWayRow]:
    """The dead ways within a scope, newest first. Relatives no longer called and posts that ended are left out. One query."""
    points = (
        ContactPoint.objects.filter(
            points_within(scope=scope), dead_since__isnull=False, contact__ended_on__isnull=True
        )
        .select_related("contact__household__dwelling", "post__unit__building", "post__building", "post__grid")
        .order_by("-dead_since", "pk")[:limit]
    )
    return [_dead_row(point) for point in points]


def dead_ways_count(*, scope: Scope) -> int:
    """How many ways are dead within a scope."""
    dead = ContactPoint.objects.filter(dead_since__isnull=False, contact__ended_on__isnull=True)
    return dead.filter(points_within(scope=scope)).count()


def holder_for(*, scope: Scope, kind: str, holder_id: int) -> HolderCard:
    """A relative or the holder of a post within a scope. Two queries. Raises NotFound."""
    if kind == "contact":
        return _holder(Contact.objects.filter(scope.covers_people(), pk=holder_id, ended_on__isnull=True))
    return _holder(Post.objects.filter(scope.covers(), pk=holder_id))


def post_of_user(*, user_id: int, post_id: int) -> HolderCard:
    """One's own post. Raises NotFound."""
    return _holder(Post.objects.filter(pk=post_id, user_id=user_id))


def first_post_of(*, user_id: int, on: date) -> int:
    """The post of a user that is valid on this day, the oldest if there are several. Raises NoPostNow."""
    post_id = Post.objects.filter(valid_on(day=on), user_id=user_id).order_by("pk").values_list("pk", flat=True).first()
    if post_id is None:
        raise NoPostNow
    return post_id


def holder_behind_link(*, kind: str, holder_id: int) -> HolderCard:
    """Whoever a signed link was made for: the link is the permission. Raises NotFound."""
    if kind == "contact":
        return _holder(Contact.objects.filter(pk=holder_id, ended_on__isnull=True))
    if kind == "post":
        return _holder(Post.objects.filter(pk=holder_id))
    raise NotFound


def _holder(rows: Iterable[Contact | Post]) -> HolderCard:
    holder = next(iter(rows), None)
    if holder is None:
        raise NotFound
    ways = tuple(_way(point) for point in holder.points.order_by("position", "pk"))
    if isinstance(holder, Contact):
        title, place = str(Relation(holder.relation).label), holder.household.dwelling.label
        return HolderCard(
            "contact", holder.pk, holder.community_id, holder.name, title, holder.language, holder.household_id, place, None, ways
        )  # fmt: skip
    title = str(Role(holder.role).label)
    return HolderCard(
        "post", holder.pk, holder.community_id, holder.holder_name, title, holder.language, None, _place_of(holder),
        holder.user_id, ways,
    )  # fmt: skip


def _way(point: ContactPoint) -> WayCard:
    label = str(point.get_kind_display())
    return WayCard(point.pk, point.kind, label, masked_way(point=point), point.dead_since, point.dead_reason)


def _dead_row(point: ContactPoint) -> DeadWayRow:
    if point.contact is not None:
        title, place = str(Relation(point.contact.relation).label), point.contact.household.dwelling.label
        household_id = point.contact.household_id
        return DeadWayRow(_way(point), "contact", point.contact.pk, point.contact.name, title, place, household_id)
    post = point.post
    assert post is not None
    return DeadWayRow(_way(point), "post", post.pk, post.holder_name, str(Role(post.role).label), _place_of(post), None)


def _place_of(post: Post) -> str:
    return str(post.unit or post.building or post.grid or "")
