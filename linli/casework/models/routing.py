"""By which sentences a new request finds its lead."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.casework.models.categories import Category, Team
from linli.casework.models.requests import Request
from linli.registry.models import Building, Community, Grid, Post

Q = models.Q


class RoutingRule(models.Model):
    """One sentence: if it is about this, there, at that time, it goes to them. The first that holds counts; an empty part holds always.

    ``begins``/``ends`` are by the community's clock and may go over midnight. Where no rule holds: unit captain, building captain,
    grid lead, office.
    """

    class Days(models.TextChoices):
        ANY = "", _("on any day")
        WORKING = "working", _("on working days")
        FREE = "free", _("on days off")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    position = models.PositiveSmallIntegerField(_("order"))
    is_on = models.BooleanField(_("in use"), default=False)
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    channel = models.CharField(_("how it came"), max_length=10, choices=Request.Channel.choices, blank=True)
    grid = models.ForeignKey(
        Grid, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    building = models.ForeignKey(
        Building, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    days = models.CharField(_("days"), max_length=8, choices=Days.choices, blank=True)
    begins = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("to"), null=True, blank=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the team")
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the post")
    )

    class Meta:
        verbose_name = _("routing sentence")
        verbose_name_plural = _("routing sentences")
        ordering = ["community", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, post__isnull=True) | Q(team__isnull=True, post__isnull=False),
                name="casework_route_one_target",
                violation_error_message=_("Choose a team or a post, not both."),
            ),
            models.CheckConstraint(
                condition=Q(begins__isnull=True, ends__isnull=True) | Q(begins__isnull=False, ends__isnull=False),
                name="casework_route_hours",
                violation_error_message=_("Give both times, or none."),
            ),
        ]
        indexes = [models.Index(fields=["community", "position"], name="casework_route_order")]

    def __str__(self) -> str:
        return f"{self.position}"
