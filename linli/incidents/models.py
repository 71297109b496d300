"""Incidents, what was done about them, and the policies that say who is told when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Building, Community, Dwelling, Household, Unit


class _Titled(models.Model):
    """Something whose name is data, in Chinese and English."""

    title_zh = models.CharField(_("Chinese title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if (get_language() or "").startswith("en") else self.title_zh


class IncidentKind(_Titled):
    """A kind of urgent matter. ``severity`` 1 is danger to life, 2 needs a person soon, 3 can wait for the morning."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    severity = models.PositiveSmallIntegerField(_("severity"), default=1)

    class Meta:
        verbose_name = _("kind of incident")
        verbose_name_plural = _("kinds of incident")


class Cause(_Titled):
    """A cause to choose from when an incident of a kind is closed."""

    kind = models.ForeignKey(IncidentKind, on_delete=models.CASCADE, related_name="causes", verbose_name=_("kind"))
    code = models.CharField(_("code"), max_length=30)
    false_alarm = models.BooleanField(_("false alarm"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["kind", "position"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="incidents_cause_code")]


class Audience(models.TextChoices):
    FAMILY = "family", _("relatives")
    UNIT_CAPTAIN = "unit_captain", _("unit captain")
    BUILDING_CAPTAIN = "building_captain", _("building captain")
    GRID_LEAD = "grid_lead", _("grid lead")
    DUTY_DESK = "duty_desk", _("duty desk")
    SECRETARY = "secretary", _("community secretary")


class EscalationPolicy(models.Model):
    """Who is told when, for a kind of incident in a community; with no community, the house rule for everybody.

    After the last step the duty desk is told again every ``loop_seconds`` until it acknowledges.
    """

    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("community")
    )
    kind = models.ForeignKey(IncidentKind, on_delete=models.CASCADE, verbose_name=_("kind"))
    loop_seconds = models.PositiveIntegerField(_("seconds between calls to the desk at the end"), default=300)

    class Meta:
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        constraints = [
            models.UniqueConstraint(fields=["community", "kind"], name="incidents_policy_one"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(community__isnull=True), name="incidents_policy_house"
            ),
            models.CheckConstraint(condition=models.Q(loop_seconds__gte=30), name="incidents_policy_loop"),
        ]

    def __str__(self) -> str:
        return f"{self.community or _('every community')} · {self.kind}"


class EscalationStep(models.Model):
    """One line of a policy: ``after_seconds`` from the opening, tell this audience, then again ``repeats`` times.

    The repeats follow every ``repeat_seconds``.
    """

    policy = models.ForeignKey(
        EscalationPolicy, on_delete=models.CASCADE, related_name="steps", verbose_name=_("policy")
    )
    after_seconds = models.PositiveIntegerField(_("seconds after the opening"))
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)
    repeats = models.PositiveSmallIntegerField(_("repeats"), default=0)
    repeat_seconds = models.PositiveIntegerField(_("seconds between repeats"), default=60)

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["after_seconds", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(repeat_seconds__gte=10), name="incidents_step_repeat")]

    def __str__(self) -> str:
        return f"{self.after_seconds} s: {self.get_audience_display()}"


class Incident(models.Model):
    """One urgent matter at one place. ``source`` says what raised it ("device:12"); while open, source and kind are unique.

    ``chain`` is the policy as it was when the incident opened: a list of [after_seconds, audience, round]; ``next_step`` points
    into it and ``next_step_at`` says when it is due (null: escalation stopped, by the desk's acknowledgement or by closing).
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

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "source", "kind"],
                condition=models.Q(closed_at__isnull=True),
                name="incidents_one_open",
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

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = [models.Index(fields=["incident", "at"], name="incidents_answer_at")]

    def __str__(self) -> str:
        return f"{self.by_label}: {self.choice}"
