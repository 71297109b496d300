"""What somebody answers from a message."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.incidents.models import Answer


class AnswerForm(forms.Form):
    """One tap; only a false alarm needs its cause in a few words."""

    choice = forms.ChoiceField(choices=Answer.Choice.choices)
    note = forms.CharField(
        label=_("What set it off?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "send"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("choice") == Answer.Choice.FALSE_ALARM and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say in a few words what set it off."))
        return cleaned
