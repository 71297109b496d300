"""The walls' links: all that the desk keeps itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community


class WallLink(models.Model):
    """An address that opens the wall of one community without signing in, for a screen that hangs there. Read only.

    Of the token only a hash is kept, so the address is shown once, when it is made. A link ends by being revoked; never deleted.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    name = models.CharField(_("where it hangs"), max_length=60)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=120)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.CharField(_("revoked by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("wall link")
        verbose_name_plural = _("wall links")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="desk_wall_named"),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by="")),
                name="desk_wall_revoked_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name
