"""Providers of texts and calls by community, what they reported, what people answered, and the loudspeakers."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.fields import EncryptedTextField
from linli.registry.models import Building, Community

variables_validator = RegexValidator(
    r"^(what|place|time|community|name|title|text)(,(what|place|time|community|name|title|text))*$",
    _("Names of variables with commas between them, of: what, place, time, community, name, title, text."),
)


class Service(models.TextChoices):
    SMS = "sms", _("text message")
    VOICE = "voice", _("automatic call")


class Carrier(models.Model):
    """A community's account with one provider of texts and calls. Tried in ``position`` order; the next one steps in.

    A service whose template is empty is not ordered from this provider. ``refusal`` is what the provider said when it last
    refused us (not a number): empty once it takes messages again.
    """

    class Provider(models.TextChoices):
        ALIYUN = "aliyun", _("Aliyun")
        TENCENT = "tencent", _("Tencent Cloud")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    provider = models.CharField(_("provider"), max_length=10, choices=Provider.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    is_on = models.BooleanField(_("in use"), default=True)
    key_id = models.CharField(_("AccessKey ID or SecretId"), max_length=80)
    key_secret = EncryptedTextField(_("AccessKey Secret or SecretKey"))
    sms_sign = models.CharField(_("sign name of texts"), max_length=40, blank=True)
    sms_template = models.CharField(_("template of texts"), max_length=40, blank=True)
    sms_variables = models.CharField(
        _("its variables, in order"), max_length=120, default="what,place,time", validators=[variables_validator]
    )
    sms_app = models.CharField(_("SmsSdkAppId (Tencent)"), max_length=40, blank=True)
    voice_template = models.CharField(_("template of calls"), max_length=40, blank=True)
    voice_variables = models.CharField(
        _("its variables, in order"), max_length=120, default="what,place", validators=[variables_validator]
    )
    voice_number = models.CharField(_("number that calls (Aliyun)"), max_length=30, blank=True)
    voice_after_key = models.CharField(_("template played after a key was pressed (Aliyun)"), max_length=40, blank=True)
    voice_app = models.CharField(_("VoiceSdkAppid (Tencent)"), max_length=40, blank=True)
    longest = models.PositiveSmallIntegerField(
        _("longest value of a variable, in characters"),
        default=35,
        validators=[MinValueValidator(4), MaxValueValidator(200)],
    )
    token = EncryptedTextField(_("secret in the address for receipts"), editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True, editable=False)
    refusal = models.CharField(_("what it said"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("provider of texts and calls")
        verbose_name_plural = _("providers of texts and calls")
        constraints = [
            models.UniqueConstraint(fields=["community", "provider"], name="notifications_carrier_once"),
            models.UniqueConstraint(fields=["token_hash"], name="notifications_carrier_token"),
            models.CheckConstraint(condition=~models.Q(token_hash=""), name="notifications_carrier_has_token"),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} · {self.community}"


class Receipt(models.Model):
    """What a provider said of one text or call: that it took it, that it arrived, that it did not. Append-only.

    A receipt may come before the answer to the request, twice, and in any order. ``message`` is empty where it could not be
    told yet: then it is the one whose acceptance has the same ``provider_id``.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("taken by the provider")
        DELIVERED = "delivered", _("arrived")
        FAILED = "failed", _("did not arrive")
        DEAD = "dead", _("no such number")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    provider = models.CharField(_("provider"), max_length=10, choices=Carrier.Provider.choices)
    service = models.CharField(_("over"), max_length=10, choices=Service.choices)
    provider_id = models.CharField(_("number at the provider"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    message = models.ForeignKey(
        "notifications.Message", on_delete=models.PROTECT, null=True, related_name="receipts", verbose_name=_("message")
    )
    number_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("heard at"))
    code = models.CharField(_("code"), max_length=40, blank=True)
    sentence = models.CharField(_("what it said"), max_length=200, blank=True)
    raw = models.JSONField(_("as it came"), default=dict)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "provider", "provider_id", "state"], name="notifications_receipt_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["community", "number_hash", "-at"],
                condition=models.Q(state="accepted"),
                name="notifications_last_to",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} · {self.get_state_display()}"


class Reply(models.Model):
    """What somebody answered by text or by a key on the phone. Append-only; kept even if nobody knows the number.

    ``counted`` is set for the first answer of one choice to one message: that one was passed on as an answer.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    provider = models.CharField(_("provider"), max_length=10, choices=Carrier.Provider.choices)
    service = models.CharField(_("over"), max_length=10, choices=Service.choices)
    reply_key = models.CharField(max_length=120)
    number = EncryptedTextField(_("number"))
    number_hash = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)
    choice = models.CharField(_("choice"), max_length=1, blank=True)
    message = models.ForeignKey(
        "notifications.Message",
        on_delete=models.PROTECT,
        null=True,
        related_name="replies",
        verbose_name=_("answer to"),
    )
    counted = models.BooleanField(_("counted"), default=False)
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("heard at"))

    class Meta:
        verbose_name = _("answer by phone")
        verbose_name_plural = _("answers by phone")
        constraints = [
            models.UniqueConstraint(fields=["community", "provider", "reply_key"], name="notifications_reply_once"),
            models.UniqueConstraint(
                fields=["message", "choice"],
                condition=models.Q(counted=True),
                name="notifications_reply_counts_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "-id"], name="notifications_replies")]

    def __str__(self) -> str:
        return f"{self.get_service_display()} · {self.choice or self.text[:20]}"


class Loudspeaker(models.Model):
    """An IP horn or a broadcasting server that says a text aloud: over the whole community, or over one building.

    For danger to life only. ``url`` and ``body`` are templates with {text}, {what}, {place} and {time}.
    """

    class Verb(models.TextChoices):
        POST = "POST", "POST"
        GET = "GET", "GET"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("building"))
    name = models.CharField(_("name"), max_length=60)
    is_on = models.BooleanField(_("in use"), default=True)
    verb = models.CharField(_("verb"), max_length=4, choices=Verb.choices, default=Verb.POST)
    url = models.CharField(_("address"), max_length=500)
    body = models.TextField(_("what is sent"), blank=True, default='{"text": "{text}"}')
    content_type = models.CharField(_("content type"), max_length=80, default="application/json")
    user = models.CharField(_("user"), max_length=80, blank=True)
    password = EncryptedTextField(_("password"), blank=True)

    class Meta:
        verbose_name = _("loudspeaker")
        verbose_name_plural = _("loudspeakers")
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="notifications_speaker_name")]

    def __str__(self) -> str:
        return self.name
