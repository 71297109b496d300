"""Fields and refusals that the forms of this room share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.casework.models import Question
from linli.core.errors import Refusal

SAID_IN_THE_FORM = {409, 422}


@contextmanager
def refusals_in(form: forms.Form) -> Iterator[None]:
    """Say a refusal beside its field or on top of the form, with everything typed still there."""
    try:
        yield
    except Refusal as refusal:
        if refusal.status not in SAID_IN_THE_FORM:
            raise
        for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
            form.add_error(name if name in form.fields else None, str(sentence))


def lines_field(label: Any, *, rows: int = 3, most: int = 2000, **more: Any) -> forms.CharField:
    """Several lines; longer than ``most`` is said, not cut."""
    return forms.CharField(
        label=label, max_length=most, strip=True, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def question_fields(questions: list[Question], answers: dict[str, Any]) -> dict[str, forms.Field]:
    """One optional field for each question of a category, named q_ and the question's code."""
    return {f"q_{question.code}": _field(question, answers.get(question.code)) for question in questions}


def answers_in(cleaned: dict[str, Any]) -> dict[str, Any]:
    """The answers that were given, by the questions' codes."""
    found = {
        name[2:]: value for name, value in cleaned.items() if name.startswith("q_") and value not in (None, "", [])
    }
    return {code: value if isinstance(value, str | list) else str(value) for code, value in found.items()}


def _field(question: Question, initial: Any) -> forms.Field:
    """Nothing is required of a clerk who is interrupted all day."""
    shared: dict[str, Any] = {"label": question.title, "required": False, "initial": initial}
    choices = [(str(key), label_en if _english() else label_zh) for key, label_zh, label_en in question.choices]
    match question.kind:
        case Question.Kind.NUMBER:
            return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **shared)
        case Question.Kind.DATETIME:
            return forms.CharField(
                max_length=30, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **shared
            )
        case Question.Kind.TEXT:
            return lines_field(shared.pop("label"), most=1000, **shared)
        case Question.Kind.ONE:
            return forms.ChoiceField(choices=[("", _("not known")), *choices], **shared)
        case Question.Kind.MANY:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **shared)
        case _:
            return forms.CharField(max_length=1000, **shared)


def _english() -> bool:
    return (get_language() or "").startswith("en")
