"""What people wish about messages that can wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.notifications.errors import QuietHoursHalf
from linli.notifications.models import Message, Preference
from linli.notifications.wording import wordings_laid_down
from linli.registry.queries import HolderCard


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished: no messages that can wait between two times of day, none of these wordings, these ways first."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    unwanted: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()


@transaction.atomic
def state_wishes(*, by: Actor, now: datetime, holder: HolderCard, wish: Wish) -> Preference:
    """Write down what somebody wishes; what was held back for them is looked at again at once.

    ``holder`` comes out of a query that asked whether ``by`` may see it. People state their own wishes; staff who may edit the
    register state those of others. Raises QuietHoursHalf when only one end of the quiet hours is given, or both are the same.
    """
    if (wish.quiet_from is None) != (wish.quiet_until is None) or (
        wish.quiet_from and wish.quiet_from == wish.quiet_until
    ):
        raise QuietHoursHalf(fields={"quiet_until": QuietHoursHalf.default_sentence})
    routine = {laid.code for laid in wordings_laid_down() if laid.routine}
    kinds = {way.kind for way in holder.ways}
    values = {
        "community_id": holder.community_id,
        "quiet_from": wish.quiet_from,
        "quiet_until": wish.quiet_until,
        "unwanted": sorted(set(wish.unwanted) & routine),
        "ways": [kind for kind in dict.fromkeys(wish.ways) if kind in kinds],
        "changed_at": now,
        "changed_by": by.label[:120],
    }
    whose: dict[str, Any] = {"contact_id": holder.id} if holder.kind == "contact" else {"post_id": holder.id}
    preference, _ = Preference.objects.update_or_create(**whose, defaults=values)
    Message.objects.filter(
        recipient_kind=holder.kind, recipient_id=holder.id, state=Message.State.OWED, held_by=Message.Held.QUIET
    ).update(due_at=now, held_by="", held_until=None)
    record_traces(by=by, now=now, traces=[_trace(preference, holder)])
    return preference


def _trace(preference: Preference, holder: HolderCard) -> Trace:
    return Trace("changed", "preference", str(preference.pk), holder.community_id, holder.name)
