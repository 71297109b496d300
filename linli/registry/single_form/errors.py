"""How one form says no."""

from __future__ import annotations

from collections.abc import Mapping


class TemplateError(Exception):
    """The template cannot be used, or not with these columns. The views word ``code``, with what ``facts`` tell.

    Where the workbook reader said no, its refusal is the ``__cause__``, and has a sentence of its own.
    """

    def __init__(self, code: str, facts: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, str] = dict(facts or {})
