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
    """A message that could not be read or was not let in, with its first bytes and the reason, for the operator to see."""

    class Reason(models.TextChoices):
        NOT_JSON = "not_json", _("not readable as JSON")
        TOO_LARGE = "too_large", _("too large")
        BAD_SUBJECT = "bad_subject", _("topic not understood")
        UNKNOWN_DEVICE = "unknown_device", _("unknown device")
        WRONG_COMMUNITY = "wrong_community", _("device of another community")
        FOREIGN_TOPIC = "foreign_topic", _("tried another device's topic")
        REFUSED_SIGN_IN = "refused_sign_in", _("wrong credentials")
        FAILED = "failed", _("could not be recorded")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, null=True, verbose_name=_("community"))
    origin = models.CharField(_("origin"), max_length=80, unique=True)
    received_at = models.DateTimeField(_("received at"))
    subject = models.CharField(_("topic"), max_length=200)
    serial = models.CharField(_("serial"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    explanation = models.CharField(_("explanation"), max_length=200, blank=True)
    payload = models.BinaryField(_("first bytes"), max_length=4096)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("quarantined signal")
        verbose_name_plural = _("quarantined signals")
        indexes = [models.Index(fields=["community", "-received_at"], name="safety_quarantine_newest")]

    def __str__(self) -> str:
        return f"{self.reason} {self.subject}"
