"""How every form of Linli is drawn: label above, help under it, what is wrong beside the field and in a summary on top."""

from django.forms.renderers import DjangoTemplates


class LinliRenderer(DjangoTemplates):
    """`FORM_RENDERER`. `{{ form }}` is then complete but for its `<form>`, its CSRF token and its one button."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
