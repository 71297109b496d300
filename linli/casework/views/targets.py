"""The list of a task: door by door on the phone, on paper in large type, as a file."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions.tasks import export_task, mark_target, print_task
from linli.casework.masked import masked_words
from linli.casework.models import ProactiveTask, TaskTarget
from linli.casework.queries.aims import aim_names
from linli.casework.queries.tasks import UNDER_WAY, names_of_targets, progress_of, target_for
from linli.casework.rules.aims import aim_from
from linli.casework.task_words import aim_words, progress_words, target_badge
from linli.casework.views.tasks import reach_and_task
from linli.registry.rules import age_on
from linli.ui.downloads import XLSX, attachment
from linli.ui.workbooks import workbook


@never_cache
@require_POST
@permission_required("casework.work", raise_exception=True)
def mark(request: HttpRequest, task_id: int, target_id: int) -> HttpResponse:
    """One door is done, not needed, or to be done after all; with a note, if there is something to say."""
    by, now = actor_of_request(request), timezone.now()
    mark_target(
        by=by, now=now, task_id=task_id, target_id=target_id, state=request.POST.get("state", ""),
        note=request.POST.get("note", ""),
    )  # fmt: skip
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('casework:task', args=[task_id])}#target-{target_id}")
    reach, task = reach_and_task(request, task_id)
    target = target_for(reach=reach, task=task, target_id=target_id)
    progress = progress_of(reach=reach, task=task)
    shown = {
        "task": task, "one": target, "mark": target_badge(target=target), "said": "、".join(names_of_targets(targets=[target])[target.pk]),
        "progress": progress, "progress_words": progress_words(progress=progress), "under_way": task.state in UNDER_WAY,
        "swapped": True,
    }  # fmt: skip
    return render(request, "casework/tasks/target.html", shown)


@never_cache
@require_safe
@permission_required(["casework.work", "registry.print"], raise_exception=True)
def sheet_page(request: HttpRequest, task_id: int) -> HttpResponse:
    """A sheet for each stairwell in large type, with boxes to tick. That it was opened for printing is written down."""
    _reach, task = reach_and_task(request, task_id)
    targets = print_task(by=actor_of_request(request), now=timezone.now(), task_id=task_id)
    names, today = names_of_targets(targets=targets), timezone.localdate()
    units = [
        {
            "title": _unit_title(unit),
            "rows": [{"one": one, "names": names.get(one.pk, ()), "age": _age(one, today)} for one in members],
        }
        for unit, members in groupby(targets, key=lambda one: one.household.dwelling.unit)
    ]
    shown = {"task": task, "units": units, "aim": _aim(task), "today": today}
    return render(request, "casework/tasks/sheet.html", shown)


@never_cache
@require_POST
@permission_required(["casework.work", "casework.export"], raise_exception=True)
def task_file(request: HttpRequest, task_id: int) -> HttpResponse:
    """The list as an Excel file, without phones; that it was taken out is written down."""
    _reach, task = reach_and_task(request, task_id)
    targets = export_task(by=actor_of_request(request), now=timezone.now(), task_id=task_id)
    names, today = names_of_targets(targets=targets), timezone.localdate()
    head = [
        _("Building"),
        _("Stairwell"),
        pgettext("number", "Door"),
        _("Name"),
        _("Age"),
        _("State"),
        _("Note"),
        _("When"),
        _("By whom"),
    ]
    rows = [
        [
            one.household.dwelling.unit.building.number, one.household.dwelling.unit.number, one.household.dwelling.door,
            "、".join(names.get(one.pk, ())), _age(one, today), one.get_state_display(), masked_words(one.note), one.marked_at,
            one.marked_by,
        ]
        for one in targets
    ]  # fmt: skip
    mark = _("%(task)s: taken out of Linli by %(who)s. Holds personal data: give it to nobody else.") % {
        "task": task.title,
        "who": str(request.user),
    }
    content = workbook(title=task.title, head=head, rows=rows, mark=mark)
    return attachment(content=content, name=f"{task.title} {today:%Y-%m-%d}.xlsx", kind=XLSX)


def _aim(task: ProactiveTask) -> str:
    aim = aim_from(data=task.aim)
    return aim_words(aim=aim, names=aim_names(aim=aim))


def _age(one: TaskTarget, today: Any) -> int | None:
    born = one.resident.born_on if one.resident is not None else None
    return age_on(born_on=born, day=today) if born else None


def _unit_title(unit: Any) -> str:
    return _("Building %(building)s, stairwell %(unit)d") % {"building": unit.building.number, "unit": unit.number}
