"""The form by which people are chosen: for the list, for files, for printed sheets and for blank forms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.registry.groups import Group
from linli.registry.models import Residence, Sex
from linli.registry.queries import communities_in
from linli.registry.queries.lists import PeopleFilter, buildings_in, units_in
from linli.registry.scopes import Scope

OLDEST: Final = 150


class PeopleFilterForm(forms.Form):
    """Who is asked for; everything may stay empty. Sent by GET, so that a list has an address.

    Stairwells are offered once a building is chosen, or where the reader has one building only.
    """

    community = forms.TypedChoiceField(label=_("Community"), required=False, coerce=int, empty_value=None)
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)
    unit = forms.TypedChoiceField(label=_("Stairwell"), required=False, coerce=int, empty_value=None)
    group = forms.ChoiceField(label=_("Group"), required=False)
    age_from = forms.IntegerField(label=_("Age from"), required=False, min_value=0, max_value=OLDEST)
    age_to = forms.IntegerField(label=_("Age to"), required=False, min_value=0, max_value=OLDEST)
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    residence = forms.ChoiceField(label=_("Residence"), required=False)
    heads_only = forms.BooleanField(label=_("Heads of households only"), required=False)
    alone = forms.BooleanField(label=_("Living alone only"), required=False)

    FEW: Final = ("community", "building", "unit", "group")

    def __init__(self, data: Mapping[str, Any], *, scope: Scope, groups: Collection[str]) -> None:
        super().__init__(data)
        self._offered: dict[str, list[tuple[Any, Any]]] = {}
        communities = communities_in(scope=scope)
        self._offer("community", [(one.pk, one.name) for one in communities])
        if len(communities) < 2:
            del self.fields["community"]
        community_id = _chosen(data, "community", [one.pk for one in communities])
        buildings = buildings_in(scope=scope, community_id=community_id) if community_id is not None else []
        self._offer("building", [(pk, _t("Building %(number)s") % {"number": number}) for pk, number in buildings])
        building_id = _chosen(data, "building", [pk for pk, _number in buildings])
        units = units_in(scope=scope, building_id=building_id) if building_id is not None else []
        self._offer("unit", [(pk, _t("Stairwell %(number)d") % {"number": number}) for pk, number in units])
        self._offer("group", [(group, Group(group).label) for group in groups])
        self._offer("sex", [(code, Sex(code).label) for code in (Sex.MALE, Sex.FEMALE)])
        self._offer("residence", list(Residence.choices))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = told.get("age_from"), told.get("age_to")
        if low is not None and high is not None and low > high:
            self.add_error("age_to", _("The second age is smaller than the first."))
        return told

    @property
    def wanted(self) -> PeopleFilter:
        """What was asked for; of a form with mistakes nothing that is wrong."""
        self.is_valid()
        told = self.cleaned_data
        return PeopleFilter(
            community_id=told.get("community"),
            building_id=told.get("building"),
            unit_id=told.get("unit"),
            group=told.get("group", ""),
            age_from=told.get("age_from"),
            age_to=told.get("age_to"),
            sex=told.get("sex", ""),
            residence=told.get("residence", ""),
            heads_only=told.get("heads_only", False),
            alone=told.get("alone", False),
        )

    @property
    def more_used(self) -> bool:
        """Whether one of the filters that are folded away is in use or wrong."""
        used = [name for name in self.fields if name not in self.FEW and self.data.get(name)]
        return bool(used)

    @property
    def few(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.FEW]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.FEW]

    def in_words(self) -> str:
        """What was asked for, as a title says it: building 3, elder living alone, from 60."""
        self.is_valid()
        said = []
        for name, value in self.cleaned_data.items():
            field = self.fields[name]
            if value in (None, "", False):
                continue
            if isinstance(field, forms.ChoiceField):
                said += [str(label) for key, label in self._offered[name] if str(key) == str(value)]
            else:
                said.append(str(field.label) if value is True else f"{field.label} {value}")
        return _t(", ").join(said) or _t("everybody")

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all")), *choices]
        self._offered[name] = choices


def _chosen(data: Mapping[str, Any], name: str, offered: list[int]) -> int | None:
    """The one that was chosen, or the only one there is."""
    typed = str(data.get(name) or "")
    if typed.isascii() and typed.isdecimal() and len(typed) < 18 and int(typed) in offered:
        return int(typed)
    return offered[0] if len(offered) == 1 else None
