"""What residents and outside parties type behind a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.casework.actions.rating import Rated
from linli.casework.models import CallTry, Rating
from linli.ui.form_parts import lines_field

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def _yes_no(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=YES_NO, widget=forms.RadioSelect, error_messages={"required": _("Please choose one.")}
    )


class AnswerForm(forms.Form):
    text = lines_field(_("Your answer"), rows=4, error_messages={"required": _("Please write a few words.")})


class RatingForm(forms.Form):
    """The three questions (联系了吗, 解决了吗, 满意吗)."""

    contacted = _yes_no(_("Did somebody contact you?"))
    solved = _yes_no(_("Is it solved?"))
    satisfaction = forms.ChoiceField(
        label=_("Are you satisfied?"), choices=Rating.Satisfaction.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )  # fmt: skip
    text = lines_field(_("What would you like to say?"), rows=3, most=1000, required=False)

    def rated(self) -> Rated:
        """The answers, as the action takes them."""
        told = self.cleaned_data
        return Rated(told["contacted"] == "yes", told["solved"] == "yes", told["satisfaction"], told["text"])


class CallForm(RatingForm):
    """A follow-up call that reached somebody."""


class TryForm(forms.Form):
    """A follow-up call that reached nobody."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[one for one in CallTry.Outcome.choices if one[0] != CallTry.Outcome.AT_HOTLINE],
        widget=forms.RadioSelect,
    )


class HandsForm(forms.Form):
    """What the holder of a post does behind the link: take it, say it is done, say it is not theirs."""

    what = forms.ChoiceField(choices=[("take", ""), ("resolve", ""), ("return", "")])
    text = lines_field(_("A few words"), required=False)
