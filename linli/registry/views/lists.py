"""People by filter: on the screen, as a file, and on paper for captains."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import Refusal
from linli.core.masking import mask_phone
from linli.registry.actions.exporting import export_people, export_people_whole, print_people, print_people_whole
from linli.registry.context import groups_for, scope_for
from linli.registry.errors import ListTooLong, ReasonTooShort
from linli.registry.filtering import PeopleFilterForm
from linli.registry.groups import Group
from linli.registry.models import Resident
from linli.registry.people_files import people_workbook
from linli.registry.queries.lists import groups_of, people_listed
from linli.registry.queries.rows import REGISTER
from linli.registry.rules import age_on
from linli.ui.downloads import XLSX, attachment
from linli.ui.pictures import qr_code

PAGE_ROWS: Final = 50


@never_cache
@require_safe
@permission_required("registry.view", raise_exception=True)
def list_page(request: HttpRequest) -> HttpResponse:
    """Who lives here, by building, stairwell, group and age."""
    return _list(request)


def _list(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    form = _form(request)
    today, seen = timezone.localdate(), groups_for(request.user)
    found = people_listed(scope=scope_for(request.user), wanted=form.wanted, on=today, groups=seen)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    people = list(page)
    groups = groups_of(resident_ids=[person.pk for person in people], on=today, groups=seen)
    shown = {
        "form": form,
        "page": page,
        "lines": [_line(person, today, groups.get(person.pk, [])) for person in people],
        "words": form.in_words(),
        "query": _query(request),
        "filtered": bool(_query(request)),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "registry/lists/list.html", shown, status=422 if form.errors or refusal else 200)


def _line(person: Resident, today: Any, groups: list[Any]) -> dict[str, Any]:
    return {
        "id": person.pk,
        "household_id": person.household_id,
        "name": person.name,
        "place": person.household.dwelling.label,
        "age": age_on(born_on=person.born_on, day=today) if person.born_on else None,
        "sex": person.get_sex_display() if person.sex in {"1", "2"} else "",
        "phone": mask_phone(person.phone),
        "groups": [Group(one.group).label for one in groups],
    }


@never_cache
@require_POST
@permission_required("registry.export", raise_exception=True)
def list_file(request: HttpRequest) -> HttpResponse:
    """The list as an Excel file; with whole numbers once the reason is written down. The filter stands in the address."""
    form = _form(request)
    told: dict[str, Any] = {
        "by": actor_of_request(request),
        "now": timezone.now(),
        "wanted": form.wanted,
        "words": form.in_words(),
        "fields": REGISTER,
    }
    try:
        if request.POST.get("numbers") == "whole":
            rows = export_people_whole(reason=request.POST.get("reason", ""), **told)
        else:
            rows = export_people(**told)
    except (ReasonTooShort, ListTooLong) as refusal:
        return _list(request, refusal=refusal)
    content = people_workbook(rows=rows, fields=REGISTER, mark=_mark(request))
    return attachment(content=content, name=f"居民台账 {timezone.localdate():%Y-%m-%d}.xlsx", kind=XLSX)


def _mark(request: HttpRequest) -> str:
    """Files are read by offices: in Chinese, whatever the page speaks."""
    at = timezone.localtime()
    with override("zh-hans"):
        return _("Taken out of Linli by %(who)s on %(when)s. Holds personal data: give it to nobody else.") % {
            "who": str(request.user),
            "when": f"{at:%Y-%m-%d %H:%M}",
        }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.print", raise_exception=True)
def sheet_page(request: HttpRequest) -> HttpResponse:
    """A captain's sheet: a page for each stairwell in large type, with boxes to tick; phones whole once the reason is written down."""
    form = _form(request)
    by, now = actor_of_request(request), timezone.now()
    told: dict[str, Any] = {"by": by, "now": now, "wanted": form.wanted, "words": form.in_words()}
    refusal, whole, people = None, request.method == "POST", []
    try:
        if whole:
            people = print_people_whole(reason=request.POST.get("reason", ""), **told)
        elif _query(request) or not scope_for(request.user).is_wide:
            people = print_people(**told)
    except ReasonTooShort as too_short:
        refusal, whole, people = too_short, False, print_people(**told)
    shown = {
        "form": form,
        "words": form.in_words(),
        "units": _units(people, phone_of=(lambda phone: phone) if whole else mask_phone),
        "whole": whole,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "now": now,
        "query": _query(request),
    }
    return render(request, "registry/lists/sheet.html", shown, status=422 if refusal or form.errors else 200)


def _units(people: list[Resident], *, phone_of: Any) -> list[dict[str, Any]]:
    """Stairwell by stairwell, door by door."""
    units = []
    today = timezone.localdate()
    for unit, members in groupby(people, key=lambda person: person.household.dwelling.unit):
        address = f"{settings.LINLI_PUBLIC_URL}{reverse('registry:list')}?{urlencode(_place(unit))}"
        doors = [
            {
                "door": door,
                "people": [{**_line(person, today, []), "phone": phone_of(person.phone)} for person in those],
            }
            for door, those in groupby(members, key=lambda person: person.household.dwelling.door)
        ]
        title = _("Building %(number)s") % {"number": unit.building.number}
        title += " · " + _("Stairwell %(number)d") % {"number": unit.number}
        units.append({"title": title, "doors": doors, "qr": qr_code(text=address), "address": address})
    return units


def _place(unit: Any) -> dict[str, int]:
    return {"community": unit.community_id, "building": unit.building_id, "unit": unit.pk}


def _form(request: HttpRequest) -> PeopleFilterForm:
    return PeopleFilterForm(request.GET, scope=scope_for(request.user), groups=groups_for(request.user))


def _query(request: HttpRequest) -> str:
    """The filter as it stands in the address, without the page."""
    given = request.GET.copy()
    given.pop("page", None)
    return given.urlencode()
