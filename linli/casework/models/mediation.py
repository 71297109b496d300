"""Disputes between people, and what they agreed on (矛盾纠纷调解)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.models.requests import Request
from linli.core.fields import EncryptedTextField
from linli.registry.models import Community, Post, Resident

Q = models.Q


class Mediation(models.Model):
    """One dispute: what it is about, who mediates, what was agreed, and whether it is kept."""

    class Kind(models.TextChoices):
        NEIGHBOURS = "neighbours", _("between neighbours")
        FAMILY = "family", _("in a family")
        PROPERTY = "property", _("with the property company")
        SUPPORT = "support", _("support of parents")
        TENANCY = "tenancy", _("renting")
        DAMAGE = "damage", _("damage and compensation")
        OTHER = "other", pgettext_lazy("mediation", "something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("mediation", "under way")
        AGREED = "agreed", pgettext_lazy("mediation", "agreed")
        FAILED = "failed", pgettext_lazy("mediation", "no agreement")

    class Fulfilment(models.TextChoices):
        PENDING = "pending", pgettext_lazy("fulfilment", "not yet")
        PARTLY = "partly", pgettext_lazy("fulfilment", "in part")
        KEPT = "kept", pgettext_lazy("fulfilment", "kept")
        BROKEN = "broken", pgettext_lazy("fulfilment", "broken")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, null=True, blank=True, related_name="mediations", verbose_name=_("request")
    )
    number = models.CharField(_("number"), max_length=20)
    kind = models.CharField(_("kind of dispute"), max_length=10, choices=Kind.choices, default=Kind.NEIGHBOURS)
    place = models.CharField(_("place"), max_length=120, blank=True)
    about = EncryptedTextField(_("what it is about"))
    mediator = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mediator's post")
    )
    mediator_name = models.CharField(_("mediator"), max_length=60)
    opened_on = models.DateField(_("begun on"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    agreement = EncryptedTextField(_("what was agreed"), blank=True)
    fulfil_by = models.DateField(_("to be kept by"), null=True, blank=True)
    fulfilment = models.CharField(
        _("how it is kept"), max_length=7, choices=Fulfilment.choices, default=Fulfilment.PENDING, blank=True
    )
    fulfilled_on = models.DateField(_("kept on"), null=True, blank=True)
    outcome = EncryptedTextField(_("how it ended"), blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("mediation")
        verbose_name_plural = _("mediations")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="casework_mediation_number"),
            models.CheckConstraint(condition=~Q(mediator_name=""), name="casework_mediation_mediator"),
            models.CheckConstraint(
                condition=(Q(state="agreed", agreed_on__isnull=False) & ~Q(agreement="")) | ~Q(state="agreed"),
                name="casework_mediation_agreed",
            ),
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=True) | Q(agreed_on__gte=models.F("opened_on")),
                name="casework_mediation_dates",
            ),
        ]
        indexes = [models.Index(fields=["community", "-opened_on"], name="casework_mediation_newest")]

    def __str__(self) -> str:
        return self.number


class Party(models.Model):
    """One side of a dispute."""

    mediation = models.ForeignKey(
        Mediation, on_delete=models.CASCADE, related_name="parties", verbose_name=_("mediation")
    )
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    name = models.CharField(_("name"), max_length=60)
    phone = EncryptedTextField(_("phone"), blank=True)
    place = models.CharField(_("address"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("party of a dispute")
        verbose_name_plural = _("parties of disputes")
        ordering = ["mediation", "position", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="casework_party_name")]

    def __str__(self) -> str:
        return self.name
