"""What other systems bring in: sheets of the hotline, and programs with a key (Open311)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.models.requests import Request
from linli.core.fields import EncryptedTextField
from linli.registry.models import Community

Q = models.Q


class HotlineBatch(models.Model):
    """One sheet of the hotline 12345: read and shown first, then brought in as a whole, row by row by the worker, in the name of
    ``taken_by``.

    ``columns``: kind (requests or ratings), sheet, titles, titles_hash, fields (what the columns hold, as it was found or corrected
    by hand) and first_row.
    """

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("sheet", "to be looked at")
        TAKING = "taking", pgettext_lazy("sheet", "being brought in")
        DONE = "done", pgettext_lazy("sheet", "brought in")
        DROPPED = "dropped", pgettext_lazy("sheet", "put away")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    file_name = models.CharField(_("file"), max_length=200)
    columns = models.JSONField(_("columns"), default=dict)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.READ)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    done_at = models.DateTimeField(_("brought in at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hotline sheet")
        verbose_name_plural = _("hotline sheets")

    def __str__(self) -> str:
        return self.file_name


class HotlineRow(models.Model):
    """One row of a sheet, with what would become of it. ``cells`` may name people: it is encrypted, and emptied once brought in."""

    class Outcome(models.TextChoices):
        NEW = "new", pgettext_lazy("hotline row", "new")
        KNOWN = "known", pgettext_lazy("hotline row", "here already")
        ERROR = "error", pgettext_lazy("hotline row", "not understood")

    batch = models.ForeignKey(HotlineBatch, on_delete=models.CASCADE, related_name="rows", verbose_name=_("sheet"))
    row = models.PositiveIntegerField(_("row"))
    outside_number = models.CharField(_("number at the hotline"), max_length=60, blank=True)
    cells = EncryptedTextField(_("cells"), blank=True)
    outcome = models.CharField(_("what becomes of it"), max_length=5, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("row of a hotline sheet")
        verbose_name_plural = _("rows of hotline sheets")
        ordering = ["batch", "row"]
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="casework_hotline_row_once")]

    def __str__(self) -> str:
        return f"{self.row}"


class ApiKey(models.Model):
    """A program that may write requests over Open311. We keep the hash of its key."""

    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("community"),
        help_text=_("Empty: for every community."),
    )  # fmt: skip
    name = models.CharField(_("whose program"), max_length=80)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    per_minute = models.PositiveSmallIntegerField(_("requests a minute at most"), default=30)
    made_at = models.DateTimeField(_("made at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of a program")
        verbose_name_plural = _("keys of programs")
        constraints = [models.CheckConstraint(condition=Q(per_minute__gte=1), name="casework_key_limit")]

    def __str__(self) -> str:
        return self.name


class KeyUse(models.Model):
    """How often a key was used in a minute (``minute``: minutes since 1970), over all web processes."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    minute = models.BigIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "minute"], name="casework_key_minute")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.minute}"
