"""What captains of the invented community found at the doors and proposed: it waits for the office, as on any morning."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from config.demo.cast import UNUSED_PHONES
from linli.accounts.actors import actor_of
from linli.registry.actions.corrections import propose_correction
from linli.registry.correcting.rules import Proposal
from linli.registry.models import Post, Relation, Resident

BUILDING, UNIT = "demo-building", "demo-unit"
NEW_PHONE: Final = UNUSED_PHONES + 99_990_001
BETWEEN: Final = timedelta(hours=5)


def point_out(*, community_id: int, now: datetime, seed: int) -> None:
    """A phone, somebody who is not on the list and somebody who left, each from another door. The same seed gives the same."""
    lately = timezone.localdate(now) - timedelta(days=60)
    dice = random.Random(f"corrections:{seed}")  # noqa: S311  the point is that it repeats
    for told, (post, resident) in enumerate(_at_the_doors(community_id, lately)):
        at = now - BETWEEN * (told + 1)
        assert post.user is not None
        propose_correction(
            by=actor_of(post.user),
            now=at,
            household_id=resident.household_id,
            key=uuid.UUID(int=dice.getrandbits(128), version=4),
            proposal=_proposals(resident, at)[told],
        )


def _at_the_doors(community_id: int, before: date) -> Iterator[tuple[Post, Resident]]:
    """Two doors of the captain of a stairwell and one of the captain of its building, with the head who opened."""
    posts = Post.objects.filter(community_id=community_id).select_related("user")
    heads = Resident.objects.filter(community_id=community_id, is_head=True, household__moved_in_on__lt=before)
    seen: list[int] = []
    for username in (UNIT, UNIT, BUILDING):
        post = posts.filter(user__username=username).first()
        if post is None:
            continue
        place = {"household__dwelling__unit": post.unit_id} if post.unit_id else {
            "household__dwelling__unit__building": post.building_id
        }  # fmt: skip
        head = heads.filter(**place).exclude(pk__in=seen).order_by("household__dwelling__label").first()
        if head is not None:
            seen.append(head.pk)
            yield post, head


def _proposals(resident: Resident, at: datetime) -> tuple[Proposal, ...]:
    today = timezone.localdate(at)
    return (
        Proposal(about="phone", resident_id=resident.pk, phone=str(NEW_PHONE)),
        Proposal(about="newcomer", text="演示来客", relation=Relation.OTHER_KIN, on=today - timedelta(days=20)),
        Proposal(about="left", resident_id=resident.pk, on=today - timedelta(days=3)),
    )
