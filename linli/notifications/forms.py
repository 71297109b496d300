"""What people may type about messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.notifications.actions import Wish
from linli.notifications.errors import WordingEmpty
from linli.notifications.models import Preference
from linli.notifications.wording import Laid
from linli.registry.queries import HolderCard

MOST_WAYS: Final = 4
EMPTY = WordingEmpty.default_sentence


class WordingForm(forms.Form):
    """One text of a wording. What may stand in it is the rules' business; here only that something is typed."""

    title = forms.CharField(label=_("Heading"), max_length=120, error_messages={"required": EMPTY})
    text = forms.CharField(
        label=_("Text"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": EMPTY}
    )

    def __init__(self, *args: Any, titled: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not titled:
            del self.fields["title"]

    def typed(self) -> dict[str, str]:
        return {"title": self.cleaned_data.get("title", ""), "text": self.cleaned_data.get("text", "")}


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class WishForm(forms.Form):
    """Quiet hours, what is wanted, the order of ways, and the language."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        help_text=_("In between, what can wait is kept back until then. Alarms always come at once."),
        required=False,
        widget=_clock(),
    )
    wanted = forms.MultipleChoiceField(
        label=_("Send these, which can wait"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Alarms always come, whatever is ticked here."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(
        self, *args: Any, holder: HolderCard, routine: Sequence[Laid], wish: Preference | None, **kwargs: Any
    ) -> None:
        unwanted = set(wish.unwanted) if wish else set()
        self._routine = [laid.code for laid in routine]
        kinds = dict.fromkeys((way.kind, way.kind_label) for way in holder.ways)
        ordered = list(wish.ways) if wish else []
        initial = {
            "quiet_from": wish.quiet_from if wish else None,
            "quiet_until": wish.quiet_until if wish else None,
            "wanted": [code for code in self._routine if code not in unwanted],
            "language": holder.language,
            **{f"way_{place}": kind for place, kind in enumerate(ordered, start=1)},
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        wanted = self.fields["wanted"]
        assert isinstance(wanted, forms.MultipleChoiceField)
        wanted.choices = [(laid.code, laid.called) for laid in routine]
        if not routine:
            del self.fields["wanted"]
        self._places = range(1, min(len(kinds), MOST_WAYS) + 1) if len(kinds) > 1 else range(0)
        for place in self._places:
            self.fields[f"way_{place}"] = forms.ChoiceField(
                label=_("For what can wait, try first") if place == 1 else _("then"),
                choices=[("", _("in the usual order")), *kinds],
                required=False,
            )

    def wish(self) -> Wish:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        wanted = set(data.get("wanted", self._routine))
        return Wish(
            quiet_from=data["quiet_from"],
            quiet_until=data["quiet_until"],
            unwanted=tuple(code for code in self._routine if code not in wanted),
            ways=tuple(data[f"way_{place}"] for place in self._places if data[f"way_{place}"]),
        )
