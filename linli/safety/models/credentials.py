"""What stands between two secrets of a device, and connections that are still to be closed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.safety.models.devices import Device


class EarlierSecret(models.Model):
    """The secret a device had before its present one. Both open the door until it has signed in with the new one, or until
    ``until``. No row: only the present secret counts."""

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="earlier_secret", verbose_name=_("device")
    )
    secret_hash = models.CharField(max_length=64, editable=False)
    until = models.DateTimeField(_("works until"))

    class Meta:
        verbose_name = _("earlier secret")
        verbose_name_plural = _("earlier secrets")

    def __str__(self) -> str:
        return f"{self.device_id} · {self.until:%Y-%m-%d %H:%M}"


class OwedCutOff(models.Model):
    """The open connections of a device are to be closed: it was struck off, or its secret is no longer trusted.

    Owed to the doorkeeper, which alone talks to the broker about connections; it deletes the row when it has seen to it.
    """

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="owed_cut_off", verbose_name=_("device")
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("connection to be closed")
        verbose_name_plural = _("connections to be closed")

    def __str__(self) -> str:
        return str(self.device_id)
