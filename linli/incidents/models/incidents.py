"""Incidents and what was done about them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.incidents.models.policies import Audience, Cause, IncidentKind
from linli.incidents.models.quiet import Drill
from linli.registry.models import Building, Community, Dwelling, Household, Unit


class Incident(models.Model):
    """One urgent matter at one place. ``source`` says what raised it ("device:12"); while open, source and kind are unique.

    ``chain`` is the policy as it was when the incident opened: a list of [after_seconds, audience, round]; ``next_step`` points
    into it and ``next_step_at`` says when it is due (null: escalation stopped, by an acknowledgement or by closing).
    ``turn`` counts how often the chain began anew, last at ``turned_at``; ``stopped_by`` and ``outcome_minutes`` are the policy's, too.
    """

    class Condition(models.TextChoices):
        ACTIVE = "active", _("still alarming")
        CLEARED = "cleared", _("back to normal")

    class Handling(models.TextChoices):
        UNACKNOWLEDGED = "unacknowledged", _("nobody has answered")
        ACKNOWLEDGED = "acknowledged", _("in hand")
        CLOSED = "closed", _("closed")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    kind = models.ForeignKey(IncidentKind, on_delete=models.PROTECT, db_index=False, verbose_name=_("kind"))
    severity = models.PositiveSmallIntegerField(_("severity"))
    source = models.CharField(_("source"), max_length=60)
    source_label = models.CharField(_("raised by"), max_length=80)
    place = models.CharField(_("place"), max_length=80)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, verbose_name=_("building"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, verbose_name=_("unit (stairwell)"))
    dwelling = models.ForeignKey(
        Dwelling, on_delete=models.PROTECT, db_index=False, null=True, verbose_name=_("dwelling")
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, db_index=False, null=True, verbose_name=_("household")
    )
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices)
    handling = models.CharField(_("handling"), max_length=15, choices=Handling.choices)
    opened_at = models.DateTimeField(_("opened at"))
    happened_at = models.DateTimeField(_("happened at"))
    last_signal_at = models.DateTimeField(_("last signal at"))
    signals = models.PositiveIntegerField(_("signals"), default=1)
    details = models.JSONField(_("details"), default=dict)
    cleared_at = models.DateTimeField(_("cleared at"), null=True)
    first_answer_at = models.DateTimeField(_("first answer at"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, db_index=False, null=True, verbose_name=_("cause"))
    outcome = models.TextField(_("what was done"), blank=True)
    chain = models.JSONField(_("escalation chain"), default=list)
    loop_seconds = models.PositiveIntegerField(default=300)
    next_step = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(_("next step at"), null=True)
    last_step_at = models.DateTimeField(_("last step at"), null=True)
    turn = models.PositiveSmallIntegerField(default=0)
    turned_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=20, choices=Audience.choices, default=Audience.DUTY_DESK)
    outcome_minutes = models.PositiveSmallIntegerField(null=True)
    outcome_due_at = models.DateTimeField(_("outcome due at"), null=True)
    silenced_until = models.DateTimeField(_("silenced until"), null=True)
    drill = models.ForeignKey(
        Drill, on_delete=models.PROTECT, db_index=False, null=True, related_name="incidents", verbose_name=_("drill")
    )

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "source", "kind"],
                condition=models.Q(closed_at__isnull=True, drill__isnull=True),
                name="incidents_one_open",
            ),
            models.UniqueConstraint(
                fields=["drill", "source", "kind"],
                condition=models.Q(closed_at__isnull=True, drill__isnull=False),
                name="incidents_one_open_drill",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    handling="closed", closed_at__isnull=False, cause__isnull=False, next_step_at__isnull=True
                )
                | (~models.Q(handling="closed") & models.Q(closed_at__isnull=True)),
                name="incidents_closed_by_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(handling__in=["acknowledged", "closed"]) | models.Q(next_step_at__isnull=False),
                name="incidents_next_step",
            ),
            models.CheckConstraint(
                condition=models.Q(condition="active", cleared_at__isnull=True)
                | models.Q(condition="cleared", cleared_at__isnull=False),
                name="incidents_condition",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome_due_at__isnull=True) | models.Q(handling="acknowledged"),
                name="incidents_outcome_when_in_hand",
            ),
        ]
        indexes = [
            models.Index(fields=["next_step_at"], condition=models.Q(next_step_at__isnull=False), name="incidents_due"),
            models.Index(
                fields=["community", "severity", "opened_at"],
                condition=models.Q(closed_at__isnull=True),
                name="incidents_open",
            ),
            models.Index(fields=["community", "-opened_at"], name="incidents_newest"),
            models.Index(fields=["community", "household"], name="incidents_household"),
            models.Index(
                fields=["outcome_due_at"],
                condition=models.Q(outcome_due_at__isnull=False),
                name="incidents_outcome_due",
            ),
            models.Index(fields=["drill"], condition=models.Q(drill__isnull=False), name="incidents_of_drill"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.kind_id}"


class TimelineEntry(models.Model):
    """What happened to an incident. Append-only; ``verb`` is translated for the reader, ``params`` fills the sentence."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, db_index=False, related_name="timeline", verbose_name=_("incident")
    )
    at = models.DateTimeField(_("at"))
    verb = models.CharField(_("what"), max_length=30)
    actor_kind = models.CharField(_("kind of actor"), max_length=12)
    actor_label = models.CharField(_("who"), max_length=120)
    params = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        indexes = [models.Index(fields=["incident", "at", "id"], name="incidents_timeline")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.verb} {self.actor_label}"


class Answer(models.Model):
    """What somebody who was told answered. Several answers by one person are all kept; the latest counts."""

    class Choice(models.TextChoices):
        GOING = "going", _("I will see to it")
        FALSE_ALARM = "false_alarm", _("It is a false alarm, I know the cause")
        HELP = "help", _("Please help")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, db_index=False, related_name="answers", verbose_name=_("incident")
    )
    at = models.DateTimeField(_("at"))
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)
    choice = models.CharField(_("answer"), max_length=12, choices=Choice.choices)
    by_kind = models.CharField(_("kind of person"), max_length=10)
    by_ref = models.CharField(_("person"), max_length=60)
    by_label = models.CharField(_("who"), max_length=120)
    note = models.CharField(_("note"), max_length=200, blank=True)
    via = models.CharField(_("over"), max_length=10, blank=True)
    stale = models.BooleanField(
        _("came too late"), default=False, help_text=_("It answered a call that others had followed already.")
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = [models.Index(fields=["incident", "at"], name="incidents_answer_at")]

    def __str__(self) -> str:
        return f"{self.by_label}: {self.choice}"
