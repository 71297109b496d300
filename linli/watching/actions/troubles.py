"""From a trouble of the machine to an incident that somebody sees, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation

from linli.core.actors import system_actor
from linli.core.inner import not_inner
from linli.incidents.actions import Clearing, Opening, clear_incidents, open_incidents
from linli.incidents.models import Incident
from linli.registry.models import Community
from linli.registry.queries import PlaceRef
from linli.watching import rules
from linli.watching.queries.troubles import Trouble

WATCH = system_actor(part="watching")
SOURCE = "house:"


@transaction.atomic
def say_troubles(*, now: datetime, troubles: Sequence[Trouble]) -> int:
    """Open an incident for each trouble that has none yet, and mark those as over whose trouble is gone. Returns how many changed.

    They belong to the community that was there first: it is the one whose people look after the machine. At night only what
    endangers alarms is said; the rest waits until seven.
    """
    home = Community.objects.filter(not_inner("pk")).order_by("pk").first()
    if home is None:
        return 0
    local = timezone.localtime(now)
    standing = {
        (source, kind): condition
        for source, kind, condition in Incident.objects.filter(
            community=home, closed_at__isnull=True, source__startswith=SOURCE
        ).values_list("source", "kind_id", "condition")
    }
    place = PlaceRef(community_id=home.pk, grid_id=None, building_id=None, unit_id=None)
    openings = [
        _opening(trouble, place=place, now=now)
        for trouble in troubles
        if standing.get((SOURCE + trouble.code, trouble.kind)) != Incident.Condition.ACTIVE
        and rules.may_say_now(local=local, endangers_alarms=trouble.endangers_alarms)
    ]
    present = {SOURCE + trouble.code for trouble in troubles}
    over = [
        Clearing(home.pk, source, now)
        for (source, _kind), condition in standing.items()
        if condition == Incident.Condition.ACTIVE and source not in present
    ]
    opened = open_incidents(by=WATCH, now=now, openings=openings) if openings else []
    return len(opened) + (clear_incidents(by=WATCH, now=now, clearings=over) if over else 0)


def _opening(trouble: Trouble, *, place: PlaceRef, now: datetime) -> Opening:
    with translation.override("zh-hans"):  # what a place is called is data, in the language of the place
        label, sentence = str(trouble.title), str(trouble.sentence)
    return Opening(
        kind=trouble.kind,
        source=SOURCE + trouble.code,
        source_label="Linli",
        place=place,
        place_label=label[:80],
        happened_at=now,
        details={"trouble": trouble.code, "text": sentence},
    )
