"""Bringing in a sheet of the hotline, and taking the answers out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ui.form_parts import day_field

LARGEST_BYTES: Final = 50 * 1024 * 1024
LONGEST_DAYS: Final = 400


class SheetForm(forms.Form):
    """A file, and its password if it has one."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("As the hotline's system gives it out: Excel, WPS or CSV; cases, or ratings. 50 MB at most."),
        error_messages={"required": _("Choose the file first."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xls,.xlsx,.xlsm,.xlsb,.et,.ods,.csv,.txt,.htm,.html"}),
    )
    password = forms.CharField(
        label=_("Password of the file"),
        help_text=_("Only if Excel asks for one when the file is opened. It is not kept."),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("This file is larger than 50 MB. Save only the sheet with the cases."))
        return file


class RepliesForm(forms.Form):
    """Which answers go back."""

    since_on = day_field(_("From"))
    until_on = day_field(_("To, with this day"))
    state = forms.ChoiceField(
        label=_("Which requests of the hotline"),
        choices=[("answered", _("those answered in these days")), ("all", _("all received in these days"))],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = typed.get("since_on"), typed.get("until_on")
        if since and until and not 0 <= (until - since).days <= LONGEST_DAYS:
            self.add_error("until_on", _("Choose a day after the first, at most 400 days later."))
        for name in ("since_on", "until_on"):
            day = typed.get(name)
            if day is not None and not date(2000, 1, 1) <= day <= date(2100, 1, 1):
                self.add_error(name, _("Choose a day between 2000 and 2100."))
        return typed
