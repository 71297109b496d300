"""What is agreed about messages: a community's own words, what people wish, and what the channels allow."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community, Contact, Post

Q = models.Q


class WordingVersion(models.Model):
    """One version of a community's own words for one form of a wording; the newest holds. Append-only.

    ``text`` empty: from then on the built-in words again.
    """

    class Form(models.TextChoices):
        LONG = "long", _("in full")
        SHORT = "short", _("as a text message (SMS)")
        SPOKEN = "spoken", _("spoken on the phone")

    class Language(models.TextChoices):
        ZH = "zh", "中文"
        EN = "en", "English"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    code = models.CharField(_("wording"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    form = models.CharField(_("form"), max_length=6, choices=Form.choices)
    title = models.CharField(_("heading"), max_length=120, blank=True)
    text = models.TextField(_("text"), blank=True)
    at = models.DateTimeField(_("at"))
    author = models.CharField(_("by"), max_length=120)
    author_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("version of a wording")
        verbose_name_plural = _("versions of wordings")
        constraints = [
            models.CheckConstraint(
                condition=Q(form__in=["long", "short", "spoken"], language__in=["zh", "en"]), name="notifications_form"
            ),
            models.CheckConstraint(
                condition=Q(title="") | (Q(form="long") & ~Q(text="")), name="notifications_heading_of_long"
            ),
        ]
        indexes = [models.Index(fields=["community", "code", "language", "form", "-id"], name="notifications_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.language} {self.form}"


class Preference(models.Model):
    """What a relative or the holder of a post wishes about messages that can wait; never asked when a life may be in danger.

    ``unwanted`` are codes of wordings; ``ways`` kinds of contact points in the order to try them, ahead of all others.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, null=True, related_name="preference", verbose_name=_("contact")
    )
    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, null=True, related_name="preference", verbose_name=_("post")
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    unwanted = models.JSONField(_("not wanted"), default=list, blank=True)
    ways = models.JSONField(_("ways in order"), default=list, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.CharField(_("changed by"), max_length=120)

    class Meta:
        verbose_name = _("wishes about messages")
        verbose_name_plural = _("wishes about messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False, post__isnull=True) | Q(contact__isnull=True, post__isnull=False),
                name="notifications_wish_of_one",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
                name="notifications_quiet_span",
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact or self.post)


class Channel(models.Model):
    """A service that carries messages, and when a number or address on it counts as dead.

    ``code`` is a kind of contact point ("sms") or what stands before :// in an apprise address ("wecombot"). ``strict``: whoever
    goes over the limit is shut out for minutes, so that not even an alarm may; otherwise alarms go all the same.
    """

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    title_zh = models.CharField(_("Chinese title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60)
    bounces_until_dead = models.PositiveSmallIntegerField(_("failures for good until it counts as dead"), default=3)
    strict = models.BooleanField(_("the limit holds for alarms too"), default=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [models.CheckConstraint(condition=Q(bounces_until_dead__gte=1), name="notifications_bounces")]

    def __str__(self) -> str:
        return self.title_en if (get_language() or "").startswith("en") else self.title_zh


class ChannelLimit(models.Model):
    """At most so many messages to one address of a channel within so many seconds."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="limits", verbose_name=_("channel"))
    most = models.PositiveSmallIntegerField(_("messages at most"))
    per_seconds = models.PositiveIntegerField(_("within seconds"))

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.UniqueConstraint(fields=["channel", "per_seconds"], name="notifications_limit_one"),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=1000, per_seconds__gte=1), name="notifications_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.most} / {self.per_seconds} s"


class ChannelUse(models.Model):
    """When messages went to an address whose channel has a limit, for all workers together: the row is their lock.

    ``sent`` are unix times in seconds, oldest first, as many as the limits look at. The address itself is not kept.
    """

    address_hash = models.CharField(max_length=64, primary_key=True)
    sent = models.JSONField(default=list)

    class Meta:
        verbose_name = _("use of a channel")
        verbose_name_plural = _("use of channels")

    def __str__(self) -> str:
        return f"{len(self.sent)}"
