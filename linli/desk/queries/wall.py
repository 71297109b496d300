"""What a wall shows: places by number, states, roles, counts. No name, phone or ID number is even read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.roles import Role
from linli.core.secrets import token_hash
from linli.desk.errors import WallLinkEnded
from linli.desk.models import WallLink
from linli.desk.rows import Badge, alarm_of, condition_badge, handling_badge, icon_of, state_of
from linli.desk.sentences import audience_word, choice_word
from linli.incidents.models import Answer, Incident
from linli.registry.models import Community
from linli.registry.queries import Scope
from linli.safety.models import Device
from linli.safety.queries.health import is_silent
from linli.scheduling.queries import on_duty

MOST_ON_A_WALL = 5
GRAVE = 2
_COLUMNS = (
    "community_id", "kind__code", "kind__title_zh", "kind__title_en", "severity", "condition", "handling", "opened_at",
    "acknowledged_at", "silenced_until", "first_answer_at", "closed_at", "drill_id", "building__number", "unit__number",
    "unit__building_id", "dwelling__door",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WallRow:
    """One incident as a passer-by may see it. ``answers`` are roles and what they said."""

    ident: int
    place: str
    kind: str
    opened_at: datetime
    state: str
    icon: str
    alarm: str
    is_drill: bool
    condition: Badge
    handling: Badge
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wall:
    """The whole wall. ``for_the_day`` are those that can wait for the morning; ``silent`` detectors should have reported."""

    rows: Sequence[WallRow]
    open: int
    waiting: int
    for_the_day: int
    closed_today: int
    detectors: int
    silent: int
    duty: Badge | None = None
    """The role on duty and until when, or that nobody is; None where the community keeps no rota."""

    @property
    def not_shown(self) -> int:
        return self.open - len(self.rows)


def wall_of(*, scope: Scope, now: datetime, community_id: int | None = None) -> Wall:
    """The gravest five, as many as fit without scrolling, and the numbers; of one community also who is on duty, by role.

    Seven queries at most.
    """
    counts = _counts(scope, now)
    incidents = _gravest(scope) if counts["open"] else []
    answers = _roles_that_answered([one.pk for one in incidents])
    rows = [_row(one, answers.get(one.pk, [])) for one in incidents]
    return Wall(rows=rows, duty=_duty(community_id, now), **counts, **_detectors(scope))


def _duty(community_id: int | None, now: datetime) -> Badge | None:
    duty = on_duty(community_ids=[community_id], at=now).get(community_id) if community_id is not None else None
    if duty is None:
        return None
    if not duty.post_ids:
        return Badge("soon", _("Nobody is on duty"))
    role = str(Role.DUTY_OFFICER.label)
    if duty.until is None:
        return Badge("hand", role)
    return Badge(
        "hand", _("%(role)s until %(time)s") % {"role": role, "time": f"{timezone.localtime(duty.until):%H:%M}"}
    )


def _counts(scope: Scope, now: datetime) -> dict[str, int]:
    open_ones, grave = Q(closed_at__isnull=True), Q(severity__lte=GRAVE)
    found = Incident.objects.filter(scope.covers(), open_ones).aggregate(
        open=Count("id", filter=grave),
        waiting=Count("id", filter=grave & Q(handling=Incident.Handling.UNACKNOWLEDGED)),
        for_the_day=Count("id", filter=~grave),
    )
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    lately = Q(opened_at__gte=midnight - timedelta(days=31), closed_at__gte=midnight, drill__isnull=True)
    return {**found, "closed_today": Incident.objects.filter(scope.covers(), lately).count()}


def _gravest(scope: Scope) -> list[Incident]:
    waiting_first = Case(
        When(handling=Incident.Handling.UNACKNOWLEDGED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found = Incident.objects.filter(scope.covers(), closed_at__isnull=True, severity__lte=GRAVE)
    return list(
        found.select_related("kind", "building", "unit__building", "dwelling")
        .only(*_COLUMNS)
        .order_by("severity", waiting_first, "-opened_at", "-id")[:MOST_ON_A_WALL]
    )


def _roles_that_answered(incident_ids: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """By incident: what each role said last. Who it was is not read."""
    latest: dict[int, dict[str, str]] = defaultdict(dict)
    if incident_ids:
        said = Answer.objects.filter(incident_id__in=incident_ids).order_by("at", "id")
        for incident_id, audience, choice in said.values_list("incident_id", "audience", "choice"):
            latest[incident_id][audience] = choice
    return {
        pk: [(audience_word(audience), choice_word(choice)) for audience, choice in by_role.items()]
        for pk, by_role in latest.items()
    }


def _row(incident: Incident, answers: Sequence[tuple[str, str]]) -> WallRow:
    return WallRow(
        ident=incident.pk,
        place=_place(incident),
        kind=incident.kind.title,
        opened_at=incident.opened_at,
        state=state_of(incident=incident),
        icon=icon_of(incident=incident),
        alarm=alarm_of(incident=incident),
        is_drill=incident.drill_id is not None,
        condition=condition_badge(incident=incident),
        handling=handling_badge(incident=incident),
        answers=answers,
    )


def _place(incident: Incident) -> str:
    """Building, unit and door by their numbers: what else a place is called may hold a name."""
    if incident.unit is not None:
        return f"{incident.unit}{incident.dwelling.door if incident.dwelling else ''}"
    return str(incident.building) if incident.building is not None else _("In the community")


def _detectors(scope: Scope) -> dict[str, int]:
    hanging = Device.objects.filter(
        scope.covers_dwellings("installations__"), is_active=True, installations__removed_on__isnull=True
    )
    silent = Q(state__last_seen_at__isnull=True) | Q(is_silent(device="pk"))
    return hanging.aggregate(detectors=Count("pk", distinct=True), silent=Count("pk", distinct=True, filter=silent))


def wall_link_behind(*, token: str) -> WallLink:
    """The link that a token opens, with its community. Raises WallLinkEnded for an unknown or revoked one. One query."""
    link = (
        WallLink.objects.select_related("community")
        .filter(token_hash=token_hash(token), revoked_at__isnull=True)
        .first()
    )
    if link is None:
        raise WallLinkEnded
    return link


def wall_scope(*, link: WallLink) -> Scope:
    """What a link lets one see: its community, nothing else."""
    only = frozenset({link.community_id})
    return Scope(communities=only, present_in=only, only_in=link.community_id)


def wall_links_of(*, scope: Scope) -> list[WallLink]:
    """The links of the communities over the whole of which one holds a post, those in use first. One query."""
    found = WallLink.objects.filter(scope.covers_communities()).select_related("community")
    return sorted(found, key=lambda link: (link.revoked_at is not None, link.community.name, link.pk))


def whole_communities(*, scope: Scope) -> list[Community]:
    """Those for which one may hang walls up. One query."""
    return list(Community.objects.filter(scope.covers_communities("pk")).order_by("name", "pk"))
