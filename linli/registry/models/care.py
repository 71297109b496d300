"""Whom the community looks after: groups, health notes, visits, and corrections that captains propose."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.fields import EncryptedTextField
from linli.registry.groups import RULES, Group
from linli.registry.models.people import Household, Resident
from linli.registry.models.places import Community

Q = models.Q


class Membership(models.Model):
    """Somebody is on the list of a priority group (重点人群), from when to when. On each list at most once at a time."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("resident")
    )
    group = models.CharField(_("group"), max_length=20, choices=Group.choices)
    since_on = models.DateField(pgettext_lazy("list", "since"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    basis = models.CharField(
        _("basis"), max_length=100, blank=True, help_text=_("Who decided it, or the number of the certificate.")
    )
    grade = models.CharField(_("category or grade"), max_length=40, blank=True)
    every_days = models.PositiveSmallIntegerField(
        _("visit every … days"), null=True, blank=True, help_text=_("Empty: nobody has to visit.")
    )
    helper_name = models.CharField(_("helper"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("place on a list")
        verbose_name_plural = _("priority groups")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "group"], condition=Q(until_on__isnull=True), name="registry_membership_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("since_on")),
                name="registry_membership_dates",
            ),
            models.CheckConstraint(
                condition=Q(every_days__isnull=True) | Q(every_days__gte=1), name="registry_membership_interval"
            ),
            models.CheckConstraint(condition=Q(group__in=Group.values), name="registry_membership_group"),
        ]
        indexes = [models.Index(fields=["community", "group"], name="registry_membership_group_ix")]

    def __str__(self) -> str:
        """Of a restricted list only the name: what a row is called gets into trails and titles."""
        return str(self.resident) if RULES[self.group].restricted else f"{self.resident} · {self.get_group_display()}"


class LegalBasis(models.TextChoices):
    """Why health data may be kept: Personal Information Protection Law, articles 13 and 29."""

    CONSENT = "consent", _("written consent")
    DUTY = "duty", _("a duty set by law")
    EMERGENCY = "emergency", _("to protect life in an emergency")


class HealthNote(models.Model):
    """What helpers have to know of somebody's health or mobility: why it is kept, on what basis, until when it is looked at again."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="health_notes", verbose_name=_("resident")
    )
    text = EncryptedTextField(_("what to know"))
    purpose = models.CharField(_("what for"), max_length=100)
    legal_basis = models.CharField(_("legal basis"), max_length=10, choices=LegalBasis.choices)
    review_on = models.DateField(_("look at it again on"))
    written_at = models.DateTimeField(_("written"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("health note")
        verbose_name_plural = _("health notes")
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="registry_healthnote_purpose"),
            models.CheckConstraint(condition=Q(legal_basis__in=LegalBasis.values), name="registry_healthnote_basis"),
        ]
        indexes = [models.Index(fields=["community", "review_on"], name="registry_healthnote_review")]

    def __str__(self) -> str:
        return str(self.resident)


class HomeVisit(models.Model):
    """One visit to a household (走访). ``key`` comes with the form, so that one sent twice is kept once."""

    class Found(models.TextChoices):
        WELL = "well", pgettext_lazy("visit", "all is well")
        NEEDS_HELP = "needs_help", pgettext_lazy("visit", "something is needed")
        NOBODY = "nobody", pgettext_lazy("visit", "nobody opened")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="visits", verbose_name=_("household")
    )
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("resident")
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visited_on = models.DateField(_("visited on"))
    found = models.CharField(_("how it was"), max_length=10, choices=Found.choices)
    note = EncryptedTextField(_("what was seen"), blank=True)
    to_do = EncryptedTextField(_("what has to be done"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("typed in by")
    )
    visitor_name = models.CharField(_("visitor"), max_length=60)
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("home visit")
        verbose_name_plural = _("home visits")
        constraints = [
            models.CheckConstraint(condition=Q(found__in=["well", "needs_help", "nobody"]), name="registry_visit_found")
        ]
        indexes = [
            models.Index(fields=["household", "visited_on"], name="registry_visit_household"),
            models.Index(fields=["community", "visited_on"], name="registry_visit_day"),
        ]

    def __str__(self) -> str:
        return f"{self.household} · {self.visited_on}"


class ChangeRequest(models.Model):
    """A correction that a captain or grid lead proposes from the door; the office accepts or rejects it.

    ``before`` is what the register said when it was proposed: an answer that comes late changes nothing unseen.
    """

    class About(models.TextChoices):
        PHONE = "phone", _("phone")
        NAME = "name", _("name")
        LEFT = "left", _("moved away")
        DIED = "died", _("died")
        NEWCOMER = "newcomer", _("somebody who is not on the list")
        RELATIVE = "relative", _("a relative to call")
        OTHER = "other", pgettext_lazy("correction", "something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("correction", "waiting")
        ACCEPTED = "accepted", pgettext_lazy("correction", "accepted")
        REJECTED = "rejected", pgettext_lazy("correction", "rejected")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    household = models.ForeignKey(Household, on_delete=models.PROTECT, verbose_name=_("household"))
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("resident"))
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    proposed = EncryptedTextField(_("what is right"))
    phone = EncryptedTextField(_("phone"), blank=True)
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    before = EncryptedTextField(_("in the register"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | Q(state__in=["accepted", "rejected"], answered_at__isnull=False),
                name="registry_changerequest_state",
            ),
        ]
        indexes = [models.Index(fields=["community", "state"], name="registry_changerequest_state_i")]

    def __str__(self) -> str:
        return f"{self.household} · {self.get_about_display()}"
