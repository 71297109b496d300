"""Fields that the forms of the office have: days, times, rows of a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

NOT_CHOSEN: tuple[Any, Any] = ("", "—")


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, as the browser's own picker gives it."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def time_field(label: Any, **more: Any) -> forms.TimeField:
    """A time of day, to the minute."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def row_field(label: Any, **more: Any) -> forms.TypedChoiceField:
    """One row of a list that the form is given; None for none."""
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, choices=(), **more)


def offer(
    form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]], *, none: tuple[Any, Any] | None = NOT_CHOSEN
) -> None:
    """Give a field of choices what there is to choose; ``none`` comes first where it may stay open."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([none] if none is not None else []), *choices]
