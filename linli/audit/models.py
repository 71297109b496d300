"""Audit entries: append-only, by trigger on both databases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One write, or one reveal of personal data. ``community_id`` is a plain number: audit lies below the registry."""

    at = models.DateTimeField(_("at"))
    community_id = models.BigIntegerField(_("community"), null=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=12)
    actor_ref = models.CharField(_("actor"), max_length=60, blank=True)
    actor_label = models.CharField(_("who"), max_length=120)
    address = models.CharField(_("address"), max_length=60, blank=True)
    verb = models.CharField(_("did"), max_length=60)
    object_type = models.CharField(_("kind of thing"), max_length=60)
    object_ref = models.CharField(_("thing"), max_length=60)
    object_label = models.CharField(_("named"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["community_id", "at"], name="audit_community_at"),
            models.Index(fields=["object_type", "object_ref", "at"], name="audit_object_at"),
            models.Index(fields=["actor_kind", "actor_ref", "at"], name="audit_actor_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_label}: {self.verb} {self.object_type} {self.object_ref}"
