"""The morning's list: what can wait rings nobody at night and is told once a day, all in one message."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.core.bulk import update_rows
from linli.incidents.audiences import Audiences, Recipient, Where, place_of
from linli.incidents.models import Audience, Incident
from linli.incidents.rulebook import QUIET, Rulebook, rulebook
from linli.notifications.actions import Owed, owe_messages
from linli.notifications.models import Message

KINDS_NAMED = 8


@transaction.atomic
def send_digests(*, now: datetime, limit: int = 5000) -> int:
    """Tell whoever looks after them about the quiet matters that are due; they are due again the next morning.

    One message for each recipient and day, whatever the number of matters. Returns how many matters were due.
    """
    due = Incident.objects.select_for_update(
        of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
    )
    incidents = list(
        due.select_related("building")
        .filter(next_step_at__lte=now, severity=QUIET)
        .order_by("next_step_at", "id")[:limit]
    )
    if not incidents:
        return 0
    book = rulebook(now=now, kinds={i.kind_id for i in incidents}, communities={i.community_id for i in incidents})
    by_recipient: dict[tuple[int, Recipient], list[Incident]] = defaultdict(list)
    wheres = {i.pk: _where(i) for i in incidents}
    known = Audiences(
        wheres=list(wheres.values()), audiences=[Audience.DUTY_DESK, Audience.GRID_LEAD, Audience.SECRETARY], at=now
    )
    for incident in incidents:
        policy = book.policy_for(community_id=incident.community_id, kind=incident.kind_id)
        wanted = policy.chain[0][1] if policy.chain else Audience.DUTY_DESK.value
        for recipient in _first_found(known, wheres[incident.pk], (wanted, Audience.DUTY_DESK, Audience.SECRETARY)):
            by_recipient[incident.community_id, recipient].append(incident)
    owe_messages(
        now=now,
        messages=[
            _digest(community_id, recipient, matters, book=book, now=now)
            for (community_id, recipient), matters in by_recipient.items()
        ],
    )
    mornings = [
        (i.pk, book.morning_after(community_id=i.community_id, kind=i.kind_id, now=now), now, None) for i in incidents
    ]
    update_rows(Incident, key="id", columns=("next_step_at", "last_step_at", "silenced_until"), rows=sorted(mornings))
    return len(incidents)


def _first_found(known: Audiences, where: Where, audiences: Sequence[str]) -> list[Recipient]:
    """The first of these audiences that has anybody."""
    for audience in audiences:
        if found := known.recipients(where=where, audience=audience):
            return found
    return []


def _where(incident: Incident) -> Where:
    place = place_of(incident=incident)
    return Where(place=place, household_id=None)


def _digest(
    community_id: int, recipient: Recipient, matters: Sequence[Incident], *, book: Rulebook, now: datetime
) -> Owed:
    community, zone = book.communities[community_id]
    day = now.astimezone(zone).date()
    counted = Counter(i.kind_id for i in matters).most_common(KINDS_NAMED)
    params: Mapping[str, Any] = {
        "community": community,
        "count": len(matters),
        "list_zh": "、".join(f"{book.kinds[code].title_zh} {number} 件" for code, number in counted),
        "list_en": ", ".join(f"{book.kinds[code].title_en}: {number}" for code, number in counted),
        "severity": QUIET,
        "life_safety": False,
    }
    return Owed(
        community_id=community_id,
        about=f"digest:{community_id}",
        recipient_kind=recipient.kind,
        recipient_id=recipient.id,
        recipient_name=recipient.name,
        recipient_title=recipient.title,
        language=recipient.language,
        wording="incident.digest",
        params=params,
        idempotency_key=f"digest:{day.isoformat()}:{matters[0].pk}:{recipient.kind}:{recipient.id}",
        priority=Message.ROUTINE,
    )
