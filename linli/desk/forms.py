"""What officers may type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.incidents.models import Cause, IncidentKind
from linli.incidents.queries import HistoryFilter
from linli.registry.models import Building


class NoteForm(forms.Form):
    """A line for the timeline."""

    text = forms.CharField(
        label=_("Write a note"),
        max_length=1000,
        error_messages={"required": _("Write the note before you save it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )


class CloseForm(forms.Form):
    """Why it happened and what was done. Whether words are needed depends on the cause: the incidents' rules decide."""

    cause = forms.ChoiceField(
        label=_("What was the cause?"),
        choices=(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the cause.")},
    )
    outcome = forms.CharField(
        label=_("What was done?"),
        help_text=_("One sentence is enough. Only a false alarm with a known cause may leave this empty."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, causes: list[Cause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["cause"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            (c.code, _("%(cause)s (false alarm)") % {"cause": c.title} if c.false_alarm else c.title) for c in causes
        ]


class HistoryForm(forms.Form):
    """What to look for among closed incidents; all of it may stay empty."""

    place = forms.CharField(label=_("Place or detector"), required=False, max_length=60)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, buildings: list[Building], kinds: list[IncidentKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every: tuple[str, Any] = ("", _("all"))
        building, kind = self.fields["building"], self.fields["kind"]
        assert isinstance(building, forms.ChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        building.choices = [every, *((str(b.pk), str(b)) for b in buildings)]
        kind.choices = [every, *((k.code, k.title) for k in kinds)]

    def wanted(self) -> HistoryFilter:
        """The filter; what could not be read counts as left open and is marked in the form."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        return HistoryFilter(
            since_on=data.get("since"),
            until_on=data.get("until"),
            building_id=data.get("building"),
            kind_code=data.get("kind", ""),
            place=(data.get("place") or "").strip(),
        )
