"""What is in force in a community on a day: its rules, its clocks, its categories. What is not on file is as the preset says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from linli.casework.models import Category, ClockGrade, Policy, ResponseTemplate
from linli.casework.preset.grades import BY_CODE, USUAL


@dataclass(frozen=True, slots=True)
class GradeInForce:
    """How long requests may take; seconds of running time."""

    code: str
    title: str
    seconds: int
    respond_seconds: int
    runs: str
    warn_percent: int


def policy_of(*, community_id: int, on: date) -> Policy:
    """The rules in force on a day; the usual ones, not saved, where none are on file yet. One query."""
    found = Policy.objects.filter(community_id=community_id, since_on__lte=on).order_by("-since_on").first()
    return found or Policy(community_id=community_id, since_on=on)


def rating_days(*, on: date) -> dict[int, Q]:
    """How many days a rating can be given, each with the communities where it is so on that day. One query."""
    usual = Policy().rating_days
    last = dict(Policy.objects.filter(since_on__lte=on).order_by("since_on").values_list("community_id", "rating_days"))
    others: dict[int, list[int]] = defaultdict(list)
    for community_id, days in last.items():
        if days != usual:
            others[days].append(community_id)
    own = {days: Q(community_id__in=ids) for days, ids in others.items()}
    return {usual: ~Q(community_id__in=[pk for ids in others.values() for pk in ids]), **own}


def grade_of(*, community_id: int, code: str, on: date) -> GradeInForce:
    """The clock called ``code`` as in force on a day; an unknown code counts as the usual one. One query."""
    rows = ClockGrade.objects.filter(community_id=community_id, code=code or USUAL, since_on__lte=on)
    row = rows.order_by("-since_on").first()
    if row is None:
        usual = BY_CODE.get(code, BY_CODE[USUAL])
        return GradeInForce(usual.code, usual.zh, usual.seconds, usual.respond_seconds, usual.runs, usual.warn_percent)
    return GradeInForce(row.code, row.title, row.seconds, row.respond_seconds, row.runs, row.warn_percent)


def categories_of(*, community_id: int, on: date) -> list[Category]:
    """The main categories in use, each with its ``children`` in use, in order. Two queries."""
    in_use = Category.objects.filter(community_id=community_id).exclude(ended_on__lt=on).order_by("position", "pk")
    return list(in_use.filter(parent__isnull=True).prefetch_related(Prefetch("children", queryset=in_use)))


def category_for(*, community_id: int, category_id: int) -> Category | None:
    """One category that requests can have, with the main one above it; None if there is none such. One query."""
    rows = Category.objects.select_related("parent").filter(community_id=community_id, parent__isnull=False)
    return rows.filter(pk=category_id).first()


def guessed_category(*, text: str, categories: list[Category]) -> Category | None:
    """The category most of whose words stand in the text; the longer word counts more, the earlier category wins. None: no word does.

    ``categories`` are main ones with their children, as ``categories_of`` gives them.
    """
    best: tuple[int, Category] | None = None
    for main in categories:
        for one in main.children.all():
            score = sum(len(word) for word in one.keywords.split() if word in text)
            if score and (best is None or score > best[0]):
                best = (score, one)
    return best[1] if best else None


def templates_of(*, community_id: int, category_id: int, state: str) -> list[ResponseTemplate]:
    """The answers to begin with for a state: those of the category first, then the general ones. One query."""
    rows = ResponseTemplate.objects.filter(community_id=community_id, state=state)
    found = rows.filter(category_id=category_id) | rows.filter(category__isnull=True)
    return sorted(found, key=lambda one: (one.category_id is None, one.position, one.pk))
