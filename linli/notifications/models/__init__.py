"""What there is of messages: those owed and tried, the words they use, and what is agreed about sending them."""

from linli.notifications.models.addressees import ADDRESSEE, Addressee
from linli.notifications.models.carriers import Carrier, Loudspeaker, Receipt, Reply, Service
from linli.notifications.models.messages import Delivery, Message
from linli.notifications.models.standing import Channel, ChannelLimit, ChannelUse, Preference, WordingVersion

__all__ = [
    "ADDRESSEE",
    "Addressee",
    "Carrier",
    "Channel",
    "ChannelLimit",
    "ChannelUse",
    "Delivery",
    "Loudspeaker",
    "Message",
    "Preference",
    "Receipt",
    "Reply",
    "Service",
    "WordingVersion",
]
