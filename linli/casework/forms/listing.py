"""What a list of requests is filtered by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.casework.forms.entry import category_choices
from linli.casework.models import Category, Request
from linli.casework.queries.requests import OPEN, TABS, RequestFilter
from linli.registry.models import Building, Community


class ListForm(forms.Form):
    """Sent by GET, so that a list has an address. Everything may stay empty; what is wrong counts as empty."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        help_text=_("Number, words, place, name or phone of who told us."),
    )
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    community = forms.TypedChoiceField(label=_("Community"), required=False, coerce=int, empty_value=None)
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("all")), *Request.Channel.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *Request.State.choices])
    since = forms.DateField(label=_("Received from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Received until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self,
        *args: Any,
        communities: list[Community],
        buildings: list[Building],
        categories: list[Category],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("community", [(one.pk, one.name) for one in communities])
        self._offer("building", [(one.pk, str(one)) for one in buildings])
        mains = [(one.pk, one.title) for one in categories]
        self._offer("category", [(_("main"), mains), *category_choices(categories)] if categories else [])
        if len(communities) < 2:
            del self.fields["community"]

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        chooser = self.fields[name]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [("", _("all")), *choices]

    def wanted(self, *, tab: str) -> RequestFilter:
        """The filter as typed."""
        self.is_valid()
        told = getattr(self, "cleaned_data", {})
        return RequestFilter(
            tab=tab if tab in TABS else OPEN,
            words=told.get("q", ""),
            community_id=told.get("community"),
            category_id=told.get("category"),
            building_id=told.get("building"),
            channel=told.get("channel", ""),
            state=told.get("state", ""),
            since_on=told.get("since"),
            until_on=told.get("until"),
        )
