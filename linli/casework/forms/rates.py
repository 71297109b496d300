"""Of which requests the three rates are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.models import Category, Request
from linli.casework.queries.rates import NOBODY, RatesFilter
from linli.casework.queries.tallies import month_after
from linli.registry.models import Building, Community, Post

LONGEST: Final = timedelta(days=3 * 366)
EARLIEST: Final = date(2000, 1, 1)
DAY: Final = timedelta(days=1)
NONE: Final = (str(NOBODY), pgettext_lazy("rates", "none"))
PRESETS: Final[Mapping[str, Any]] = {
    "week": _("This week"), "month": _("This month"), "last_month": _("Last month"), "year": _("This year"),
}  # fmt: skip


class RatesForm(forms.Form):
    """Sent by GET, so that figures have an address. Without days it is this month; what is wrong counts as empty.

    Buildings and leads can be chosen in one community only.
    """

    since = forms.DateField(label=_("Received from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    community = forms.TypedChoiceField(label=_("Community"), required=False, coerce=int, empty_value=None)
    category = forms.ChoiceField(label=_("Category"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("all")), *Request.Channel.choices])
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)
    lead = forms.TypedChoiceField(label=_("Lead"), required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        *args: Any,
        communities: Sequence[Community],
        categories: Sequence[Category],
        buildings: Sequence[Building],
        leads: Sequence[Post],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self._only = communities[0].pk if len(communities) == 1 else None
        self._offer("community", [(one.pk, one.name) for one in communities])
        self._offer("category", _by_main(categories))
        self._offer("building", [(one.pk, str(one)) for one in buildings] + [NONE])
        self._offer("lead", [(one.pk, str(one)) for one in leads] + [NONE])
        if len(communities) < 2:
            del self.fields["community"]
        if not buildings:
            del self.fields["building"], self.fields["lead"]

    def _offer(self, name: str, choices: list[Any]) -> None:
        chooser = self.fields[name]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [("", _("all")), *choices]

    def wanted(self, *, hour: int | None = None) -> RatesFilter:
        """The filter as typed, at most three years; an end before its beginning counts as one day."""
        self.is_valid()
        told = getattr(self, "cleaned_data", {})
        since, until = told.get("since"), told.get("until")
        if since is None and until is None:
            since, until = preset_days(preset="month", today=self.today)
        until = until or max(self.today, since or self.today)
        until = min(max(until, EARLIEST + LONGEST), self.today + LONGEST)
        since = max(min(since or until, until), until - LONGEST)
        return RatesFilter(
            since_on=since,
            until_on=until,
            community_id=told.get("community") or self._only,
            category=told.get("category", ""),
            building_id=told.get("building"),
            channel=told.get("channel", ""),
            lead_id=told.get("lead"),
            hour=hour,
        )


def preset_days(*, preset: str, today: date) -> tuple[date, date]:
    """The first and the last day of this week, this month, last month or this year."""
    month = today.replace(day=1)
    match preset:
        case "week":
            monday = today - timedelta(days=today.weekday())
            return monday, monday + timedelta(days=6)
        case "last_month":
            return (month - DAY).replace(day=1), month - DAY
        case "year":
            return today.replace(month=1, day=1), today.replace(month=12, day=31)
        case _:
            return month, month_after(month=month) - DAY


def _by_main(categories: Sequence[Category]) -> list[Any]:
    """Main ones, each with those below it; the main one itself stands for all of them."""
    groups = {
        one.pk: (one.title, [(one.code, _("all of “%(title)s”") % {"title": one.title})])
        for one in categories
        if one.parent_id is None
    }
    codes = {one.code: groups[one.pk] for one in categories if one.parent_id is None}
    for one in categories:
        if one.parent is not None and one.parent.code in codes:
            codes[one.parent.code][1].append((one.code, one.title))
    return list(groups.values())
