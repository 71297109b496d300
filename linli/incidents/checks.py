"""What ``linli check`` asks of this room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linli.core.inner import not_inner
from linli.core.rooms import Finding
from linli.incidents.models import Incident

LATE = timedelta(seconds=30)


def next_steps(now: datetime) -> Sequence[Finding]:
    """Every open incident that nobody has acknowledged has a next step, and none is overdue."""
    waiting = Incident.objects.filter(not_inner(), closed_at__isnull=True, handling=Incident.Handling.UNACKNOWLEDGED)
    stuck = waiting.filter(next_step_at__isnull=True).count()
    late = waiting.filter(next_step_at__lt=now - LATE).count()
    if stuck:
        sentence = _(
            "%(n)s open incidents have no next step. Acknowledge or close them at the desk, and report this fault."
        ) % {"n": stuck}
    elif late:
        sentence = _("%(n)s open incidents wait for a step that is overdue. Is the worker running?") % {"n": late}
    else:
        sentence = _("Each of the %(n)s unanswered incidents has a next step in time.") % {"n": waiting.count()}
    return [Finding(part="incidents", fine=not (stuck or late), sentence=sentence)]
