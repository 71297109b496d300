"""What the lists of devices are filtered by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Building
from linli.safety.queries.health import Wanted
from linli.safety.words import LIFE_LEVELS, WORDS


def _of_buildings(field: forms.Field, buildings: list[Building]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", _("all")), *((str(b.pk), str(b)) for b in buildings)]


class DevicesForm(forms.Form):
    """All of it may stay empty."""

    q = forms.CharField(label=_("Serial or door"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *((w.state, w.label) for w in WORDS.values())]
    )
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, buildings: list[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _of_buildings(self.fields["building"], buildings)

    def wanted(self) -> Wanted:
        """The filter; what could not be read counts as left open."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        return Wanted(state=data.get("state") or "", words=data.get("q") or "", building_id=data.get("building"))


class ReplacementsForm(forms.Form):
    """Which ends of life, and where."""

    level = forms.TypedChoiceField(
        label=_("End of life"), required=False, coerce=int, empty_value=None, choices=list(LIFE_LEVELS.items())
    )
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, buildings: list[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _of_buildings(self.fields["building"], buildings)

    def level_and_building(self) -> tuple[int, int | None]:
        """What could not be read counts as left open."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        return data.get("level") or 1, data.get("building")
