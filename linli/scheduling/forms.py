"""What people may type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Post
from linli.scheduling.models import Duty
from linli.scheduling.presets import PRESETS
from linli.scheduling.words import moment_words

NOBODY = "0"
NOT_CHOSEN: tuple[Any, Any] = ("", "—")


class ShiftsForm(forms.Form):
    """The first shifts of a community."""

    preset = forms.ChoiceField(
        label=_("From when to when is somebody on duty?"),
        help_text=_("You can change names and hours afterwards, in the register of shifts."),
        choices=[(code, preset.label) for code, preset in PRESETS.items()],
        initial="two",
        widget=forms.RadioSelect,
    )


class PlanForm(forms.Form):
    """Who takes turns, and for which weeks."""

    people = forms.TypedMultipleChoiceField(
        label=_("Who takes turns?"),
        help_text=_("Duty officers with a post. Everybody gets as many duties, nights and weekends too."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who takes turns.")},
    )
    first_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    weeks = forms.IntegerField(label=_("For how many weeks?"), min_value=1, max_value=26, initial=4)
    replacing = forms.ChoiceField(
        label=_("What about days that are planned already?"),
        choices=[
            ("nothing", _("Leave them; plan what is missing")),
            ("planned", _("Plan them anew, except what was changed or swapped by hand")),
        ],
        initial="nothing",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, officers: Sequence[Post], members: Sequence[Post], today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        people = self.fields["people"]
        assert isinstance(people, forms.ChoiceField)
        people.choices = [(post.pk, post.holder_name) for post in officers]
        people.initial = [post.pk for post in members] or [post.pk for post in officers]
        self.fields["first_on"].initial = today


class GiveForm(forms.Form):
    """Whom a duty is given to, at once."""

    post = forms.ChoiceField(label=_("Who takes it?"))
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, duty: Duty, officers: Sequence[Post], **more: Any) -> None:
        super().__init__(*args, **more)
        post = self.fields["post"]
        assert isinstance(post, forms.ChoiceField)
        post.choices = [
            NOT_CHOSEN,
            *((str(one.pk), one.holder_name) for one in officers if one.pk != duty.post_id),
            (NOBODY, _("Nobody (the gap is shown)")),
        ]

    def post_id(self) -> int | None:
        """The officer chosen; None for nobody."""
        chosen = self.cleaned_data["post"]
        return None if chosen == NOBODY else int(chosen)


class ExchangeForm(forms.Form):
    """Which duty of somebody else a duty is exchanged for, at once."""

    other = forms.TypedChoiceField(label=_("Exchange with"), coerce=int)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, duties: Sequence[Duty], zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*args, **more)
        other = self.fields["other"]
        assert isinstance(other, forms.ChoiceField)
        other.choices = [NOT_CHOSEN, *_duty_choices(duties, zone)]


class AskForm(forms.Form):
    """Whom an officer asks, what is offered in return, and why."""

    whom = forms.TypedChoiceField(label=_("Whom do you ask?"), coerce=int)
    in_return = forms.TypedChoiceField(
        label=_("Which duty of theirs do you take in return?"), coerce=int, required=False, empty_value=None
    )
    note = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(
        self, *args: Any, officers: Sequence[Post], duties: Sequence[Duty], zone: ZoneInfo, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._holders = {duty.pk: duty.post_id for duty in duties}
        whom, in_return = self.fields["whom"], self.fields["in_return"]
        assert isinstance(whom, forms.ChoiceField)
        assert isinstance(in_return, forms.ChoiceField)
        whom.choices = [NOT_CHOSEN, *((post.pk, post.holder_name) for post in officers)]
        none: tuple[Any, Any] = ("", _("None: they stand in for you"))
        in_return.choices = [none, *_duty_choices(duties, zone)]

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        other = typed.get("in_return")
        if other is not None and "whom" in typed and self._holders.get(other) != typed["whom"]:
            self.add_error("in_return", _("This is not a duty of the person you ask."))
        return typed


class NoteForm(forms.Form):
    """What the next officer must know."""

    text = forms.CharField(
        label=_("What must the next officer know?"),
        max_length=2000,
        error_messages={
            "required": _("Write in a few words what the next officer must know. “Nothing to report” is also a note.")
        },
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What is open, who was promised a call, what is broken. “Nothing to report” is also a note."),
    )


def _duty_choices(duties: Sequence[Duty], zone: ZoneInfo) -> list[tuple[int, str]]:
    return [
        (
            duty.pk,
            f"{duty.post.holder_name if duty.post else ''} · {moment_words(at=duty.starts_at, zone=zone)} {duty.shift.name}",
        )
        for duty in duties
    ]
