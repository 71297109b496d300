"""The minutes in which an installer tries a device out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community
from linli.safety.commissioning import MOST_MINUTES, Window
from linli.safety.models.devices import Device


class CommissioningWindow(models.Model):
    """For these minutes, at most ten, alarms of one device that carry the device's own ``"test": true`` are notes that page
    nobody. An alarm without that flag is an alarm, here as everywhere."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False, verbose_name=_("device"))
    author = models.CharField(_("opened by"), max_length=120)
    opened_at = models.DateTimeField(_("opened at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=MOST_MINUTES)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("commissioning window")
        verbose_name_plural = _("commissioning windows")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=MOST_MINUTES), name="safety_window_minutes"
            ),
            models.UniqueConstraint(
                fields=["device"], condition=models.Q(ended_at__isnull=True), name="safety_one_window"
            ),
        ]
        indexes = [models.Index(fields=["device", "-opened_at"], name="safety_window_newest")]

    def __str__(self) -> str:
        return f"{self.device_id} · {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def closes_at(self) -> datetime:
        return self.window.closes_at

    @property
    def window(self) -> Window:
        end = self.opened_at + timedelta(minutes=self.minutes)
        return Window(self.opened_at, min(end, self.ended_at) if self.ended_at else end)
