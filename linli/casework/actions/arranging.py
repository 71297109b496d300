"""Categories and the questions they ask."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.audit.actions import Trace, record_traces
from linli.casework.access import ARRANGE, Reach, reach_of_actor
from linli.casework.errors.arranging import ArrangementNotFound, ArrangementWrong, LastCategory
from linli.casework.models import Category, ClockGrade, Question, Team
from linli.casework.preset.categories import FALLBACK
from linli.casework.queries.office import looks_after
from linli.core.actors import Actor
from linli.core.errors import Text
from linli.registry.models import Community

LISTS: Final = frozenset({Question.Kind.ONE, Question.Kind.MANY})
MOST_CHOICES: Final = 40
NEEDED: Final = _("Write something here.")


@dataclass(frozen=True, slots=True)
class CategoryGiven:
    """What a category is. A main one (``parent_id`` None) has titles, grade and order only; the rest is of those below it."""

    title_zh: str
    title_en: str
    position: int = 1
    grade: str = ""
    team_id: int | None = None
    keywords: str = ""
    tags: str = ""
    urgent_zh: str = ""
    urgent_en: str = ""
    published: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class QuestionGiven:
    """What is asked. ``choices`` are pairs of Chinese and English, for the kinds that have a list."""

    title_zh: str
    title_en: str
    kind: str = Question.Kind.STRING
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    position: int = 1


def arranging(*, by: Actor, now: datetime, community_id: int) -> Reach:
    """The reach of somebody who arranges this community, which is locked until the end of the transaction.

    Raises NotAllowed, ArrangementNotFound.
    """
    reach = reach_of_actor(by=by, now=now).need(ARRANGE)
    found = Community.objects.select_for_update().filter(pk=community_id).exists()
    if not found or not looks_after(reach=reach, community_id=community_id):
        raise ArrangementNotFound
    return reach


def tell_arranged(
    *, row: Any, community_id: int, by: Actor, now: datetime, verb: str, fields: Sequence[str] = ()
) -> None:
    """An entry in the trail: what was arranged, and which fields changed."""
    model = f"casework.{row._meta.model_name}"
    trace = Trace(verb, model, str(row.pk), community_id, str(row)[:200], details={"fields": list(fields)})
    record_traces(by=by, now=now, traces=[trace])


def changed_fields(*, row: Any, values: Mapping[str, Any]) -> list[str]:
    """Set these on a row that is not saved yet; which of them are new."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


@transaction.atomic
def add_category(
    *, by: Actor, now: datetime, community_id: int, parent_id: int | None, given: CategoryGiven
) -> Category:
    """A main category, or one below a main one. Raises NotAllowed, ArrangementNotFound, ArrangementWrong."""
    arranging(by=by, now=now, community_id=community_id)
    mains = Category.objects.filter(community_id=community_id, parent__isnull=True)
    if parent_id is not None and not mains.filter(pk=parent_id).exists():
        raise ArrangementNotFound
    values = _category_values(community_id, given)
    taken = set(Category.objects.filter(community_id=community_id).values_list("code", flat=True))
    category = Category.objects.create(
        community_id=community_id, parent_id=parent_id, code=_code(given.title_en, taken, "c"), **values
    )
    tell_arranged(row=category, community_id=community_id, by=by, now=now, verb="added")
    return category


@transaction.atomic
def change_category(*, by: Actor, now: datetime, category_id: int, given: CategoryGiven) -> Category:
    """Requests that have it keep it under its new name. Raises NotAllowed, ArrangementNotFound, ArrangementWrong."""
    category = _category(by, now, category_id)
    changed = changed_fields(row=category, values=_category_values(category.community_id, given))
    if changed:
        category.save()
        tell_arranged(row=category, community_id=category.community_id, by=by, now=now, verb="changed", fields=changed)
    return category


@transaction.atomic
def end_category(*, by: Actor, now: datetime, category_id: int) -> Category:
    """From tomorrow on no new request gets it, nor any below it. Raises NotAllowed, ArrangementNotFound, LastCategory."""
    category = _category(by, now, category_id)
    on = timezone.localdate(now)
    ending = Category.objects.filter(community_id=category.community_id, ended_on__isnull=True)
    ending = ending.filter(pk=category.pk) | ending.filter(parent=category)
    if ending.filter(code=FALLBACK, parent__isnull=False).exists():
        raise LastCategory
    if ending.filter(pk=category.pk).exists():
        ending.update(ended_on=on)
        tell_arranged(row=category, community_id=category.community_id, by=by, now=now, verb="ended")
        category.refresh_from_db()
    return category


@transaction.atomic
def revive_category(*, by: Actor, now: datetime, category_id: int) -> Category:
    """Use it again, with the main one above it. Raises NotAllowed, ArrangementNotFound."""
    category = _category(by, now, category_id)
    if category.ended_on is not None:
        Category.objects.filter(pk__in=[category.pk, category.parent_id or category.pk]).update(ended_on=None)
        tell_arranged(
            row=category, community_id=category.community_id, by=by, now=now, verb="changed", fields=["ended_on"]
        )
        category.refresh_from_db()
    return category


