"""Forms from above: a blank that was kept with its mapping, and what was reported in it each time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models.places import Community


class FormTemplate(models.Model):
    """A blank (``file``, Excel or Word) that was matched once. ``mapping`` leads from a column letter to a field's key."""

    class Kind(models.TextChoices):
        EXCEL = "xlsx", "Excel"
        WORD = "docx", "Word"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    file = models.BinaryField(_("blank"))
    sheet = models.CharField(_("sheet"), max_length=60, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict)
    made_by = models.CharField(_("made by"), max_length=100)
    made_at = models.DateTimeField(_("made"))
    put_away_at = models.DateTimeField(_("put away"), null=True, blank=True)

    class Meta:
        verbose_name = _("blank form")
        verbose_name_plural = _("blank forms")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=models.Q(put_away_at__isnull=True),
                name="registry_formtemplate_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class FormReport(models.Model):
    """One filling of a blank. ``marks`` holds a keyed hash of each row by the person's reference: what changed since is asked of it."""

    template = models.ForeignKey(
        FormTemplate, on_delete=models.CASCADE, related_name="reports", verbose_name=_("blank form")
    )
    filled_at = models.DateTimeField(_("filled"))
    by_label = models.CharField(_("by"), max_length=100)
    count = models.PositiveIntegerField(_("people"))
    marks = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("filled form")
        verbose_name_plural = _("filled forms")
        indexes = [models.Index(fields=["template", "filled_at"], name="registry_formreport_latest")]

    def __str__(self) -> str:
        return f"{self.template} · {self.filled_at:%Y-%m-%d}"
