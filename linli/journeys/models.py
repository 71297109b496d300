"""What a community decides of its journeys, and what residents' requests ask lectures for."""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.casework.models import Request
from linli.journeys.preset import FALSE_SMOKE, LECTURES, OLD_HOSE
from linli.registry.models import Community

Q = models.Q


class JourneyRule(models.Model):
    """Whether a journey is told, and its numbers, from a day on; with no community, for every community that has no rule of its own.

    The row with the latest ``since_on`` that has come is in force; where there is none, what linli.journeys.preset says.
    """

    class Code(models.TextChoices):
        OLD_HOSE = OLD_HOSE, _("gas alarm with an old hose: a request to replace it")
        FALSE_SMOKE = FALSE_SMOKE, _("false smoke alarms in one stairwell: a request to the grid lead")
        LECTURES = LECTURES, _("tags of requests: demand for lectures")

    community = models.ForeignKey(
        Community,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("community"),
        help_text=_("Empty: every community that has no rule of its own."),
    )
    code = models.CharField(_("journey"), max_length=20, choices=Code.choices)
    number = models.PositiveSmallIntegerField(
        _("after so many"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Only false smoke alarms are counted: how many of them begin it."),
    )
    days = models.PositiveSmallIntegerField(_("within days"), default=1, validators=[MinValueValidator(1)])
    since_on = models.DateField(_("in force from"))
    is_on = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule of a journey")
        verbose_name_plural = _("rules of journeys")
        ordering = ["code", "community", "since_on"]
        constraints = [
            models.UniqueConstraint(fields=["community", "code", "since_on"], name="journeys_rule_once"),
            models.UniqueConstraint(
                fields=["code", "since_on"], condition=Q(community__isnull=True), name="journeys_rule_house"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, days__gte=1), name="journeys_rule_numbers"),
            models.CheckConstraint(condition=Q(code__in=[OLD_HOSE, FALSE_SMOKE, LECTURES]), name="journeys_rule_code"),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.since_on:%Y-%m-%d}"


class LectureTopic(models.Model):
    """A tag of requests that asks for a lecture, beside those of the preset; a row with the same tag goes before them.

    Out of use, nothing more is counted for it; what was counted stays.
    """

    community = models.ForeignKey(
        Community,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("community"),
        help_text=_("Empty: every community."),
    )
    tag = models.CharField(
        _("tag"),
        max_length=30,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9_-]{1,29}$", _("Use small letters, digits, hyphens and underscores only."))
        ],
    )
    title_zh = models.CharField(_("Chinese title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60)
    is_on = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("topic of lectures")
        verbose_name_plural = _("topics of lectures")
        ordering = ["tag", "community"]
        constraints = [
            models.UniqueConstraint(fields=["community", "tag"], name="journeys_topic_once"),
            models.UniqueConstraint(fields=["tag"], condition=Q(community__isnull=True), name="journeys_topic_house"),
        ]

    def __str__(self) -> str:
        return self.title_zh


class LectureDemand(models.Model):
    """One request that asks for a lecture on a topic (the tag): counted once, when it got the tag."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    topic = models.CharField(_("topic"), max_length=30)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="+", verbose_name=_("request"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("demand for a lecture")
        verbose_name_plural = _("demand for lectures")
        constraints = [models.UniqueConstraint(fields=["request", "topic"], name="journeys_demand_once")]
        indexes = [models.Index(fields=["community", "topic", "at"], name="journeys_demand_counts")]

    def __str__(self) -> str:
        return f"{self.topic} {self.request}"
