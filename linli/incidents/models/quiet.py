"""When an alarm is not, or not yet, what it seems: silences and drills."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.incidents.models.policies import IncidentKind
from linli.registry.models import Building, Community, Unit


class Silence(models.Model):
    """Alarms of a kind or a source that ring nobody until ``ends_at``. They are recorded all the same, and looked at again then.

    For kinds that are danger to life it holds only once a second person has confirmed it. Never deleted.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    kind = models.ForeignKey(IncidentKind, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("kind"))
    source = models.CharField(_("source"), max_length=60, blank=True)
    source_label = models.CharField(_("detector"), max_length=80, blank=True)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("building"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("unit (stairwell)"))
    reason = models.CharField(_("reason"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    made_at = models.DateTimeField(_("asked for at"))
    made_by_ref = models.CharField(max_length=60)
    made_by = models.CharField(_("asked for by"), max_length=120)
    needs_second = models.BooleanField(_("needs a second person"), default=False)
    second_at = models.DateTimeField(_("confirmed at"), null=True)
    second_by_ref = models.CharField(max_length=60, blank=True)
    second_by = models.CharField(_("confirmed by"), max_length=120, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.CharField(_("ended by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="incidents_silence_span"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="incidents_silence_reason"),
            models.CheckConstraint(
                condition=models.Q(second_at__isnull=True) | ~models.Q(second_by_ref=models.F("made_by_ref")),
                name="incidents_silence_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="")
                | models.Q(kind__isnull=False)
                | models.Q(building__isnull=False)
                | models.Q(unit__isnull=False),
                name="incidents_silence_of_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "ends_at"], condition=models.Q(ended_at__isnull=True), name="incidents_silences"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_label or self.kind_id or self.unit or self.building}: {self.reason}"


class Drill(models.Model):
    """An exercise: alarms that say so in every text, go the whole way, and are scored. Real alarms stay real meanwhile."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    title = models.CharField(_("title"), max_length=60)
    kind = models.ForeignKey(IncidentKind, on_delete=models.PROTECT, db_index=False, verbose_name=_("kind"))
    started_at = models.DateTimeField(_("started at"))
    started_by = models.CharField(_("started by"), max_length=120)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.CharField(_("ended by"), max_length=120, blank=True)
    lessons = models.TextField(_("what we learnt"), blank=True)

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=models.Q(ended_at__isnull=True), name="incidents_one_drill"
            )
        ]
        indexes = [models.Index(fields=["community", "-started_at"], name="incidents_drills")]

    def __str__(self) -> str:
        return self.title
