"""Months and days of a community, counted: so that a year of a million requests is a few thousand numbers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community


class Counted(models.Model):
    """What the three rates need to know of some requests. Only what time alone does not change is here: ratings in objection time are
    among ``counted``, and who reads takes them off; what is overdue now is not here."""

    received = models.PositiveIntegerField(default=0)
    aside = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    contacted = models.PositiveIntegerField(default=0)
    solved = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)
    mostly = models.PositiveIntegerField(default=0)
    disputed = models.PositiveIntegerField(default=0)
    struck = models.PositiveIntegerField(default=0)
    unrated = models.PositiveIntegerField(default=0)
    in_vain = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class Tally(Counted):
    """The requests that a community received in a month (``month``: its first day), counted as the three rates need them.

    As a whole, by main category, building and lead (``key``: its id, 0 of none), by hour of the day (``key`` 0 to 23) and by week
    (``key``: the Monday as a number, ``date.toordinal``). Weeks and hours also of each main category by itself
    (``of``: its id, else 0), and so the categories below it.
    A month with a TallyMark is not up to date; whoever reads counts it anew from the requests.
    """

    class Sort(models.TextChoices):
        ALL = "all", _("as a whole")
        MAIN = "main", _("by main category")
        HOUR = "hour", _("by hour")
        WEEK = "week", _("by week")
        BUILDING = "building", _("by building")
        LEAD = "lead", _("by lead")
        SORT = "sort", _("by category")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, db_index=False, verbose_name=_("community"))
    month = models.DateField(_("month"))
    sort = models.CharField(_("counted by"), max_length=8, choices=Sort.choices)
    of = models.IntegerField(_("of the main category"), default=0)
    key = models.IntegerField(_("of which"), default=0)

    class Meta:
        verbose_name = _("counted month")
        verbose_name_plural = _("counted months")
        constraints = [
            models.UniqueConstraint(fields=["sort", "of", "month", "community", "key"], name="casework_tally_of_once"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} {self.month:%Y-%m} {self.sort} {self.key}"


class DayTally(Counted):
    """The same of one day, for periods that are not whole months: as a whole, by main category and by hour. What is asked of one
    community only (buildings, leads) is not here: that many requests are counted quickly enough."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, db_index=False, verbose_name=_("community"))
    on = models.DateField(_("day"))
    sort = models.CharField(_("counted by"), max_length=8, choices=Tally.Sort.choices)
    key = models.IntegerField(_("of which"), default=0)

    class Meta:
        verbose_name = _("counted day")
        verbose_name_plural = _("counted days")
        constraints = [
            models.UniqueConstraint(fields=["community", "on", "sort", "key"], name="casework_day_tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} {self.on} {self.sort} {self.key}"


class TallyMark(models.Model):
    """Something changed in a month of a community since it was counted. Each change adds a mark of its own, in its transaction:
    nobody waits for anybody, and a change that is not committed yet keeps its mark while others are cleared."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, db_index=False, verbose_name=_("community"))
    month = models.DateField(_("month"))

    class Meta:
        verbose_name = _("month to be counted")
        verbose_name_plural = _("months to be counted")

    def __str__(self) -> str:
        return f"{self.community_id} {self.month:%Y-%m}"
