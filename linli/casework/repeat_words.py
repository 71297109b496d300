"""Detection sentences and what they found, as pages say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.casework.models import DetectionRule, Matter, Suggestion
from linli.casework.queries.suggestions import Names
from linli.casework.rules.repeats import COMING, GONE
from linli.casework.words import Badge

SENTENCES: Final[Mapping[str, str | Promise]] = {
    "place": gettext_lazy("The same building, %(category)s: %(least)d or more within %(days)d days"),
    "unit": gettext_lazy("The same stairwell, %(category)s: %(least)d or more within %(days)d days"),
    "person": gettext_lazy("The same person, %(category)s: %(least)d or more within %(days)d days"),
    "last_year": gettext_lazy(
        "The same building, %(category)s: last year %(least)d or more around this week (%(days)d days before and after) and again "
        "now, or %(least)d or more in the week to come"
    ),
    "season": gettext_lazy(
        "By season, %(category)s: in past years %(least)d or more in this month, or in the one that begins within %(days)d days, and "
        "clearly more than in other months"
    ),
}


def detection_sentence(*, rule: DetectionRule) -> str:
    """A rule as one sentence."""
    if rule.category is not None:
        category = _("category “%(title)s”") % {"title": rule.category.title}
    else:
        category = _("any category") if rule.kind == DetectionRule.Kind.PERSON else _("the same category")
    return str(SENTENCES[rule.kind]) % {"category": category, "days": rule.days, "least": rule.least}


def cluster_sentence(*, kind: str, size: int, facts: Mapping[str, Any], names: Names) -> str:
    """What was found, in one sentence."""
    told = {
        "place": place_words(facts=facts, names=names),
        "category": category_words(facts=facts, names=names),
        "n": size,
        "who": _person(facts, names),
        "since": _day(facts.get("since")),
        "until": _day(facts.get("until")),
        "then": facts.get("then", 0),
        "now": facts.get("now", 0),
        "year": facts.get("then_year", ""),
        "month": facts.get("month", ""),
        "mean": f"{facts.get('mean', 0):g}",
    }
    if kind == DetectionRule.Kind.PERSON:
        return _("%(who)s told us %(n)d times from %(since)s to %(until)s") % told
    if kind == DetectionRule.Kind.SEASON:
        return (
            _(
                "%(category)s: %(then)d in month %(month)s of %(year)s, otherwise %(mean)s a month; this time %(now)d so far"
            )
            % told
        )
    if kind == DetectionRule.Kind.LAST_YEAR and facts.get("form") == COMING:
        return _("%(place)s, %(category)s: %(then)d last year in the week that comes next") % told
    if kind == DetectionRule.Kind.LAST_YEAR:
        return _("%(place)s, %(category)s: %(then)d last year around this week, and again %(now)d now") % told
    return _("%(place)s, %(category)s: %(n)d requests from %(since)s to %(until)s") % told


def suggestion_sentence(*, suggestion: Suggestion, names: Names) -> str:
    """The same of what is kept."""
    size = int(suggestion.params.get("size", len(suggestion.evidence)))
    return cluster_sentence(kind=suggestion.rule.kind, size=size, facts=suggestion.params, names=names)


def matter_title(*, suggestion: Suggestion, names: Names) -> str:
    """What a matter of it could be called."""
    facts = suggestion.params
    told = {
        "place": place_words(facts=facts, names=names),
        "category": category_words(facts=facts, names=names),
        "who": _person(facts, names),
        "month": facts.get("month", ""),
    }
    if suggestion.rule.kind == DetectionRule.Kind.PERSON:
        return (_("What troubles %(who)s") % told)[:120]
    if suggestion.rule.kind == DetectionRule.Kind.SEASON:
        return (_("%(category)s in month %(month)s") % told)[:120]
    return (_("%(place)s: %(category)s") % told)[:120]


def place_words(*, facts: Mapping[str, Any], names: Names) -> str:
    """Building 8, stairwell 3; "" where it is not about a place."""
    unit = names.units.get(facts.get("unit") or 0)
    if unit is not None:
        told = {"building": unit.building.number, "unit": unit.number}
        return _("Building %(building)s, stairwell %(unit)d") % told
    building = names.buildings.get(facts.get("building") or 0)
    return _("Building %(building)s") % {"building": building.number} if building is not None else ""


def category_words(*, facts: Mapping[str, Any], names: Names) -> str:
    """What the category is called; "" where it is about several."""
    category = names.categories.get(facts.get("category") or 0)
    return category.title if category is not None else ""


def why_words(*, suggestion: Suggestion) -> str:
    """Why it was put away: as somebody wrote it, or as Linli says it."""
    if suggestion.why == GONE:
        return _("Its requests were joined, taken back or settled meanwhile.")
    return suggestion.why


def decided_badge(*, suggestion: Suggestion) -> Badge:
    """What was decided, as icon, word and colour."""
    if suggestion.state == Suggestion.State.ACCEPTED:
        return Badge("done", str(suggestion.get_state_display()), "check")
    if suggestion.state == Suggestion.State.PUT_AWAY:
        return Badge("unknown", str(suggestion.get_state_display()), "cross")
    return Badge("soon", str(suggestion.get_state_display()), "bell")


def matter_badge(*, matter: Matter) -> Badge:
    """Whether it is open."""
    return (
        Badge("done", pgettext("matter", "closed"), "check")
        if matter.closed_at is not None
        else Badge("hand", pgettext("matter", "open"), "person")
    )


def _person(facts: Mapping[str, Any], names: Names) -> str:
    person = str(facts.get("person", ""))
    known = names.persons.get(int(person[1:])) if person[1:].isdigit() and person.startswith("r") else None
    return known or _("The same person")


def _day(text: Any) -> str:
    return f"{date.fromisoformat(text):%m-%d}" if text else ""
