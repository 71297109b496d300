"""What a community begins with."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from linli.casework.models import Category, ClockGrade, DetectionRule, Policy, Question, ResponseTemplate
from linli.casework.preset.categories import CATEGORIES, Main, Sort
from linli.casework.preset.grades import GRADES
from linli.casework.preset.sentences import DETECTIONS, TEMPLATES
from linli.core.inner import not_inner
from linli.registry.models import Community

ALWAYS = date(2000, 1, 1)


@transaction.atomic
def lay_down_categories(*, community_id: int) -> bool:
    """Clocks, rules, categories with questions, detection sentences and answers to begin with; False where there are categories already.

    Asked at every entry: where there is nothing to do it locks nothing.
    """
    if Category.objects.filter(community_id=community_id).exists():
        return False
    community = Community.objects.select_for_update().get(pk=community_id)
    if Category.objects.filter(community=community).exists():
        return False
    ClockGrade.objects.bulk_create(
        ClockGrade(
            community=community, code=g.code, title_zh=g.zh, title_en=g.en, seconds=g.seconds, runs=g.runs,
            respond_seconds=g.respond_seconds, warn_percent=g.warn_percent, since_on=ALWAYS,
        )
        for g in GRADES
    )  # fmt: skip
    Policy.objects.create(community=community, since_on=ALWAYS)
    for position, main in enumerate(CATEGORIES, start=1):
        _lay_main(community, main, position)
    DetectionRule.objects.bulk_create(
        DetectionRule(community=community, kind=kind, days=days, least=least) for kind, days, least in DETECTIONS
    )
    ResponseTemplate.objects.bulk_create(
        ResponseTemplate(community=community, state=state, title=title, text=text, position=position)
        for position, (state, title, text) in enumerate(TEMPLATES, start=1)
    )
    return True


def lay_down_where_missing(*, limit: int = 20) -> int:
    """The same for communities that have none yet. Returns for how many."""
    bare = Community.objects.filter(not_inner("pk")).exclude(pk__in=Category.objects.values("community_id"))
    return sum(lay_down_categories(community_id=pk) for pk in bare.order_by("pk").values_list("pk", flat=True)[:limit])


def _lay_main(community: Community, main: Main, position: int) -> None:
    above = Category.objects.create(
        community=community, code=main.code, title_zh=main.zh, title_en=main.en, grade=main.grade, position=position
    )
    for place, sort in enumerate(main.sorts, start=1):
        _lay_sort(community, above, sort, place)


def _lay_sort(community: Community, above: Category, sort: Sort, place: int) -> None:
    category = Category.objects.create(
        community=community, parent=above, code=sort.code, title_zh=sort.zh, title_en=sort.en, keywords=sort.keywords,
        grade=sort.grade or above.grade, tags=sort.tags, urgent_zh=sort.urgent[0], urgent_en=sort.urgent[1],
        published=sort.published, sensitive=sort.sensitive, position=place,
    )  # fmt: skip
    Question.objects.bulk_create(
        Question(
            category=category, code=ask.code, title_zh=ask.zh, title_en=ask.en, kind=ask.kind,
            choices=[list(choice) for choice in ask.choices], position=number,
        )
        for number, ask in enumerate(sort.asks, start=1)
    )  # fmt: skip
