"""Kinds of urgent matter, their causes, and who is told when: data that people keep."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community, ContactPoint


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
    """A kind of urgent matter. ``severity`` 1 is danger to life, 2 needs a person soon, 3 can wait for the morning.

    What can wait is quiet: it stands in the desk's list and in the morning's digest, and rings nobody.
    """

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    severity = models.PositiveSmallIntegerField(_("severity"), default=1)
    life_safety = models.BooleanField(
        _("danger to life"),
        default=False,
        help_text=_("No quiet hours, no rate limit, and a silence needs two people."),
    )

    class Meta:
        verbose_name = _("kind of incident")
        verbose_name_plural = _("kinds of incident")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(severity__gte=1, severity__lte=3), name="incidents_kind_severity"
            ),
            models.CheckConstraint(
                condition=models.Q(life_safety=False) | models.Q(severity__lte=2), name="incidents_kind_life"
            ),
        ]


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
    stopped_by = models.CharField(
        _("whose acknowledgement stops it"),
        max_length=20,
        choices=Audience.choices,
        default=Audience.DUTY_DESK,
        help_text=_("Others may take it in hand too: that is written down, and the escalation goes on."),
    )
    outcome_minutes = models.PositiveSmallIntegerField(
        _("minutes until it rings again without an outcome"),
        null=True,
        blank=True,
        default=60,
        help_text=_("Taken in hand and neither closed nor written about for so long, it counts as unanswered again."),
    )
    digest_at = models.TimeField(
        _("time of the morning list"), default=time(8), help_text=_("For kinds that can wait for the morning.")
    )

    class Meta:
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        constraints = [
            models.UniqueConstraint(fields=["community", "kind"], name="incidents_policy_one"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(community__isnull=True), name="incidents_policy_house"
            ),
            models.CheckConstraint(condition=models.Q(loop_seconds__gte=30), name="incidents_policy_loop"),
            models.CheckConstraint(
                condition=models.Q(outcome_minutes__isnull=True) | models.Q(outcome_minutes__gte=5),
                name="incidents_policy_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community or _('every community')} · {self.kind}"


def ways() -> list[tuple[str, Any]]:
    """The kinds of contact points, as choices that need no migration here when the registry learns a new one."""
    return list(ContactPoint.Kind.choices)


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
    way = models.CharField(
        _("over"),
        max_length=10,
        blank=True,
        choices=ways,
        help_text=_("Tried first if the person has it; otherwise each person's own order holds."),
    )

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["after_seconds", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(repeat_seconds__gte=10), name="incidents_step_repeat")]

    def __str__(self) -> str:
        return f"{self.after_seconds} s: {self.get_audience_display()}"
