"""Several false smoke alarms in one stairwell become a request to the grid lead."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from linli.accounts.roles import Role
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.presets import lay_down_categories
from linli.casework.models import Request
from linli.incidents.events import IncidentClosed
from linli.journeys.actions import JOURNEYS
from linli.journeys.preset import FALSE_SMOKE, NOT_COUNTED, SMOKE_CATEGORY, SMOKE_KINDS
from linli.journeys.queries import category_called, false_smoke_since_told, rule_in_force, smoke_source
from linli.journeys.wording import smoke_text
from linli.registry.models import Post, Unit
from linli.registry.scopes import valid_on


@transaction.atomic
def tell_of_false_smoke(happening: IncidentClosed) -> None:
    """Once for each so many of them: those that a request told of already are not counted again."""
    if happening.is_drill or happening.kind not in SMOKE_KINDS or happening.unit_id is None:
        return
    if not happening.false_alarm or happening.cause_code in NOT_COUNTED:
        return
    community_id, on = happening.community_id, timezone.localdate(happening.at)
    rule = rule_in_force(code=FALSE_SMOKE, community_id=community_id, on=on)
    if not rule.is_on:
        return
    unit = (
        Unit.objects.select_for_update(of=("self",), no_key=True).select_related("building").get(pk=happening.unit_id)
    )
    alarms = false_smoke_since_told(community_id=community_id, unit_id=unit.pk, at=happening.at, rule=rule)
    if len(alarms) < rule.number:
        return
    lay_down_categories(community_id=community_id)
    told = [(timezone.localtime(one.closed_at), one.cause.title_zh) for one in alarms if one.closed_at and one.cause]
    given = Given(
        text=smoke_text(place=str(unit), days=rule.days, alarms=told),
        channel=Request.Channel.LINLI,
        place=PlaceGiven(unit_id=unit.pk),
        category_id=category_called(community_id=community_id, code=SMOKE_CATEGORY, on=on),
        source=smoke_source(unit_id=unit.pk, first_id=alarms[0].pk),
        post_id=_grid_lead(unit.building.grid_id, on),
    )
    enter_request(by=JOURNEYS, now=happening.at, community_id=community_id, given=given)


def _grid_lead(grid_id: int | None, on: date) -> int | None:
    """None where nobody is: then it goes where the sentences and the place say."""
    if grid_id is None:
        return None
    leads = Post.objects.filter(valid_on(day=on), role=Role.GRID_LEAD, grid_id=grid_id)
    return leads.order_by("pk").values_list("pk", flat=True).first()
