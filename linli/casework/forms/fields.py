"""Fields and refusals that the forms of this room share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.casework.models import Question
from linli.ui.form_parts import lines_field


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
