"""What people may type to look into the trail."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.audit.queries import Sought, object_types_seen
from linli.audit.words import thing_choices, verb_choices


class SoughtForm(forms.Form):
    who = forms.CharField(label=_("Who did it"), required=False, max_length=60)
    verb = forms.ChoiceField(label=_("Did"), required=False)
    object_type = forms.ChoiceField(label=_("Kind of thing"), required=False)
    thing = forms.CharField(label=_("Thing"), required=False, max_length=60)
    object_ref = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        self.fields["verb"].choices = [("", _("anything")), *verb_choices()]  # type: ignore[attr-defined]
        self.fields["object_type"].choices = [("", _("anything")), *thing_choices(types=object_types_seen())]  # type: ignore[attr-defined]

    def sought(self) -> Sought:
        """What was typed and could be understood; the rest is left out and shown as an error beside its field."""
        self.full_clean()
        return Sought(**{name: value for name, value in self.cleaned_data.items() if value})
