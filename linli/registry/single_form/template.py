"""What is told about a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TotalKind = Literal["label", "formula", "count"]


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A column: its letter, its heading as read (two rows joined by a stroke), the field it seems to hold or ""."""

    column: str
    title: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class TotalCell:
    """A cell about all people: the word for a total, a formula over them, or a count of them ("共 人")."""

    cell: str
    kind: TotalKind
    text: str


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """One sheet with a table. Rows are numbered as in Excel; ``footer_rows`` move down when there are more people than rows."""

    name: str
    headers: tuple[HeaderCell, ...]
    first_row: int
    blank_rows: int
    footer_rows: tuple[int, ...]
    totals: tuple[TotalCell, ...]
    hidden: bool = False

    @property
    def suggested(self) -> dict[str, str]:
        """Field by column letter, as ``fill`` takes it, for the columns that are known."""
        return {header.column: header.field for header in self.headers if header.field}


@dataclass(frozen=True, slots=True)
class TemplateWarning:
    """Something that stays in the file and may not fit any more once it is filled. The views word ``code``."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """An Excel form: its sheets with a table, and what to warn of."""

    sheets: tuple[TemplateSheet, ...]
    warnings: tuple[TemplateWarning, ...] = ()

    def sheet(self, name: str) -> TemplateSheet | None:
        """The sheet of this name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)
