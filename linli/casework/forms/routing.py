"""A routing sentence as a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.models import Category, Request, RoutingRule, Team
from linli.registry.models import Building, Grid, Post
from linli.ui.form_parts import offer, row_field, time_field

ALWAYS: tuple[Any, Any] = ("", pgettext_lazy("condition", "— any —"))


class SentenceForm(forms.Form):
    """What it is about, how it came, where, when; then whose it becomes. An empty part holds always."""

    category = row_field(_("If it is about"), required=False)
    channel = forms.ChoiceField(
        label=_("If it came"), required=False, choices=[("", ALWAYS[1]), *Request.Channel.choices]
    )
    grid = row_field(_("If it is in the grid"), required=False)
    building = row_field(_("If it is in the building"), required=False)
    days = forms.ChoiceField(label=_("On which days"), required=False, choices=RoutingRule.Days.choices)
    begins = time_field(_("From what time"), required=False)
    ends = time_field(
        _("To what time"),
        required=False,
        help_text=_("May go over midnight: 17:00 to 08:00. Both empty: the whole day."),
    )
    team = row_field(_("Then it goes to the team"), required=False)
    post = row_field(_("Or to the post"), required=False)

    def __init__(
        self,
        *args: Any,
        categories: Sequence[Category],
        grids: Sequence[Grid],
        buildings: Sequence[Building],
        teams: Sequence[Team],
        posts: Sequence[Post],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        offer(self, "category", [choice for main in categories for choice in _of_main(main)], none=ALWAYS)
        offer(self, "grid", [(one.pk, one.name) for one in grids], none=ALWAYS)
        offer(self, "building", [(one.pk, str(one)) for one in buildings], none=ALWAYS)
        offer(self, "team", [(one.pk, one.name) for one in teams])
        offer(self, "post", [(one.pk, str(one)) for one in posts])

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and (typed.get("team") is None) == (typed.get("post") is None):
            self.add_error("team", _("Choose a team or a post, not both."))
        if (typed.get("begins") is None) != (typed.get("ends") is None) and not {"begins", "ends"} & set(self.errors):
            self.add_error("ends", _("Give both times, or none."))
        return typed


def _of_main(main: Category) -> list[tuple[Any, Any]]:
    """The main category for all below it, then those."""
    below: list[tuple[Any, Any]] = [(one.pk, f"{main.title}·{one.title}") for one in main.children.all()]
    return [(main.pk, _("%(main)s (all of it)") % {"main": main.title}), *below]
