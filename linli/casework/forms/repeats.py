"""What people may type about repeats and matters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.casework.actions.detections import DetectionGiven
from linli.casework.forms.entry import category_choices
from linli.casework.models import Category, DetectionRule, Request
from linli.ui.form_parts import lines_field


class DetectionForm(forms.Form):
    """The numbers of a sentence. What it looks for is chosen once."""

    kind = forms.ChoiceField(label=_("Looks for"), choices=DetectionRule.Kind.choices)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=366)
    least = forms.IntegerField(label=_("At least so many"), min_value=2, max_value=1000)
    category = forms.TypedChoiceField(label=_("Only of the category"), required=False, coerce=int, empty_value=None)
    is_on = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, categories: list[Category], kind: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        chooser = self.fields["category"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = choices_of(categories)
        if kind:
            self.fields["kind"].required = False
            self.fields["kind"].widget = forms.HiddenInput()
        self._kind = kind

    def given(self) -> DetectionGiven:
        """What was typed; only of a valid form."""
        told = self.cleaned_data
        return DetectionGiven(
            self._kind or told["kind"], told["days"], told["least"], told.get("category"), told["is_on"]
        )


class WhyForm(forms.Form):
    """A reason in a few words."""

    why = forms.CharField(label=_("Why?"), max_length=200, error_messages={"required": _("Write in a few words why.")})


class MatterForm(forms.Form):
    """A name, why they belong together, and which of them do."""

    title = forms.CharField(
        label=_("What is the matter called?"),
        max_length=120,
        error_messages={"required": _("Give the matter a short name, as one would say it.")},
    )
    why = lines_field(_("Why do they belong together?"), most=1000, required=False)
    requests = forms.TypedMultipleChoiceField(
        label=_("Which requests belong to it?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one request.")},
    )

    def __init__(self, *args: Any, offered: list[tuple[Request, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        chooser = self.fields["requests"]
        assert isinstance(chooser, forms.MultipleChoiceField)
        chooser.choices = [(request.pk, line) for request, line in offered]


class AttachForm(forms.Form):
    """One request more, by its number."""

    number = forms.CharField(
        label=_("Number of a request"), max_length=20, error_messages={"required": _("Type the number of a request.")}
    )


class CloseForm(forms.Form):
    """What came of it."""

    outcome = lines_field(
        _("What came of it?"), error_messages={"required": _("Write what came of it: others read it next year.")}
    )


def choices_of(categories: list[Category]) -> list[Any]:
    """Any category, a main one, or one below it."""
    mains = [(one.pk, one.title) for one in categories]
    return [("", _("any")), (_("main"), mains), *category_choices(categories)] if categories else [("", _("any"))]
