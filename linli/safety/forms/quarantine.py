"""What the desk types about messages that could not be read."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.safety.models import QuarantinedSignal, Reading
from linli.safety.queries.quarantine import OPEN, SETTLED, QuarantineFilter


class QuarantineFilterForm(forms.Form):
    """Which messages to show; all of it may stay empty."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=(("", _("all")), (OPEN, _("open")), (SETTLED, _("settled")))
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=(("", _("all")), *QuarantinedSignal.Reason.choices)
    )
    serial = forms.CharField(label=_("Serial"), required=False, max_length=40)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def wanted(self) -> QuarantineFilter:
        """The filter; what could not be read counts as left open and is marked in the form."""
        self.is_valid()
        data = self.cleaned_data
        return QuarantineFilter(
            state=data.get("state", OPEN),
            reason=data.get("reason", ""),
            serial=data.get("serial", "").strip(),
            since_on=data.get("since"),
            until_on=data.get("until"),
        )


class TreatForm(forms.Form):
    """Whose message it is, and what it says."""

    serial = forms.CharField(
        label=_("Device"),
        help_text=_("Its serial."),
        max_length=40,
        error_messages={"required": _("Type the serial of the device.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("What does it say?"),
        choices=(
            (Reading.Kind.ALARM, _("alarm: people are told")),
            (Reading.Kind.CLEAR, _("back to normal")),
            (Reading.Kind.STATUS, _("status: it is only noted")),
        ),
        error_messages={"required": _("Choose what it says.")},
        widget=forms.RadioSelect,
    )


class DismissForm(forms.Form):
    """Why it is put away."""

    reason = forms.CharField(
        label=_("Why can it be put away?"),
        max_length=200,
        error_messages={"required": _("Say in a few words why.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
