"""What the ground floor keeps: by which keys this database was written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeyFingerprint(models.Model):
    """A key that this database cannot do without, known by its fingerprint. No process starts while one of them is missing."""

    class Purpose(models.TextChoices):
        SECRET = "secret", _("signs links, makes hashes")
        FIELDS = "fields", _("encrypts fields")

    fingerprint = models.CharField(_("fingerprint"), max_length=16, primary_key=True)
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose.choices)
    noted_at = models.DateTimeField(_("noted at"))

    class Meta:
        verbose_name = _("fingerprint of a key")
        verbose_name_plural = _("fingerprints of keys")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(purpose="secret"), name="core_keyfingerprint_one_secret"
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint
