"""The building chart (楼栋图): a community on one page, one building large, and the same as a table."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.core.errors import NotAllowed
from linli.core.rooms import ChartArea, Measure, measures_for
from linli.desk.drawing import LARGE, SMALL, large_stairwell, small_house, swatch, symbols
from linli.desk.queries import Chart, building_in, chart_of
from linli.desk.views.entry import needs, number_in, staff_context
from linli.registry.context import scope_for
from linli.registry.errors import NoCommunityYet
from linli.registry.queries import communities_in


@require_safe
@needs("registry.view")
def chart_page(request: HttpRequest) -> HttpResponse:
    """Every building of a community; ``?by=`` chooses the measure, ``?community=`` the community, ``?view=table`` the table."""
    scope = scope_for(request.user)
    communities = communities_in(scope=scope)
    wanted = number_in(request.GET.get("community"))
    community = next((one for one in communities if one.pk == wanted), communities[0] if communities else None)
    if community is None:
        raise NoCommunityYet
    measures, measure = _measures(request)
    chart = chart_of(scope=scope, area=ChartArea(community.pk), measure=measure, now=timezone.now())
    context = _context(request, chart, measures) | {"community": community, "communities": communities}
    if request.GET.get("view") != "table":
        context["drawings"] = [(house, small_house(house=house)) for house in chart.houses]
    return render(request, "desk/chart.html", context)


@require_safe
@needs("registry.view")
def building_page(request: HttpRequest, building_id: int) -> HttpResponse:
    """One building, each door with its number and its mark."""
    scope = scope_for(request.user)
    building = building_in(scope=scope, building_id=building_id)
    measures, measure = _measures(request)
    area = ChartArea(building.community_id, building.pk)
    chart = chart_of(scope=scope, area=area, measure=measure, now=timezone.now())
    context = _context(request, chart, measures) | {"building": building, "community": building.community}
    if request.GET.get("view") != "table":
        context["symbols"] += symbols(shades=measure.shades, size=LARGE)
        context["drawings"] = [
            (well, large_stairwell(house=house, well=well)) for house in chart.houses for well in house.stairwells
        ]
    return render(request, "desk/chart_building.html", context)


def _measures(request: HttpRequest) -> tuple[list[Measure], Measure]:
    """Those this person may see, and the chosen one; the first where none or an unknown one was asked for."""
    measures = measures_for(request.user)
    if not measures:
        raise NotAllowed
    wanted = request.GET.get("by", "")
    return measures, next((one for one in measures if one.code == wanted), measures[0])


def _context(request: HttpRequest, chart: Chart, measures: list[Measure]) -> dict[str, Any]:
    counts, shades = chart.counts, chart.measure.shades
    return {
        **staff_context(request),
        "chart": chart,
        "measures": measures,
        "symbols": symbols(shades=shades, size=SMALL),
        "legend": [(swatch(number=n), shade.label, counts[n]) for n, shade in enumerate(shades)],
        "vacant": swatch(number=-1),
        "as_table": request.GET.get("view") == "table",
        "rows": [(house, [house.counts[n] for n in range(len(shades))]) for house in chart.houses],
        "shades": shades,
    }
