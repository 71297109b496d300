"""For the walk: a matter and a proactive task in whose words people wrote numbers, and what to fill their addresses with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.casework.actions.detections import DetectionGiven, add_detection
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.matters import open_matter
from linli.casework.actions.repeats import detect_repeats, put_suggestion_away
from linli.casework.actions.tasks import TaskGiven, mark_target, plan_task
from linli.casework.models import Suggestion
from linli.casework.rules.aims import Aim
from linli.core.actors import system_actor
from linli.registry.models import Household

BY = system_actor(part="test")


def repeats_with_numbers(*, household: Household, now: datetime) -> dict[str, list[Any]]:
    """What came again behind this door, decided on and gone after; every text of it holds a number."""
    told: dict[str, Any] = {"by": BY, "now": now}
    door = household.dwelling
    rule = add_detection(**told, community_id=household.community_id, given=DetectionGiven("unit", 7, 2, is_on=True))
    requests = [
        enter_request(
            by=BY,
            now=now - timedelta(days=days),
            community_id=household.community_id,
            given=Given(text=f"下水堵塞，打 1600000902{days}", place=PlaceGiven(dwelling_id=door.pk)),
        )
        for days in (1, 0)
    ]
    detect_repeats(now=now)
    found = Suggestion.objects.filter(rule=rule).order_by("-pk")[0]
    put_suggestion_away(**told, suggestion_id=found.pk, why="已找 16000009023")
    matter = open_matter(**told, title="主管", why="问 16000009024", request_ids=[requests[0].pk])
    given = TaskGiven("看下水", "先打 16000009025", now.date())
    task = plan_task(
        **told, community_id=household.community_id, given=given, aim=Aim(units=(door.unit_id,)), matter_id=matter.pk
    )
    target = task.targets.get(household=household)
    mark_target(**told, task_id=task.pk, target_id=target.pk, state="done", note="女儿 16000009026")
    return {
        "suggestion_id": [found.pk],
        "detection_id": [rule.pk],
        "matter_id": [matter.pk],
        "task_id": [task.pk],
        "target_id": [target.pk],
        "casework:matter-detach request_id": [requests[0].pk],
        "casework:task-step what": ["measure"],
    }
