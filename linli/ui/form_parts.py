"""What forms of every room have: days, times, rows of a list, several lines; and a refusal said beside its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django import forms

from linli.core.errors import Refusal

NOT_CHOSEN: tuple[Any, Any] = ("", "—")
SAID_IN_THE_FORM: Final = {409, 422}


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


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, as the browser's own picker gives it."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def time_field(label: Any, **more: Any) -> forms.TimeField:
    """A time of day, to the minute."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def lines_field(label: Any, *, rows: int = 3, most: int = 2000, **more: Any) -> forms.CharField:
    """Several lines; longer than ``most`` is said, not cut."""
    return forms.CharField(
        label=label, max_length=most, strip=True, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


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
