"""How every form of Linli is drawn: label above, help under it, what is wrong beside the field and in a summary on top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

SELECT: Final = "django/forms/widgets/select.html"


class LinliRenderer(DjangoTemplates):
    """`FORM_RENDERER`. `{{ form }}` is then complete but for its `<form>`, its CSRF token and its one button."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Draw a form, a field or a widget. A select has hundreds of options (buildings, communities, categories): Django fills two
        templates for each, which took half of the time of a list's page; they are put together here, as Django writes them."""
        if template_name == SELECT:
            return SafeString("".join(_select(context["widget"])))  # each part is escaped there
        return super().render(template_name, context, request)


def _select(widget: Mapping[str, Any]) -> Iterator[str]:
    yield format_html('<select name="{}"{}>', widget["name"], flatatt(widget["attrs"]))
    for title, options, _index in widget["optgroups"]:
        if title:
            yield format_html('<optgroup label="{}">', title)
        for one in options:
            value, label = escape(str(one["value"])), one["label"]
            label = label.__html__() if hasattr(label, "__html__") else escape(str(label))
            attributes = flatatt(one["attrs"]) if one["attrs"] else ""
            yield f'<option value="{value}"{attributes}>{label}</option>'
        if title:
            yield "</optgroup>"
    yield "</select>"
