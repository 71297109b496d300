"""Clocks and rules: a change is a new row from a day on, so that what has been stays as it was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.casework.actions.arranging import arranging, changed_fields, tell_arranged
from linli.casework.errors.arranging import ArrangementNotFound, ArrangementWrong, DayIsPast, DayIsTaken
from linli.casework.models import ClockGrade, Policy
from linli.casework.models.categories import Runs
from linli.core.actors import Actor
from linli.core.errors import Text
from linli.registry.models import Post

LONGEST_SECONDS: Final = 400 * 86400
DAYS: Final = ("question_days", "outside_days", "rating_days", "objection_days", "duplicate_days")


@dataclass(frozen=True, slots=True)
class GradeGiven:
    """How long requests of a grade may take, in seconds of running time."""

    title_zh: str
    title_en: str
    seconds: int
    respond_seconds: int
    runs: str
    warn_percent: int


@dataclass(frozen=True, slots=True)
class PolicyGiven:
    """What a community decides for its requests; see ``Policy``."""

    response_weight: Decimal
    resolution_weight: Decimal
    satisfaction_weight: Decimal
    mostly_weight: Decimal
    least_for_percent: int
    question_days: int
    outside_days: int
    rating_days: int
    objection_days: int
    duplicate_days: int
    wake_grace_seconds: int
    late_factor: int
    returns_to_arbiter: int
    arbiter_id: int | None = None


@transaction.atomic
def change_grade(
    *, by: Actor, now: datetime, community_id: int, code: str, since_on: date, given: GradeGiven
) -> ClockGrade:
    """This clock from a day on: a new row; one that has not begun yet is written anew. Running clocks keep what they have.

    Raises NotAllowed, ArrangementNotFound, ArrangementWrong, DayIsPast, DayIsTaken.
    """
    arranging(by=by, now=now, community_id=community_id)
    rows = ClockGrade.objects.filter(community_id=community_id, code=code)
    if not rows.exists():
        raise ArrangementNotFound
    _check_grade(given)
    row = rows.filter(since_on=since_on).first()
    _check_day(since_on, timezone.localdate(now), row)
    row = row or ClockGrade(community_id=community_id, code=code, since_on=since_on)
    changed = changed_fields(row=row, values=asdict(given))
    row.save()
    tell_arranged(row=row, community_id=community_id, by=by, now=now, verb="changed", fields=changed)
    return row


@transaction.atomic
def change_policy(*, by: Actor, now: datetime, community_id: int, since_on: date, given: PolicyGiven) -> Policy:
    """These rules from a day on: a new row; one that has not begun yet is written anew.

    Raises NotAllowed, ArrangementNotFound, ArrangementWrong, DayIsPast, DayIsTaken.
    """
    arranging(by=by, now=now, community_id=community_id)
    _check_policy(community_id, given)
    row = Policy.objects.filter(community_id=community_id, since_on=since_on).first()
    _check_day(since_on, timezone.localdate(now), row)
    row = row or Policy(community_id=community_id, since_on=since_on)
    changed = changed_fields(row=row, values=asdict(given))
    row.save()
    tell_arranged(row=row, community_id=community_id, by=by, now=now, verb="changed", fields=changed)
    return row


def _check_day(since_on: date, today: date, row: Any) -> None:
    if since_on < today:
        raise DayIsPast(fields={"since_on": DayIsPast.default_sentence})
    if row is not None and since_on <= today:
        raise DayIsTaken(fields={"since_on": DayIsTaken.default_sentence})


def _check_grade(given: GradeGiven) -> None:
    wrong: dict[str, Text] = {
        name: _("Write something here.") for name in ("title_zh", "title_en") if not getattr(given, name).strip()
    }
    if not 60 <= given.seconds <= LONGEST_SECONDS:
        wrong["seconds"] = _("At least one minute, at most 400 days.")
    elif not 60 <= given.respond_seconds <= given.seconds:
        wrong["respond_seconds"] = _("At least one minute, and no longer than the whole time.")
    if not 1 <= given.warn_percent <= 99:
        wrong["warn_percent"] = _("From 1 to 99 percent.")
    if given.runs not in Runs.values:
        wrong["runs"] = _("Choose how the clock runs.")
    if wrong:
        raise ArrangementWrong(fields=wrong)


def _check_policy(community_id: int, given: PolicyGiven) -> None:
    wrong: dict[str, Text] = {}
    weights = (given.response_weight, given.resolution_weight, given.satisfaction_weight)
    if any(weight < 0 for weight in weights) or sum(weights) != 1:
        wrong["satisfaction_weight"] = _("The three weights together make 1.")
    if not 0 <= given.mostly_weight <= 1:
        wrong["mostly_weight"] = _("From 0 to 1.")
    for name in DAYS:
        if not 1 <= getattr(given, name) <= 365:
            wrong[name] = _("From 1 to 365 days.")
    if not 0 <= given.wake_grace_seconds <= 7 * 86400:
        wrong["wake_grace_seconds"] = _("At most seven days.")
    if not 1 <= given.late_factor <= 20:
        wrong["late_factor"] = _("From 1 to 20.")
    if not 1 <= given.returns_to_arbiter <= 20:
        wrong["returns_to_arbiter"] = _("From 1 to 20.")
    posts = Post.objects.filter(community_id=community_id)
    if given.arbiter_id is not None and not posts.filter(pk=given.arbiter_id).exists():
        wrong["arbiter"] = _("Choose one of the posts.")
    if wrong:
        raise ArrangementWrong(fields=wrong)
