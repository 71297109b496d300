"""Detectors and where they hang."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.incidents.models import IncidentKind
from linli.registry.models import Community, Dwelling, Unit

serial_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$", _("A serial has 3 to 40 letters, digits, hyphens and underscores.")
)


class DeviceModel(models.Model):
    """A make of detector or building gateway: what it senses, how long it lives, how often it reports and tests itself, when its
    silence matters (all data: standards change). A community may have its own numbers (``CareRule``)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    maker = models.CharField(_("maker"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    raises = models.ForeignKey(IncidentKind, on_delete=models.PROTECT, verbose_name=_("raises"))
    life_months = models.PositiveSmallIntegerField(_("life in months"), default=60)
    report_seconds = models.PositiveIntegerField(_("seconds between reports"), default=3600)
    standard = models.CharField(_("standard and edition"), max_length=40, blank=True)
    is_gateway = models.BooleanField(
        _("is a building's gateway"), default=False, help_text=_("Other devices report through it.")
    )
    offline_seconds = models.PositiveIntegerField(
        _("seconds of silence until offline"), null=True, blank=True, help_text=_("Empty: four reports.")
    )
    visit_days = models.PositiveSmallIntegerField(_("days offline until a visit"), default=3)
    low_battery_percent = models.PositiveSmallIntegerField(
        _("battery is low from, %"),
        null=True,
        blank=True,
        default=20,
        help_text=_("Empty: its own flag alone decides."),
    )
    self_test_days = models.PositiveSmallIntegerField(
        _("days between self-tests"), null=True, blank=True, help_text=_("Empty: it does not report self-tests.")
    )

    class Meta:
        verbose_name = _("device model")
        verbose_name_plural = _("device models")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(low_battery_percent__isnull=True) | models.Q(low_battery_percent__lte=90),
                name="safety_model_battery",
            )
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.name}"


class Device(models.Model):
    """One detector. ``serial`` is its sign-in name at the broker; of its secret only a hash is kept.

    ``uplink`` is the gateway it reports through, if it does: while that is gone, its silence says nothing.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    model = models.ForeignKey(DeviceModel, on_delete=models.PROTECT, verbose_name=_("model"))
    serial = models.CharField(_("serial"), max_length=40, unique=True, validators=[serial_validator])
    secret_hash = models.CharField(max_length=64, editable=False)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    is_active = models.BooleanField(_("may connect"), default=True)
    uplink = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="members",
        limit_choices_to={"model__is_gateway": True},
        verbose_name=_("reports through"),
    )

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uplink__isnull=True) | ~models.Q(uplink=models.F("id")), name="safety_device_uplink"
            )
        ]
        indexes = [
            models.Index(fields=["community", "serial"], name="safety_device_serial"),
            models.Index(fields=["uplink"], condition=models.Q(uplink__isnull=False), name="safety_device_members"),
        ]

    def __str__(self) -> str:
        return self.serial


class Installation(models.Model):
    """Where a device hangs, from when to when: in a dwelling, or in a stairwell."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="installations", verbose_name=_("device"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, verbose_name=_("unit (stairwell)"))
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("dwelling"))
    spot = models.CharField(_("spot"), max_length=40, blank=True)
    installed_on = models.DateField(_("installed on"))
    removed_on = models.DateField(_("removed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=models.Q(removed_on__isnull=True), name="safety_one_installation"
            )
        ]
        indexes = [models.Index(fields=["community", "dwelling"], name="safety_installation_place")]

    def __str__(self) -> str:
        return f"{self.device} · {self.dwelling or self.unit}"


class DeviceState(models.Model):
    """The last that is known of a device. A narrow table of its own: heartbeats rewrite it in batches, and no index holds
    what they change (PostgreSQL then rewrites a row in its place).

    ``last_signal_at`` is the device's own time of its last alarm or all-clear: an older one that comes late changes nothing.
    ``turns`` is how it turned lately between the two (``rules.flapping``). ``deadline_at`` has no index on purpose: the sweep
    reads this table once every few seconds; heartbeats write it all the time.
    """

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="state", verbose_name=_("device")
    )
    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    last_seen_at = models.DateTimeField(_("last seen at"), null=True)
    last_signal_at = models.DateTimeField(_("time of its last alarm or all-clear"), null=True)
    alarming = models.BooleanField(_("alarming"), default=False)
    turns = models.BigIntegerField(_("turns between alarm and all-clear"), null=True, editable=False)
    gas_percent_lel = models.FloatField(_("gas, % LEL"), null=True)
    battery_percent = models.FloatField(_("battery, %"), null=True)
    deadline_at = models.DateTimeField(_("next report expected by"), null=True)

    class Meta:
        verbose_name = _("device state")
        verbose_name_plural = _("device states")

    def __str__(self) -> str:
        return str(self.device_id)
