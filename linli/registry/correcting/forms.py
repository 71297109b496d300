"""What somebody at the door types when something is wrong in the register, and what the office answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.registry.correcting.rules import ASKED, MAY, MOST_LETTERS, MUST, Proposal
from linli.registry.models import Relation
from linli.registry.queries import PersonCard

WHOLE_HOUSEHOLD: Final = "all"
CHOOSE_WHOM, CHOOSE_RELATION = _("Choose who it is."), _("Choose how they are related.")
BUTTONS: Final[Sequence[tuple[str, Any, str]]] = (
    ("phone", _("A phone number is wrong"), "phone"),
    ("name", _("A name is wrong"), "edit"),
    ("left", _("Somebody moved away"), "exit"),
    ("died", _("Somebody died"), "calendar"),
    ("newcomer", _("Somebody is missing from the list"), "plus"),
    ("relative", _("A relative to call is missing"), "family"),
    ("other", _("Something else"), "message"),
)
"""What one can say, as the big buttons say it, with the icon."""
LABELS: Final[Mapping[str, Mapping[str, Any]]] = {
    "phone": {"resident": _("Whose phone?"), "phone": _("The right number")},
    "name": {"resident": _("Whose name?"), "text": _("The right name")},
    "left": {"resident": _("Who moved away?"), "on": _("On which day? If you do not know exactly, roughly")},
    "died": {"resident": _("Who died?"), "on": _("On which day? If you do not know exactly, roughly")},
    "newcomer": {
        "text": _("Name"),
        "relation": _("What are they to the head of the household?"),
        "phone": _("Phone"),
        "on": _("Here since"),
    },
    "relative": {
        "text": _("Name of the relative"),
        "relation": _("What are they to this household?"),
        "phone": _("Phone"),
    },
    "other": {"text": _("What is wrong, and what is right?")},
}


class CorrectionForm(forms.Form):
    """Only the questions that belong to one kind of correction. ``key`` keeps a form that is sent twice from counting twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    resident = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": CHOOSE_WHOM, "invalid_choice": CHOOSE_WHOM}
    )
    text = forms.CharField(
        max_length=60,
        error_messages={"required": _("Please type it in.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(error_messages={"required": CHOOSE_RELATION, "invalid_choice": CHOOSE_RELATION})
    phone = forms.CharField(
        max_length=40,
        error_messages={"required": _("Type the number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    on = forms.DateField(
        error_messages={"required": _("Choose the day.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, about: str, people: Sequence[PersonCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        asked = ASKED[about]
        self._keep(
            {
                "resident": asked.whom,
                "text": asked.text,
                "relation": asked.relation,
                "phone": asked.phone,
                "on": asked.day,
            }
        )
        for name, label in LABELS[about].items():
            self.fields[name].label = label
        if asked.whom:
            self._offer_people(people, whole=asked.whom == MAY)
        if asked.relation:
            self._offer_relations(headless=not any(person.is_head for person in people) and about == "newcomer")
        if about == "other":
            text = forms.CharField(max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 4}))
            text.label, text.error_messages["required"] = LABELS[about]["text"], _("Please type it in.")
            self.fields["text"] = text

    def proposal(self) -> Proposal:
        """What was typed, once it is valid."""
        told = self.cleaned_data
        chosen = told.get("resident", "")
        return Proposal(
            about=self.about,
            resident_id=int(chosen) if chosen.isdecimal() else None,
            text=told.get("text", ""),
            relation=told.get("relation", ""),
            phone=told.get("phone", ""),
            on=told.get("on"),
        )

    def _keep(self, asked: Mapping[str, str]) -> None:
        for name, needed in asked.items():
            if needed:
                self.fields[name].required = needed == MUST or name == "resident"
            else:
                del self.fields[name]

    def _offer_people(self, people: Sequence[PersonCard], *, whole: bool) -> None:
        choices = [(str(p.id), f"{p.name} · {p.relation_label}") for p in people]
        if whole:
            choices.append((WHOLE_HOUSEHOLD, str(_("the whole household"))))
        field = self.fields["resident"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]

    def _offer_relations(self, *, headless: bool) -> None:
        taken = {Relation.SELF} if headless else {Relation.SELF, Relation.HEAD}
        field = self.fields["relation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *(pair for pair in Relation.choices if pair[0] not in taken)]


class AnswerForm(forms.Form):
    """What the office says to whoever proposed it. Whether words are needed depends on the answer: the rules decide."""

    answer = forms.CharField(
        label=pgettext_lazy("correction", "Answer"),
        help_text=_("Needed if you reject it. Whoever proposed it reads this."),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
