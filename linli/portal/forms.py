"""What somebody answers from a message."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.incidents.models import Answer
from linli.notifications.actions import Wish
from linli.portal.queries import WishScreen


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


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class WishForm(forms.Form):
    """Quiet hours, what is wanted, and the language, for the person themselves."""

    quiet_from = forms.TimeField(label=_("Leave me in peace from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(label=_("Leave me in peace until"), required=False, widget=_clock())
    wanted = forms.MultipleChoiceField(
        label=_("Write to me about"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, screen: WishScreen, **kwargs: Any) -> None:
        wish = screen.wish
        self._routine = [laid.code for laid in screen.routine]
        self._ways = tuple(wish.ways) if wish else ()
        unwanted = set(wish.unwanted) if wish else set()
        initial = {
            "quiet_from": wish.quiet_from if wish else None,
            "quiet_until": wish.quiet_until if wish else None,
            "wanted": [code for code in self._routine if code not in unwanted],
            "language": screen.holder.language,
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        wanted = self.fields["wanted"]
        assert isinstance(wanted, forms.MultipleChoiceField)
        wanted.choices = [(laid.code, laid.called) for laid in screen.routine]
        if not screen.routine or screen.holder.kind == "contact":
            del self.fields["wanted"]  # relatives get alarms only; the lists for the day go to posts

    def wish(self) -> Wish:
        """What was typed, once it is valid; the order of ways, which is not asked here, stays."""
        data = self.cleaned_data
        wanted = set(data.get("wanted", self._routine))
        unwanted = tuple(code for code in self._routine if code not in wanted)
        return Wish(data["quiet_from"], data["quiet_until"], unwanted, self._ways)
