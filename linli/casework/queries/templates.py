"""Answers to begin with, filled in for a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from linli.casework.access import REPORTERS, Reach
from linli.casework.errors.arranging import ArrangementNotFound
from linli.casework.models import Reporter, Request, ResponseTemplate
from linli.casework.queries.office import looks_after
from linli.casework.queries.settings import templates_of
from linli.casework.rules.templates import filled

_HAN = re.compile(r"[\u3400-\u9fff]")


def filled_template(*, template: ResponseTemplate, request: Request, reach: Reach | None = None) -> str:
    """The text with number, place, category, due time and reporter of a request filled in; other braces stay. It never fails.

    The reporter's name is said only to who may see reporters (``reach``), else "resident". One query where it is asked for.
    """
    due = request.due_at.astimezone(ZoneInfo(request.community.time_zone))
    in_chinese = bool(_HAN.search(template.text))
    values = {
        "number": request.number,
        "place": request.place or request.community.name,
        "category": request.category.title_zh if in_chinese else request.category.title_en,
        "due": f"{due.month}月{due.day}日 {due:%H:%M}" if in_chinese else f"{due:%Y-%m-%d %H:%M}",
        "reporter": "",
    }
    if "{reporter}" in template.text:
        values["reporter"] = _reporter(request, reach) or ("居民" if in_chinese else "resident")
    return filled(text=template.text, values=values)


@dataclass(frozen=True, slots=True)
class Beginning:
    """An answer to begin with, filled in."""

    title: str
    text: str


def filled_templates(*, request: Request, state: str, reach: Reach) -> list[Beginning]:
    """The answers to begin with for a state of this request, filled in: those of its category first. Two queries at most, and one more
    for each that names the reporter."""
    rows = templates_of(community_id=request.community_id, category_id=request.category_id, state=state)
    return [Beginning(one.title, filled_template(template=one, request=request, reach=reach)) for one in rows]


def sample_filled(*, text: str) -> str:
    """The same for a request that is made up, for the page on which such a text is written."""
    in_chinese = bool(_HAN.search(text))
    values = {
        "number": "20261130-012",
        "place": "8栋3单元",
        "category": "楼道灯路灯" if in_chinese else "Stairwell and street lights",
        "due": "12月9日 15:00" if in_chinese else "2026-12-09 15:00",
        "reporter": "赵女士" if in_chinese else "Ms Zhao",
    }
    return filled(text=text, values=values)


def all_templates(*, community_id: int) -> list[ResponseTemplate]:
    """Every answer to begin with, by state, those for all categories first. One query."""
    rows = ResponseTemplate.objects.filter(community_id=community_id).select_related("category__parent")
    return sorted(rows, key=lambda one: (one.state, one.category_id or 0, one.position, one.pk))


def template_for(*, reach: Reach, template_id: int) -> ResponseTemplate:
    """One of a community that this person looks after. Raises ArrangementNotFound."""
    found = ResponseTemplate.objects.select_related("category__parent", "community").filter(pk=template_id).first()
    if found is None or not looks_after(reach=reach, community_id=found.community_id):
        raise ArrangementNotFound
    return found


def variable_words() -> list[tuple[str, str]]:
    """Each variable with what is filled in for it."""
    return [
        ("{number}", _("the number of the request")),
        ("{place}", _("the place, or the name of the community")),
        ("{category}", _("the category")),
        ("{due}", _("the due time")),
        ("{reporter}", _("the name of who told us, or “resident”")),
    ]


def _reporter(request: Request, reach: Reach | None) -> str:
    if reach is None or not reach.may(REPORTERS):
        return ""
    first = Reporter.objects.filter(request=request).order_by("pk").first()
    return first.name if first is not None else ""
