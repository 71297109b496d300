"""What is asked without an account, what people answered, and the calls that were tried."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.models.requests import Reporter, Request
from linli.core.fields import EncryptedTextField
from linli.registry.models import Community

Q = models.Q


class CaseLink(models.Model):
    """A link that needs no account. Its address is the signed id of this row; the row decides how long it is open.

    An outside party has ``to_name`` and writes an answer; a resident answers a question or rates. That nobody answered in time is
    written into the history, too (``expired``).
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("question to the resident")
        OUTSIDE = "outside", _("for an outside party")
        RATING = "rating", _("rating")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("link", "open")
        ANSWERED = "answered", pgettext_lazy("link", "answered")
        EXPIRED = "expired", pgettext_lazy("link", "nobody answered")
        WITHDRAWN = "withdrawn", pgettext_lazy("link", "taken back")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="links", verbose_name=_("request"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    reporter = models.ForeignKey(
        Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="links", verbose_name=_("reporter")
    )
    to_name = models.CharField(_("for"), max_length=60, blank=True)
    to_phone = EncryptedTextField(_("phone"), blank=True)
    text = models.TextField(_("what is asked"), max_length=2000, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("open until"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("link without an account")
        verbose_name_plural = _("links without an account")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                | (~Q(state="answered") & Q(answered_at__isnull=True)),
                name="casework_link_answered",
            ),
            models.CheckConstraint(
                condition=Q(kind="outside", reporter__isnull=True) & ~Q(to_name="")
                | Q(kind__in=["question", "rating"], reporter__isnull=False),
                name="casework_link_for_whom",
            ),
            models.UniqueConstraint(
                fields=["request", "reporter", "round"], condition=Q(kind="rating"), name="casework_link_rating_once"
            ),
            models.UniqueConstraint(
                fields=["request", "reporter"],
                condition=Q(kind="question", state="open"),
                name="casework_link_question_once",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="casework_link_open"),
            models.Index(
                fields=["request", "round"], condition=Q(kind="rating", state="expired"), name="casework_link_expired"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"


class Rating(models.Model):
    """What a reporter said of one answer (``round``): 联系了吗, 解决了吗, 满意吗. Each round is rated once at most.

    An unhappy one counts from ``counts_at`` on, when the time for objections is over; under objection, or ``struck`` by the decision,
    it does not count.
    """

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", _("satisfied")
        MOSTLY = "mostly", _("mostly satisfied")
        UNSATISFIED = "unsatisfied", _("not satisfied")

    class Via(models.TextChoices):
        LINK = "link", _("over a link")
        CALL = "call", _("by a call")
        SHEET = "sheet", _("the hotline's sheet")

    class Objection(models.TextChoices):
        NONE = "", pgettext_lazy("objection", "none")
        OPEN = "open", pgettext_lazy("objection", "to be decided")
        UPHELD = "upheld", pgettext_lazy("objection", "the rating does not count")
        REJECTED = "rejected", pgettext_lazy("objection", "the rating counts")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("request"))
    reporter = models.ForeignKey(
        Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reporter")
    )
    round = models.PositiveSmallIntegerField(_("answer no."))
    via = models.CharField(_("given"), max_length=5, choices=Via.choices)
    rated_at = models.DateTimeField(_("rated at"))
    contacted = models.BooleanField(_("was contacted"))
    solved = models.BooleanField(_("was solved"))
    satisfaction = models.CharField(_("satisfaction"), max_length=11, choices=Satisfaction.choices)
    text = models.TextField(_("in their words"), max_length=1000, blank=True)
    written_by = models.CharField(_("written down by"), max_length=120, blank=True)
    counts_at = models.DateTimeField(_("counts from"))
    objection = models.CharField(
        _("objection"), max_length=8, choices=Objection.choices, blank=True, default=Objection.NONE
    )
    objection_text = models.TextField(_("why it is objected to"), max_length=1000, blank=True)
    objected_at = models.DateTimeField(_("objected at"), null=True, blank=True)
    objected_by = models.CharField(_("objected by"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True)
    decision = models.TextField(_("decision"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(fields=["request", "round"], name="casework_rating_once"),
            models.CheckConstraint(
                condition=Q(satisfaction__in=["satisfied", "mostly", "unsatisfied"]), name="casework_rating_words"
            ),
            models.CheckConstraint(
                condition=Q(objection="", objected_at__isnull=True, decided_at__isnull=True)
                | (Q(objection="open", objected_at__isnull=False, decided_at__isnull=True) & ~Q(objection_text=""))
                | (Q(objection__in=["upheld", "rejected"], decided_at__isnull=False) & ~Q(decision="")),
                name="casework_rating_objection",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "rated_at"], name="casework_rating_day"),
            models.Index(fields=["counts_at"], condition=Q(objection=""), name="casework_rating_counts"),
            models.Index(fields=["request"], condition=Q(objection="open"), name="casework_rating_disputed"),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_satisfaction_display()}"


class CallTry(models.Model):
    """A follow-up call that reached nobody. It is kept and never counted as a rating. Append-only."""

    class Outcome(models.TextChoices):
        NO_ANSWER = "no_answer", _("nobody answered")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        LATER = "later", _("asked to be called later")
        REFUSED = "refused", _("did not want to say")
        AT_HOTLINE = "at_hotline", _("not reached by the hotline")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="call_tries", verbose_name=_("request"))
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporter"))
    round = models.PositiveSmallIntegerField(_("answer no."))
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=120)
    outcome = models.CharField(_("what came of it"), max_length=12, choices=Outcome.choices)

    class Meta:
        verbose_name = _("call that reached nobody")
        verbose_name_plural = _("calls that reached nobody")
        indexes = [models.Index(fields=["request", "round"], name="casework_try_of")]

    def __str__(self) -> str:
        return f"{self.request} {self.get_outcome_display()}"
