"""Whether the ways to reach people work: failures for good are counted, and who can put a dead number right is told once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from linli.core.events import announce
from linli.notifications.events import PointDead
from linli.notifications.standing import USUAL_BOUNCES, standing
from linli.registry.actions import Bounce, count_bounces, revive_points
from linli.registry.queries import PointCard

log = logging.getLogger("linli.worker")


def record_health(*, worked: Sequence[PointCard], gone: Sequence[tuple[PointCard, str]], now: datetime) -> None:
    """Forget the failures of ways that worked; count those of numbers that do not exist, and tell of the ones that died of it.

    Costs nothing while all is well. A fault in here never undoes the record of what was sent.
    """
    recovered = {way.id for way in worked if way.bounces and way.id}
    bounces = [Bounce(way.id, reason) for way, reason in gone if way.id]
    if not recovered and not bounces:
        return
    try:
        with transaction.atomic():
            if recovered:
                revive_points(point_ids=recovered)
            if bounces:
                count_dead_ends(bounces=bounces, now=now)
    except Exception:
        log.exception("the health of %s ways could not be written down", len(recovered) + len(bounces))


def count_dead_ends(*, bounces: Sequence[Bounce], now: datetime) -> None:
    """Count failures for good, and announce the ways that are dead from now on. Receipts that say so come here too."""
    most = standing(now=now).bounces
    for dead in count_bounces(now=now, bounces=bounces, most=most, usual_most=USUAL_BOUNCES):
        announce(PointDead(**asdict(dead)))
