"""A list to choose from, drawn at once: Django's own draws every choice from a template, and a community has hundreds of posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import Select
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class QuickSelect(Select):
    """The same HTML as ``forms.Select``; only for choices without attributes of their own."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(built), _options(self.choices, chosen))


def _options(choices: Iterable[Any], chosen: str) -> SafeString:
    made = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            made.append(format_html('<optgroup label="{}">{}</optgroup>', value, _options(label, chosen)))
        else:
            selected = " selected" if str(value) == chosen else ""
            made.append(format_html('<option value="{}"{}>{}</option>', value, selected, label))
    return format_html_join("", "{}", ((one,) for one in made))
