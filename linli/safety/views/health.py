"""How devices are: the list, one device, what is to be replaced."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.errors import NotFound
from linli.registry.context import scope_for
from linli.safety.forms.health import DevicesForm, ReplacementsForm
from linli.safety.queries.health import (
    buildings_with_devices,
    counts_of,
    device_list,
    device_page_of,
    rows_of,
)
from linli.safety.queries.replacements import replacements_in
from linli.safety.views.entry import needs
from linli.safety.words import LIFE_LEVELS, WORDS, words_of
from linli.ui.downloads import excel_list

PER_PAGE = 50
MOST_IN_A_SHEET = 20_000


@require_safe
@needs("safety.view")
def list_page(request: HttpRequest) -> HttpResponse:
    """The devices of my places: how many are in which state, and the list, filtered; as a page, or as a sheet."""
    scope, now = scope_for(request.user), timezone.now()
    form = DevicesForm(request.GET or None, buildings=buildings_with_devices(scope=scope))
    wanted = form.wanted()
    devices = device_list(scope=scope, wanted=wanted, now=now)
    if request.GET.get("as") == "xlsx":
        return _list_as_sheet(rows_of(devices=list(devices[:MOST_IN_A_SHEET]), now=now))
    page = Paginator(devices, PER_PAGE).get_page(request.GET.get("page"))
    counts = counts_of(scope=scope, now=now)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, words_of(row.states)) for row in rows_of(devices=list(page), now=now)],
        "counts": [(word, counts[state]) for state, word in WORDS.items() if counts[state]],
        "all": counts["all"],
        "chosen": WORDS.get(wanted.state),
        "filtered": bool(wanted.state or wanted.words or wanted.building_id),
        "sheet": _as_sheet(request),
    }
    return render(request, "safety/devices.html", context)


def _as_sheet(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["as"] = "xlsx"
    return query.urlencode()


def _list_as_sheet(rows: list[Any]) -> HttpResponse:
    english = (get_language() or "").startswith("en")
    lines = [
        (
            row.place, row.serial, row.raises_en if english else row.raises_zh, row.model, row.uplink,
            ", ".join(str(word.label) for word in words_of(row.states)), row.last_seen_at, row.battery_percent,
        )
        for row in rows
    ]  # fmt: skip
    head = [
        _("Place"),
        _("serial"),
        _("Kind"),
        _("model"),
        _("reports through"),
        _("State"),
        _("last seen at"),
        _("battery, %"),
    ]
    return excel_list(title=_("Detectors"), head=head, rows=lines, on=timezone.localdate())


@require_safe
@needs("safety.view")
def device_page(request: HttpRequest, device_id: int) -> HttpResponse:
    """One device: how it is, what it said, what was wrong with it. Raises NotFound outside my places."""
    found = device_page_of(scope=scope_for(request.user), device_id=device_id, now=timezone.now())
    if found is None:
        raise NotFound
    context = {
        "found": found,
        "device": found.device,
        "words": words_of(found.row.states),
        "today": timezone.localdate(),
    }
    return render(request, "safety/device.html", context)


@require_safe
@needs("safety.view")
def replacements_page(request: HttpRequest) -> HttpResponse:
    """What is to be replaced, building by building; to print, or as a sheet."""
    scope = scope_for(request.user)
    form = ReplacementsForm(request.GET or None, buildings=buildings_with_devices(scope=scope))
    level, building_id = form.level_and_building()
    found = replacements_in(scope=scope, level=level, building_id=building_id)
    if request.GET.get("as") == "xlsx":
        head = [
            _("Building"),
            _("Place"),
            _("spot"),
            _("serial"),
            _("model"),
            _("made on"),
            _("installed on"),
            _("End of life"),
        ]
        lines = [
            (f"{d.building}栋", d.place, d.spot, d.serial, d.model, d.made_on, d.installed_on, d.ends_on) for d in found
        ]
        return excel_list(title=_("Detectors to be replaced"), head=head, rows=lines, on=timezone.localdate())
    context = {
        "form": form,
        "buildings": [(number, list(devices)) for number, devices in groupby(found, key=lambda d: d.building)],
        "count": len(found),
        "levels": LIFE_LEVELS,
        "filtered": level > 1 or building_id is not None,
        "sheet": _as_sheet(request),
    }
    return render(request, "safety/replacements.html", context)
