"""People who are told of a matter of their own and are neither relatives nor holders of posts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.fields import EncryptedTextField
from linli.registry.models import Community, ContactPoint

ADDRESSEE = "addressee"
"""``recipient_kind`` of messages to them."""


class Addressee(models.Model):
    """Somebody who left a number or an address to be told of a matter of their own, such as a resident who reported something.

    One row for each way: the same number is never kept twice in a community. Of the address no page shows more than a mask.
    """

    class Kind(models.TextChoices):
        SMS = ContactPoint.Kind.SMS.value, ContactPoint.Kind.SMS.label
        VOICE = ContactPoint.Kind.VOICE.value, ContactPoint.Kind.VOICE.label
        WEBHOOK = ContactPoint.Kind.WEBHOOK.value, ContactPoint.Kind.WEBHOOK.label
        APPRISE = ContactPoint.Kind.APPRISE.value, ContactPoint.Kind.APPRISE.label

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10)
    kind = models.CharField(_("over"), max_length=10, choices=Kind.choices)
    address = EncryptedTextField(_("address or number"))
    address_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("written down"))

    class Meta:
        verbose_name = _("person who left a number")
        verbose_name_plural = _("people who left a number")
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "address_hash"], name="notifications_addressee_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["sms", "voice", "webhook", "apprise"]), name="notifications_addressee_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(address="") & ~models.Q(address_hash=""), name="notifications_addressee_reached"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()
