"""What people may ask of the books, and type into them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ledger.models import Account
from linli.ui.form_parts import day_field


class AccountsForm(forms.Form):
    """Which accounts."""

    words = forms.CharField(label=_("Name"), max_length=60, required=False)
    sort = forms.ChoiceField(label=_("Sort"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["sort"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all")), *Account.Sort.choices]


class PeriodForm(forms.Form):
    """From which day to which."""

    since = day_field(_("From"))
    until = day_field(_("To"))

    def days(self, *, today: date) -> tuple[date, date]:
        """The period that was asked for, the earlier day first; this month where that makes no sense."""
        if not self.is_valid():
            return today.replace(day=1), today
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return min(since, until), max(since, until)


class ReverseForm(forms.Form):
    """Why a journal is taken back. ``key`` is made with the page: sent twice, it is taken back once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    reason = forms.CharField(
        label=_("Why is it taken back?"),
        min_length=4,
        max_length=200,
        error_messages={
            "required": _("Write why: it stays in the books."),
            "min_length": _("Write why: it stays in the books."),
        },
    )


class CountForm(forms.Form):
    """The cash of a till, counted."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    counted = forms.DecimalField(
        label=_("Counted (yuan)"),
        min_value=Decimal(0),
        max_value=Decimal(10_000_000),
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    witness = forms.CharField(
        label=_("Second person"), max_length=60, required=False, help_text=_("Needed where the till does not agree.")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def counted_fen(self) -> int:
        """The amount in fen."""
        return int(self.cleaned_data["counted"] * 100)


class CloseForm(forms.Form):
    """Which day, or the end of which month, is closed, and who answers for it beside the one who does it."""

    until = day_field(_("Close up to"))
    witness = forms.CharField(label=_("Second person"), max_length=60, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
