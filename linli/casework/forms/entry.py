"""Writing a request down: who, what, where. Everything else may stay as it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.actions.entering import Given, PlaceGiven
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.forms.fields import answers_in, question_fields
from linli.casework.models import Category, Question, Reporter, Request
from linli.core.errors import Refusal
from linli.registry.keeping import clean_phone
from linli.registry.models import Community

ABOUT = {"hx-post": reverse_lazy("casework:new-about"), "hx-target": "#about", "hx-include": "#new"}
"""What is typed is looked at while it is typed: the category, its questions, whether others told us the same."""


def category_choices(categories: list[Category]) -> list[tuple[Any, Any]]:
    """The lower categories under their main ones, for a select."""
    return [(main.title, [(one.pk, one.title) for one in main.children.all()]) for main in categories]


class RequestForm(forms.Form):
    """``categories`` are main ones with their children; ``questions`` those of the category that is chosen or guessed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    community = forms.TypedChoiceField(label=_("Community"), coerce=int)
    who = forms.CharField(
        label=_("Who tells us?"),
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={
                "hx-post": reverse_lazy("casework:new-people"),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "#people",
                "autocomplete": "off",
                "autofocus": True,
            }
        ),
        help_text=_("Name, initials, door or phone; empty if they do not want to say."),
    )
    resident = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("What is it about?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, **ABOUT, "hx-trigger": "keyup changed delay:600ms, change"}),
        error_messages={
            "required": _("Write in a few words what it is about."),
            "max_length": _(
                "This is too long: at most 4,000 characters. What was typed is still here; shorten it, or split it in two."
            ),
        },
    )
    where = forms.CharField(
        label=_("Where?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", **ABOUT, "hx-trigger": "change"}),
        help_text=_("3-2-501, stairwell light of 8-3, the small square. Empty: where they live."),
    )
    category = forms.TypedChoiceField(
        label=_("Category"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(attrs={**ABOUT, "hx-trigger": "change"}),
    )
    phone = forms.CharField(label=_("Phone for the answer"), max_length=30, required=False)
    wants = forms.ChoiceField(label=_("The answer comes by"), required=False, choices=Reporter.Wants.choices)
    channel = forms.ChoiceField(label=_("How did it come?"), choices=Request.Channel.choices, required=False)
    priority = forms.TypedChoiceField(
        label=_("How urgent?"),
        choices=Request.Priority.choices,
        coerce=int,
        required=False,
        initial=3,
        empty_value=None,
    )

    def __init__(
        self,
        *args: Any,
        communities: list[Community],
        categories: list[Category],
        questions: list[Question],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("community", [(one.pk, one.name) for one in communities])
        if len(communities) == 1:
            self.fields["community"].widget = forms.HiddenInput()
            self.fields["community"].initial = communities[0].pk
        self._choose("category", [("", pgettext_lazy("category", "by the words")), *category_choices(categories)])
        self._choose("channel", [one for one in Request.Channel.choices if one[0] not in {"linli", "hotline"}])
        self._choose("wants", [("", _("a call, if there is a number")), *Reporter.Wants.choices])
        self.fields.update(question_fields(questions, {}))
        self._questions = [f"q_{one.code}" for one in questions]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def asks(self) -> list[forms.BoundField]:
        return [self[name] for name in self._questions]

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        try:
            return clean_phone(typed)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.sentence)) from refusal

    def given(self) -> Given:
        """What the action is told. A phone number typed as the name counts as the phone."""
        told = self.cleaned_data
        name, phone = told["who"].strip(), told["phone"]
        if not phone and not told["resident"] and (as_phone := _phone_in(name)):
            name, phone = "", as_phone
        return Given(
            text=told["text"],
            channel=told["channel"] or Request.Channel.COUNTER,
            reporter=ReporterGiven(
                resident_id=told["resident"],
                name="" if told["resident"] else name,
                phone=phone,
                wants=told["wants"],
            ),
            place=PlaceGiven(words=told["where"]),
            category_id=told["category"],
            attributes=answers_in(told),
            priority=told["priority"] or Request.Priority.NORMAL,
            key=told["key"],
        )


def _phone_in(text: str) -> str:
    try:
        number = clean_phone(text) if any(letter.isdigit() for letter in text) else ""
    except Refusal:
        return ""
    return number if len(number) >= 7 else ""
