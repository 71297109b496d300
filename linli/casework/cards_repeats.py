"""What is said on Today of repeats and proactive tasks."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.casework.access import RATES
from linli.casework.context import reach_for
from linli.casework.queries.suggestions import open_suggestions
from linli.casework.queries.tasks import tasks_due
from linli.casework.task_words import task_badge
from linli.registry.context import groups_for
from linli.registry.queries import Scope


def repeats_today(request: HttpRequest, scope: Scope) -> str:
    """What keeps coming back and waits for a decision, and tasks whose day has come; nothing while there is neither."""
    reach = reach_for(request.user)
    if not request.user.has_perm("casework.work"):
        return ""
    tasks = tasks_due(reach=reach, groups=groups_for(request.user), on=timezone.localdate())
    found = len(open_suggestions(reach=reach, community_id=None)) if reach.may(RATES) else 0
    if not tasks and not found:
        return ""
    shown = {"found": found, "tasks": [(one, task_badge(task=one)) for one in tasks]}
    return render_to_string("casework/repeats/today_card.html", shown, request=request)
