"""Owed messages and the attempts to deliver them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community


class Message(models.Model):
    """A message owed to one recipient (``recipient_kind`` and ``recipient_id``): contact, holder of a post, addressee or loudspeaker.

    ``about`` names the matter ("incident:12"). ``wording`` and ``params`` are rendered when it is sent, so that the hot path
    writes rows only; the text sent is kept in ``text``. Owed again after ``leased_until`` if the worker that held it died.
    """

    class State(models.TextChoices):
        OWED = "owed", _("on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be delivered")
        CANCELLED = "cancelled", _("no longer needed")

    class Held(models.TextChoices):
        """Why a message that is owed does not go yet, or why a routine one was taken back."""

        QUIET = "quiet", _("waits until the quiet hours are over")
        LIMIT = "limit", _("waits for the channel's limit")
        UNWANTED = "unwanted", _("not wanted by the recipient")
        LINE = "line", _("waits for a free line to the provider")

    FIRST, REPEAT, ROUTINE = 0, 10, 20

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    about = models.CharField(_("about"), max_length=60)
    recipient_kind = models.CharField(_("kind of recipient"), max_length=10)
    recipient_id = models.BigIntegerField(_("recipient"))
    recipient_name = models.CharField(_("recipient"), max_length=60)
    recipient_title = models.CharField(_("as"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10)
    wording = models.CharField(_("wording"), max_length=40)
    params = models.JSONField(_("details"), default=dict)
    priority = models.SmallIntegerField(_("priority"), default=FIRST)
    queue_turn = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(_("over"), max_length=10, blank=True)
    idempotency_key = models.CharField(_("idempotency key"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OWED)
    created_at = models.DateTimeField(_("written at"))
    due_at = models.DateTimeField(_("due at"))
    leased_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_point = models.PositiveSmallIntegerField(_("next way to try"), default=0)
    point_attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    sent_by = models.CharField(_("sent over"), max_length=10, blank=True)
    text = models.TextField(_("text"), blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    held_by = models.CharField(_("held back by"), max_length=8, choices=Held.choices, blank=True, db_default="")
    held_until = models.DateTimeField(_("held back until"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [models.UniqueConstraint(fields=["idempotency_key"], name="notifications_once")]
        indexes = [
            models.Index(
                fields=["priority", "queue_turn", "due_at", "id"],
                condition=models.Q(state="owed"),
                name="notifications_in_line",
            ),
            models.Index(fields=["community", "about"], name="notifications_about"),
            models.Index(fields=["recipient_kind", "recipient_id", "-created_at"], name="notifications_recipient"),
            models.Index(fields=["community", "-id"], name="notifications_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_name}: {self.wording} ({self.about})"


class Delivery(models.Model):
    """One attempt to deliver a message over one contact point. Append-only."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("message"))
    point_kind = models.CharField(_("over"), max_length=10)
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    delivered = models.BooleanField(_("delivered"))
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return f"{self.point_kind} {self.attempt}"
