"""Registers of the providers of texts and calls, of loudspeakers, of people who left a number, and of what came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from linli.accounts.registers.base import ReadOnlyRegister, Register
from linli.accounts.registers.deriving import DerivingForm
from linli.core.masking import mask_phone
from linli.core.secrets import new_token, token_hash
from linli.notifications.carriers.book import forget_book
from linli.notifications.carriers.checks import missing_of
from linli.notifications.carriers.queries import report_address
from linli.notifications.models import Addressee, Carrier, Loudspeaker, Receipt, Reply
from linli.registry.keeping import NUMBERED

STAYS = _("On file. Type a new one to replace it; empty leaves it as it is.")


def retyped(label: Any) -> forms.CharField:
    """A field for a new value of a secret, which is never shown."""
    widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=200, widget=widget)


class CarrierForm(DerivingForm):
    derived = ("key_secret", "token", "token_hash")
    new_secret = retyped(_("AccessKey Secret or SecretKey"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.key_secret and "new_secret" in self.fields:
            self.fields["new_secret"].help_text = STAYS

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        columns: dict[str, Any] = {}
        if typed.get("new_secret"):
            columns["key_secret"] = typed["new_secret"].strip()
        elif not self.instance.key_secret:
            self.add_error("new_secret", _("Type the secret that belongs to the key."))
        if not self.instance.token_hash:
            token = new_token()
            columns |= {"token": token, "token_hash": token_hash(token)}
        return columns


@admin.register(Carrier)
class CarrierRegister(Register):
    form = CarrierForm
    icon = "sms"
    place = 60
    deletable = False
    list_display = ("community", "provider", "position", "is_on", "is_whole", "refusal", "refused_at")
    list_display_links = ("community", "provider")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "provider", "is_on")
    list_select_related = ("community",)
    ordering = ("community", "position")
    readonly_fields = ("address_for_receipts", "refusal", "refused_at")
    fieldsets = (
        (None, {"fields": ("community", "provider", "position", "is_on", "key_id", "new_secret", "longest")}),
        (_("Text messages"), {"fields": ("sms_sign", "sms_template", "sms_variables", "sms_app")}),
        (
            _("Automatic calls"),
            {"fields": ("voice_template", "voice_variables", "voice_number", "voice_after_key", "voice_app")},
        ),
        (_("What comes back"), {"fields": ("address_for_receipts", "refusal", "refused_at")}),
    )

    @admin.display(description=_("set up"), boolean=True)
    def is_whole(self, obj: Carrier) -> bool:
        return not missing_of(obj)

    @admin.display(description=_("address for receipts and answers"))
    def address_for_receipts(self, obj: Carrier) -> str:
        return report_address(carrier=obj) if obj.token else "—"

    def save_model(self, request: HttpRequest, obj: Carrier, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_book()


class SpeakerForm(DerivingForm):
    derived = ("password",)
    new_password = retyped(_("password"))

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        building, community = typed.get("building"), typed.get("community") or self.instance.community
        if building is not None and building.community_id != community.pk:
            self.add_error("building", _("This place belongs to another community."))
        return {"password": typed["new_password"]} if typed.get("new_password") else {}


@admin.register(Loudspeaker)
class LoudspeakerRegister(Register):
    form = SpeakerForm
    icon = "campaign"
    place = 70
    list_display = ("name", "community", "building", "is_on", "verb")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "is_on")
    list_select_related = ("community", "building")
    search_fields = ("name",)
    autocomplete_fields = ("building",)
    ordering = ("community", "name")
    fields = ("community", "building", "name", "is_on", "verb", "url", "body", "content_type", "user", "new_password")

    def save_model(self, request: HttpRequest, obj: Loudspeaker, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_book()


@admin.register(Addressee)
class AddresseeRegister(ReadOnlyRegister):
    icon = "person"
    place = 75
    list_display = ("created_at", "community", "name", "kind", "address_masked")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "kind")
    list_select_related = ("community",)
    search_fields = ("name",)
    ordering = ("-id",)
    fields = readonly_fields = ("community", "name", "language", "kind", "address_masked", "created_at")

    @admin.display(description=_("address or number"))
    def address_masked(self, obj: Addressee) -> str:
        """Of an address only the service: the rest of it is a key."""
        return mask_phone(obj.address) if obj.kind in NUMBERED else f"{obj.address.partition('://')[0]}://…"


@admin.register(Receipt)
class ReceiptRegister(ReadOnlyRegister):
    icon = "mark_email_read"
    place = 80
    list_display = ("received_at", "provider", "service", "state", "code", "sentence", "message")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "provider", "service", "state")
    list_select_related = ("message",)
    ordering = ("-id",)
    # What came whole holds the number: it is not for other eyes.
    fields = readonly_fields = (
        "community", "provider", "service", "provider_id", "state", "message", "at", "received_at", "code", "sentence",
    )  # fmt: skip


@admin.register(Reply)
class ReplyRegister(ReadOnlyRegister):
    """Whoever answers from a number that nobody knows is found here too, under "answer to: empty"."""

    icon = "reply"
    place = 90
    list_display = ("received_at", "number_masked", "service", "text", "choice", "message", "counted")
    list_filter = (
        ("community", admin.RelatedOnlyFieldListFilter), ("message", admin.EmptyFieldListFilter), "service", "choice",
    )  # fmt: skip
    list_select_related = ("message",)
    ordering = ("-id",)
    fields = readonly_fields = (
        "community", "provider", "service", "number_masked", "text", "choice", "message", "counted", "at", "received_at",
    )  # fmt: skip

    @admin.display(description=_("number"))
    def number_masked(self, obj: Reply) -> str:
        return mask_phone(obj.number) or "—"
