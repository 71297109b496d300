"""Gateways that report for devices, and what could not be read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community


class Gateway(models.Model):
    """A platform (NB-IoT, a vendor's cloud) that reports for devices of one community over HTTP, with a token of its own."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    name = models.CharField(_("name"), max_length=60)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    is_active = models.BooleanField(_("may report"), default=True)

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")

    def __str__(self) -> str:
        return self.name


class QuarantinedSignal(models.Model):
    """A message that could not be read or was not let in, with its first bytes and the reason, for the operator to see.

    It stays open until somebody settles it: reads it as a device's message, replays it, or dismisses it with a reason; each once.
    """

    class Reason(models.TextChoices):
        NOT_JSON = "not_json", _("not readable as JSON")
        TOO_LARGE = "too_large", _("too large")
        BAD_SUBJECT = "bad_subject", _("topic not understood")
        UNKNOWN_DEVICE = "unknown_device", _("unknown device")
        WRONG_COMMUNITY = "wrong_community", _("device of another community")
        FOREIGN_TOPIC = "foreign_topic", _("tried another device's topic")
        REFUSED_SIGN_IN = "refused_sign_in", _("wrong credentials")
        FAILED = "failed", _("could not be recorded")

    class Settled(models.TextChoices):
        TREATED = "treated", _("taken as a device's message")
        REPLAYED = "replayed", _("replayed")
        DISMISSED = "dismissed", _("dismissed")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, null=True, verbose_name=_("community"))
    origin = models.CharField(_("origin"), max_length=80, unique=True)
    received_at = models.DateTimeField(_("received at"))
    subject = models.CharField(_("topic"), max_length=200)
    serial = models.CharField(_("serial"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    explanation = models.CharField(_("explanation"), max_length=200, blank=True)
    payload = models.BinaryField(_("first bytes"), max_length=4096)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_how = models.CharField(_("settled how"), max_length=10, choices=Settled.choices, blank=True)
    settled_by = models.CharField(_("settled by"), max_length=120, blank=True)
    settled_note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("quarantined signal")
        verbose_name_plural = _("quarantined signals")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_how="", settled_by="")
                | (models.Q(settled_at__isnull=False) & ~models.Q(settled_how="") & ~models.Q(settled_by="")),
                name="safety_quarantine_settled",
            )
        ]
        indexes = [models.Index(fields=["community", "-received_at"], name="safety_quarantine_newest")]

    def __str__(self) -> str:
        return f"{self.reason} {self.subject}"
