"""What Linli knows of its own state, and how long it keeps what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Probe(models.Model):
    """The canary's present round, and the last dead-man ping. One row.

    ``waiting_since`` is when the alarm was published that has not come back yet; ``back_at`` when the last one did.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    published_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    stuck_at = models.CharField(max_length=10, blank=True)
    back_at = models.DateTimeField(null=True)
    commit_seconds = models.FloatField(null=True)
    send_seconds = models.FloatField(null=True)
    pinged_at = models.DateTimeField(null=True)
    ping_error = models.CharField(max_length=200, blank=True)
    clock_ahead_seconds = models.FloatField(null=True)

    class Meta:
        verbose_name = _("test of our own path")
        verbose_name_plural = _("tests of our own path")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="watching_one_probe")]

    def __str__(self) -> str:
        return f"{self.back_at}"


class BackupRun(models.Model):
    """One attempt to make a backup. ``path`` is set once it was read back and found right; ``error`` says why there is none."""

    began_at = models.DateTimeField(_("began at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    path = models.CharField(_("file"), max_length=500, blank=True)
    size_bytes = models.BigIntegerField(_("size in bytes"), default=0)
    rows = models.BigIntegerField(_("rows"), default=0)
    error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        indexes = [models.Index(fields=["-began_at"], name="watching_backup_newest")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} {self.path or self.error}"


class Retention(models.Model):
    """How many days a kind of record is kept; null: for ever. Pruned at night, a little at a time."""

    class Record(models.TextChoices):
        READING = "reading", _("readings of detectors")
        MESSAGE = "message", _("messages and their deliveries")
        QUARANTINE = "quarantine", _("signals that could not be read")
        INCIDENT = "incident", _("closed incidents with their timeline")
        AUDIT = "audit", _("audit trail")
        BACKUP_RUN = "backup_run", _("records of backups")
        TROUBLE = "trouble", _("troubles of devices that are over")

    record = models.CharField(_("record"), max_length=20, choices=Record.choices, primary_key=True)
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)

    class Meta:
        verbose_name = _("how long records are kept")
        verbose_name_plural = _("how long records are kept")
        constraints = [
            # China's Cybersecurity Law, article 21: network logs for at least six months.
            models.CheckConstraint(
                condition=models.Q(days__isnull=True) | models.Q(days__gte=180), name="watching_retention_least"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_record_display()}: {self.days or '∞'}"
