"""How every form of Linli is drawn: label above, help under it, what is wrong beside the field and in a summary on top."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest

OURS: Mapping[str, str] = {"django/forms/widgets/select.html": "ui/forms/select.html"}
"""Django finds its own templates first, whatever lies in ours."""


class LinliRenderer(DjangoTemplates):
    """`FORM_RENDERER`. `{{ form }}` is then complete but for its `<form>`, its CSRF token and its one button."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Draw a form, a field or a widget."""
        return super().render(OURS.get(template_name, template_name), context, request)
