"""What is wrong with devices, what changes seldom about them, and whether we could hear them at all."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community
from linli.safety.models.devices import Device, DeviceModel


class CareRule(models.Model):
    """A community's own numbers for a model of device; what is empty is as the model says."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, db_index=False, verbose_name=_("community"))
    model = models.ForeignKey(DeviceModel, on_delete=models.CASCADE, verbose_name=_("model"))
    offline_seconds = models.PositiveIntegerField(_("seconds of silence until offline"), null=True, blank=True)
    visit_days = models.PositiveSmallIntegerField(_("days offline until a visit"), null=True, blank=True)
    low_battery_percent = models.PositiveSmallIntegerField(
        _("battery is low from, %"), null=True, blank=True, validators=[MaxValueValidator(90)]
    )
    self_test_days = models.PositiveSmallIntegerField(_("days between self-tests"), null=True, blank=True)

    class Meta:
        verbose_name = _("a community's care rule")
        verbose_name_plural = _("communities' care rules")
        constraints = [models.UniqueConstraint(fields=["community", "model"], name="safety_care_rule_one")]

    def __str__(self) -> str:
        return f"{self.community} · {self.model}"


class DeviceTrouble(models.Model):
    """Something that is wrong with a device, from when to when. Written only when it changes, so that heartbeats stay cheap.

    ``level`` of silence: 1 late, 2 offline, 3 to be visited; of the end of life: 1, 2, 3 from 180, 60 and 0 days before it.
    ``due_at`` is when silence is looked at next. ``held`` says that the gateway's silence explains it, so that nobody is told;
    ``told`` that an incident was raised for it.
    """

    class Kind(models.TextChoices):
        SILENT = "silent", _("not reporting")
        LOW_BATTERY = "low_battery", _("battery low")
        FAULT = "fault", _("fault")
        SELF_TEST = "self_test", _("self-test missed")
        CONTAMINATION = "contamination", _("sensor contaminated")
        END_OF_LIFE = "end_of_life", _("end of life")
        UNSTABLE = "unstable", _("unstable")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, db_index=False, related_name="troubles", verbose_name=_("device")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    since = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("looked at next"), null=True)
    held = models.BooleanField(_("held back: its gateway is gone"), default=False)
    told = models.BooleanField(_("an incident was raised"), default=False)
    details = models.JSONField(_("details"), default=dict)
    over_at = models.DateTimeField(_("over at"), null=True)

    class Meta:
        verbose_name = _("device trouble")
        verbose_name_plural = _("device troubles")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "kind"], condition=models.Q(over_at__isnull=True), name="safety_trouble_one"
            ),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=3), name="safety_trouble_level"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(over_at__isnull=True, due_at__isnull=False),
                name="safety_trouble_due",
            ),
            models.Index(
                fields=["community", "kind", "level"],
                condition=models.Q(over_at__isnull=True),
                name="safety_trouble_open",
            ),
            models.Index(fields=["device", "-since"], name="safety_trouble_history"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.kind} {self.level}"


class DeviceMemory(models.Model):
    """What is remembered of a device beside its state: its session with the broker and its last self-test. Written seldom."""

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="memory", verbose_name=_("device")
    )
    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    session = models.BigIntegerField(_("session"), null=True)
    session_at = models.DateTimeField(_("session changed at"), null=True)
    will_at = models.DateTimeField(_("last will at"), null=True)
    self_tested_at = models.DateTimeField(_("last self-test at"), null=True)

    class Meta:
        verbose_name = _("device memory")
        verbose_name_plural = _("device memories")

    def __str__(self) -> str:
        return str(self.device_id)


class IntakeStamp(models.Model):
    """When a listener last said that it hears devices. One row: N listeners renew it together.

    ``heard_until`` is the moment up to which everything devices said has been recorded; behind a backlog it lies in the past.
    """

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    alive_at = models.DateTimeField(_("alive at"))
    heard_until = models.DateTimeField(_("heard until"))

    class Meta:
        verbose_name = _("intake stamp")
        verbose_name_plural = _("intake stamps")

    def __str__(self) -> str:
        return f"{self.name} {self.alive_at:%Y-%m-%d %H:%M:%S}"


class IntakeOutage(models.Model):
    """A time in which we could not hear devices: their deadlines are later by it."""

    begun_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("outage of the intake")
        verbose_name_plural = _("outages of the intake")
        constraints = [
            models.CheckConstraint(condition=models.Q(ended_at__gt=models.F("begun_at")), name="safety_outage_span")
        ]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M:%S} – {self.ended_at:%Y-%m-%d %H:%M:%S}"