@transaction.atomic
def add_question(*, by: Actor, now: datetime, category_id: int, given: QuestionGiven) -> Question:
    """One question more. Raises NotAllowed, ArrangementNotFound, ArrangementWrong."""
    category = _category(by, now, category_id)
    if category.parent_id is None:
        raise ArrangementNotFound
    values = _question_values(given, known=())
    taken = set(Question.objects.filter(category=category).values_list("code", flat=True))
    question = Question.objects.create(category=category, code=_code(given.title_en, taken, "q"), **values)
    tell_arranged(row=question, community_id=category.community_id, by=by, now=now, verb="added")
    return question


@transaction.atomic
def change_question(*, by: Actor, now: datetime, question_id: int, given: QuestionGiven) -> Question:
    """Ask it otherwise; an answer that was there keeps its code. Raises NotAllowed, ArrangementNotFound, ArrangementWrong."""
    question, community_id = _question(by, now, question_id)
    changed = changed_fields(row=question, values=_question_values(given, known=question.choices))
    if changed:
        question.save()
        tell_arranged(row=question, community_id=community_id, by=by, now=now, verb="changed", fields=changed)
    return question


@transaction.atomic
def delete_question(*, by: Actor, now: datetime, question_id: int) -> None:
    """No longer asked; answers that were given stay with their requests. Raises NotAllowed, ArrangementNotFound."""
    question, community_id = _question(by, now, question_id)
    tell_arranged(row=question, community_id=community_id, by=by, now=now, verb="deleted")
    question.delete()


def _category(by: Actor, now: datetime, category_id: int) -> Category:
    reach_of_actor(by=by, now=now).need(ARRANGE)
    community_id = Category.objects.filter(pk=category_id).values_list("community_id", flat=True).first()
    if community_id is None:
        raise ArrangementNotFound
    arranging(by=by, now=now, community_id=community_id)
    return Category.objects.select_for_update().get(pk=category_id)


def _question(by: Actor, now: datetime, question_id: int) -> tuple[Question, int]:
    reach_of_actor(by=by, now=now).need(ARRANGE)
    category_id = Question.objects.filter(pk=question_id).values_list("category_id", flat=True).first()
    category = _category(by, now, category_id or 0)
    question = Question.objects.filter(pk=question_id).first()
    if question is None:
        raise ArrangementNotFound
    return question, category.community_id


def _category_values(community_id: int, given: CategoryGiven) -> dict[str, Any]:
    values = asdict(given)
    wrong: dict[str, Text] = {}
    for name in ("title_zh", "title_en"):
        values[name] = values[name].strip()[:60]
        if not values[name]:
            wrong[name] = NEEDED
    for name, longest in (("keywords", 400), ("tags", 100), ("urgent_zh", 200), ("urgent_en", 200)):
        values[name] = " ".join(values[name].split())[:longest]
    values["tags"] = values["tags"].lower()
    if given.grade and not ClockGrade.objects.filter(community_id=community_id, code=given.grade).exists():
        wrong["grade"] = _("Choose one of the clocks.")
    teams = Team.objects.filter(community_id=community_id)
    if given.team_id is not None and not teams.filter(pk=given.team_id).exists():
        wrong["team"] = _("Choose one of the teams.")
    if given.published and given.sensitive:
        wrong["published"] = _("What is for the office only cannot be published.")
    if bool(values["urgent_zh"]) != bool(values["urgent_en"]):
        wrong["urgent_en" if values["urgent_zh"] else "urgent_zh"] = _("Write it in both languages, or in none.")
    if wrong:
        raise ArrangementWrong(fields=wrong)
    return values


def _question_values(given: QuestionGiven, *, known: Sequence[Sequence[str]]) -> dict[str, Any]:
    wrong: dict[str, Text] = {name: NEEDED for name in ("title_zh", "title_en") if not getattr(given, name).strip()}
    choices: list[list[str]] = []
    if given.kind not in Question.Kind.values:
        wrong["kind"] = _("Choose one of the kinds.")
    elif given.kind in LISTS:
        choices = _choices(given.choices, known)
        if not 2 <= len(choices) <= MOST_CHOICES:
            wrong["choices"] = _("Write 2 to 40 answers, each on a line of its own.")
    if wrong:
        raise ArrangementWrong(fields=wrong)
    return {
        "title_zh": given.title_zh.strip()[:60], "title_en": given.title_en.strip()[:60], "kind": given.kind,
        "required": given.required, "choices": choices, "position": given.position,
    }  # fmt: skip


def _choices(wanted: Sequence[tuple[str, str]], known: Sequence[Sequence[str]]) -> list[list[str]]:
    """With the code that the same Chinese answer had before, else one made of the English."""
    codes = {zh: code for code, zh, *_more in known}
    made: list[list[str]] = []
    taken = set(codes.values())
    for zh, en in dict(wanted).items():
        code = codes.get(zh) or _code(en, taken, "o")
        taken.add(code)
        made.append([code, zh[:60], (en or zh)[:60]])
    return made


def _code(title: str, taken: set[str], letter: str) -> str:
    """A code out of English words, not taken yet: programs outside know a category by it, so that it never changes."""
    base = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:30]
    base = base if len(base) >= 2 else f"{letter}1"
    number = 2
    code = base
    while code in taken:
        code, number = f"{base}_{number}", number + 1
    return code
