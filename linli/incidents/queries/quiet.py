"""Silences and drills: what holds alarms back now, and how an exercise went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.incidents.audiences import ROLE_OF
from linli.incidents.errors import DrillNotFound, SilenceNotFound
from linli.incidents.models import Answer, Audience, Drill, Incident, Silence
from linli.notifications.queries import Told, told_about_many
from linli.registry.scopes import Scope

SHOWN_FOR = timedelta(days=30)
AUDIENCE_OF: Mapping[str, str] = {role: audience for audience, role in ROLE_OF.items()}


@dataclass(frozen=True, slots=True)
class SilenceLine:
    """A silence with its state: "waits" for a second person, "ahead", "holds" or "over"; ``held`` alarms rang nobody so far."""

    silence: Silence
    state: str
    held: int


@dataclass(frozen=True, slots=True)
class Score:
    """How one audience did in a drill. ``first_seconds`` and ``median_seconds`` count from the alarm to each person's first answer."""

    audience: str
    told: int
    answered: int
    first_seconds: int | None
    median_seconds: int | None

    @property
    def label(self) -> str:
        return str(Audience(self.audience).label)


@dataclass(frozen=True, slots=True)
class DrillScore:
    """A drill, its alarms, and how everybody did; ``unreached`` are those to whom every message failed."""

    drill: Drill
    incidents: Sequence[Incident]
    scores: Sequence[Score]
    in_hand_seconds: int | None
    unreached: Sequence[str]


def silences_of(*, scope: Scope, now: datetime) -> list[SilenceLine]:
    """Those that hold or will, then those that ended within thirty days, newest first."""
    found = (
        Silence.objects.filter(scope.covers_communities(), ends_at__gt=now - SHOWN_FOR)
        .select_related("community", "kind", "building", "unit__building")
        .order_by("ended_at", "-ends_at")
    )
    held: dict[int, int] = defaultdict(int)
    for community_id in Incident.objects.filter(
        scope.covers(), closed_at__isnull=True, silenced_until__gt=now
    ).values_list("community_id", flat=True):
        held[community_id] += 1
    lines = [SilenceLine(one, _state(one, now), held[one.community_id]) for one in found]
    return sorted(lines, key=lambda line: line.state == "over")


def _state(silence: Silence, now: datetime) -> str:
    if silence.ended_at is not None or silence.ends_at <= now:
        return "over"
    if silence.needs_second and silence.second_at is None:
        return "waits"
    return "ahead" if silence.starts_at > now else "holds"


def silence_for(*, scope: Scope, silence_id: int) -> Silence:
    """One silence of the scope. Raises SilenceNotFound."""
    found = Silence.objects.filter(scope.covers_communities(), pk=silence_id).first()
    if found is None:
        raise SilenceNotFound
    return found


def drills_of(*, scope: Scope, limit: int = 50) -> list[Drill]:
    """The newest drills of the scope."""
    found = Drill.objects.filter(scope.covers_communities()).select_related("community", "kind")
    return list(found.order_by("-started_at")[:limit])


def drill_score(*, scope: Scope, drill_id: int) -> DrillScore:
    """One drill and how everybody did. Raises DrillNotFound."""
    drill = Drill.objects.filter(scope.covers_communities(), pk=drill_id).select_related("community", "kind").first()
    if drill is None:
        raise DrillNotFound
    incidents = list(Incident.objects.filter(drill=drill).select_related("kind").order_by("place", "pk"))
    told = told_about_many(community_ids=[drill.community_id], abouts=[f"incident:{i.pk}" for i in incidents])
    everybody = [(incident, one) for incident in incidents for one in told.get(f"incident:{incident.pk}", [])]
    answers: dict[tuple[int, str, str], Answer] = {}
    for answer in Answer.objects.filter(incident__in=incidents).order_by("-at", "-id"):
        answers[answer.incident_id, answer.by_kind, answer.by_ref] = answer  # the first of each person stays
    desk = [a for a in answers.values() if a.by_kind == "user"]
    waits: dict[str, list[int]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for incident, one in everybody:
        audience = _audience(one)
        counts[audience] += 1
        given = answers.get((incident.pk, one.recipient_kind, str(one.recipient_id)))
        if given is not None:
            waits[audience].append(_seconds(given.at - incident.opened_at))
    opened = {incident.pk: incident.opened_at for incident in incidents}
    waits[Audience.DUTY_DESK.value] += [_seconds(a.at - opened[a.incident_id]) for a in desk]
    taken = [_seconds(i.acknowledged_at - i.opened_at) for i in incidents if i.acknowledged_at is not None]
    return DrillScore(
        drill=drill,
        incidents=incidents,
        scores=[_score(a, counts[a], waits[a]) for a in Audience.values if counts[a]],
        in_hand_seconds=max(taken) if incidents and len(taken) == len(incidents) else None,
        unreached=sorted({one.name for _incident, one in everybody if one.state == "failed"}),
    )


def _audience(told: Told) -> str:
    return Audience.FAMILY.value if told.recipient_kind == "contact" else AUDIENCE_OF.get(told.title, told.title)


def _seconds(span: timedelta) -> int:
    return max(0, round(span.total_seconds()))


def _score(audience: str, told: int, waits: Sequence[int]) -> Score:
    in_order = sorted(waits)
    middle = in_order[(len(in_order) - 1) // 2] if in_order else None
    return Score(audience, told, min(len(in_order), told), in_order[0] if in_order else None, middle)
