"""Posts: who holds which role over which place, from when to when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.accounts.roles import Role
from linli.registry.models.people import Resident
from linli.registry.models.places import Building, Community, Grid, Unit

Q = models.Q


class Post(models.Model):
    """A dated assignment of a role over a scope: the community, or one grid, building or unit of it.

    The holder may be a user with a login, a resident, or only a name (a captain who is reached by phone).
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("grid"))
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("building"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("unit (stairwell)"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("user"),
    )
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("resident"))
    holder_name = models.CharField(_("holder"), max_length=60)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    since_on = models.DateField(_("since"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                name="registry_post_scope",
                condition=(
                    Q(
                        role__in=["administrator", "secretary", "duty_officer"],
                        grid__isnull=True,
                        building__isnull=True,
                        unit__isnull=True,
                    )
                    | Q(role="grid_lead", grid__isnull=False, building__isnull=True, unit__isnull=True)
                    | Q(role="building_captain", grid__isnull=True, building__isnull=False, unit__isnull=True)
                    | Q(role="unit_captain", grid__isnull=True, building__isnull=True, unit__isnull=False)
                ),
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("since_on")), name="registry_post_dates"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "role"], name="registry_post_role"),
            models.Index(fields=["user", "role"], name="registry_post_user"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} · {self.get_role_display()}"
