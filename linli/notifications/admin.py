"""The register of messages, to look at: what was owed to whom, and every attempt to deliver it."""

from __future__ import annotations

from django.contrib import admin

from linli.accounts.registers.base import Lines, ReadOnlyLines, ReadOnlyRegister, Register
from linli.notifications.carriers import registers
from linli.notifications.models import Channel, ChannelLimit, Delivery, Message

__all__ = ["MessageRegister", "registers"]


class DeliveryLines(ReadOnlyLines):
    model = Delivery
    fields = readonly_fields = ("attempt", "point_kind", "started_at", "finished_at", "delivered", "error")
    ordering = ("attempt", "id")


@admin.register(Message)
class MessageRegister(ReadOnlyRegister):
    icon = "outgoing_mail"
    list_display = (
        "created_at",
        "recipient_name",
        "recipient_title",
        "state",
        "attempts",
        "sent_by",
        "sent_at",
        "about",
    )
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "state", "recipient_kind", "sent_by")
    search_fields = ("recipient_name", "about")
    ordering = ("-id",)
    # The text holds a link that answers for its recipient: it is not for other eyes.
    fields = readonly_fields = (
        "community", "about", "recipient_kind", "recipient_name", "recipient_title", "language", "wording", "priority", "state",
        "created_at", "due_at", "attempts", "sent_at", "sent_by", "last_error", "read_at",
    )  # fmt: skip
    inlines = (DeliveryLines,)


class LimitLines(Lines):
    model = ChannelLimit
    fields = ("most", "per_seconds")
    ordering = ("per_seconds",)


@admin.register(Channel)
class ChannelRegister(Register):
    """What the services allow, and after how many failures a number counts as dead. Holds five seconds after it is changed."""

    community = ""
    icon = "speed"
    place = 60
    list_display = ("title_zh", "title_en", "code", "bounces_until_dead", "strict")
    list_display_links = ("title_zh", "title_en")
    search_fields = ("title_zh", "title_en", "code")
    ordering = ("code",)
    inlines = (LimitLines,)

    def get_readonly_fields(self, request: object, obj: object = None) -> tuple[str, ...]:
        return ("code",) if obj else ()
