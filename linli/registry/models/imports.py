"""Registers that are brought in from Excel: the file's rows, what was decided about each, and what was written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.fields import EncryptedTextField
from linli.registry.models.people import Resident
from linli.registry.models.places import Community, Grid


class ImportBatch(models.Model):
    """One file on its way into the register, from the upload to its undoing.

    The long work is done by a process of its own, which holds the batch by ``leased_until``; ``done`` of ``total`` rows is its
    progress. What was read is kept, encrypted, until the batch is put away.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("import", "columns to be checked")
        PLANNING = "planning", pgettext_lazy("import", "being compared")
        PLANNED = "planned", pgettext_lazy("import", "ready to look at")
        COMMITTING = "committing", pgettext_lazy("import", "being written")
        COMMITTED = "committed", pgettext_lazy("import", "taken over")
        UNDOING = "undoing", pgettext_lazy("import", "being undone")
        UNDONE = "undone", pgettext_lazy("import", "undone")
        DISCARDED = "discarded", pgettext_lazy("import", "put away")

    class Policy(models.TextChoices):
        UPDATE = "update", _("Update: what the file says counts; blank cells erase nothing")
        FILL = "fill", _("Fill blanks only: nothing that is there is changed")
        SKIP = "skip", _("Leave as they are: only new people are added")
        FORCE_NEW = "new", _("Add all as new people, even like ones")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    created_at = models.DateTimeField(_("uploaded at"))
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("by"))
    by_label = models.CharField(_("by"), max_length=80)
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    policy = models.CharField(
        _("people already in the register"), max_length=6, choices=Policy.choices, default=Policy.UPDATE
    )
    grid = models.ForeignKey(Grid, on_delete=models.SET_NULL, null=True, verbose_name=_("grid of new buildings"))
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    trouble = models.CharField(_("what went wrong"), max_length=400, blank=True, default="")
    left = models.JSONField(default=list, verbose_name=_("not restored"))
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    emptied_at = models.DateTimeField(_("rows deleted at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["community", "-created_at"], name="registry_import_newest"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["planning", "committing", "undoing"]),
                name="registry_import_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportSheet(models.Model):
    """A sheet as it was read: ``rows`` is JSON with days tagged. ``fields`` says what each column (from 0) holds."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="sheets")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("sheet"), max_length=100)
    rows = EncryptedTextField()
    row_count = models.PositiveIntegerField(default=0)
    first_row = models.PositiveIntegerField(default=0)
    titles = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    included = models.BooleanField(_("take this sheet"), default=True)

    class Meta:
        verbose_name = _("sheet of an import")
        verbose_name_plural = _("sheets of imports")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="registry_importsheet_position")]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """What is to become, or became, of one person of a sheet. ``told`` is JSON: values, changes, reasons, candidates."""

    class Kind(models.TextChoices):
        CREATE = "create", pgettext_lazy("import", "new")
        UPDATE = "update", pgettext_lazy("import", "changed")
        SAME = "same", pgettext_lazy("import", "as it is")
        QUESTION = "question", pgettext_lazy("import", "a question")
        CONFLICT = "conflict", pgettext_lazy("import", "contradiction")
        ERROR = "error", pgettext_lazy("import", "not understood")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(_("row"))
    kind = models.CharField(_("what becomes of it"), max_length=8, choices=Kind.choices)
    told = EncryptedTextField()
    answer = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "number"], name="registry_importrow_number")]
        indexes = [models.Index(fields=["batch", "kind", "sheet", "number"], name="registry_importrow_kind")]

    def __str__(self) -> str:
        return f"{self.sheet}:{self.number}"


class ImportChange(models.Model):
    """One row of the register that an import wrote. A changed one has ``before`` and ``after``; an added one only a ``mark``, the keyed
    hash of how it looked."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changes")
    model = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    before = EncryptedTextField(blank=True)
    after = EncryptedTextField(blank=True)
    mark = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        constraints = [
            models.UniqueConstraint(fields=["batch", "model", "object_id"], name="registry_importchange_object")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


class LearnedMapping(models.Model):
    """What a person said the columns of sheets with these headings hold; the next such sheet begins with it."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE)
    titles_hash = models.CharField(max_length=64)
    fields = models.JSONField()

    class Meta:
        verbose_name = _("learned column mapping")
        verbose_name_plural = _("learned column mappings")
        constraints = [models.UniqueConstraint(fields=["community", "titles_hash"], name="registry_mapping_titles")]

    def __str__(self) -> str:
        return self.titles_hash[:8]


class ToldApart(models.Model):
    """Somebody said: the person of a sheet with this identity (a keyed hash) is not this resident. Not asked again."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE)
    identity_hash = models.CharField(max_length=64)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE)

    class Meta:
        verbose_name = _("people told apart")
        verbose_name_plural = _("people told apart")
        constraints = [
            models.UniqueConstraint(fields=["community", "identity_hash", "resident"], name="registry_toldapart_once")
        ]

    def __str__(self) -> str:
        return f"{self.identity_hash[:8]} ≠ {self.resident_id}"
