"""A register as an Excel file: the rows and columns of its list, as they stand there, masked as they are there."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, Model
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

MOST_ROWS: Final = 20_000
Cell = date | int | float | str | None


def columns_of(changes: ChangeList) -> list[str]:
    """The columns of a list but the boxes to tick."""
    return [str(name) for name in changes.list_display if name != "action_checkbox"]


def heads_of(changes: ChangeList) -> list[str]:
    """Their headings in the reader's language."""
    return [str(label_for_field(name, changes.model, changes.model_admin)) for name in columns_of(changes)]


def cells_of(changes: ChangeList, row: Model) -> list[Cell]:
    """What stands in a row of the list."""
    return [_cell(changes, row, name) for name in columns_of(changes)]


def _cell(changes: ChangeList, row: Model, name: str) -> Cell:
    field, _attribute, value = lookup_field(name, row, changes.model_admin)
    if isinstance(field, Field) and field.choices:
        value = getattr(row, f"get_{field.name}_display")()
    return _plain(value)


def _plain(value: Any) -> Cell:
    if value is None or isinstance(value, date):  # an instant is a date, too
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return " · ".join(str(_plain(part) or "") for part in value)
    return strip_tags(str(value)).strip()
