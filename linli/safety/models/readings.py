"""What devices said."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community
from linli.safety.models.devices import Device


class Reading(models.Model):
    """An alarm, clear, status or installer's test of a device, once each (``signal_key``). Heartbeats renew the device's state
    and are not kept.

    ``at`` is the device's own time where it is believable, else the time of receipt with ``clock_doubtful`` set.
    """

    class Kind(models.TextChoices):
        ALARM = "alarm", _("alarm")
        CLEAR = "clear", _("back to normal")
        HEARTBEAT = "heartbeat", _("heartbeat")
        STATUS = "status", _("status")
        TEST = "test", _("test alarm")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False, verbose_name=_("device"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    signal_key = models.CharField(max_length=64)
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("received at"))
    clock_doubtful = models.BooleanField(_("clock doubtful"), default=False)
    gas_percent_lel = models.FloatField(_("gas, % LEL"), null=True)
    battery_percent = models.FloatField(_("battery, %"), null=True)
    payload = models.JSONField(_("as sent"), default=dict)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [models.UniqueConstraint(fields=["device", "signal_key"], name="safety_reading_once")]
        indexes = [models.Index(fields=["community", "device", "-at"], name="safety_reading_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"
