"""The ways a message goes out. Each channel sends one envelope to one address, or says why it could not."""

from linli.notifications.channels.contract import Accepted, CarrierCard, CarrierRefused, ServiceCard
from linli.notifications.channels.envelope import Channel, Envelope, NotDelivered, NotNow
from linli.notifications.channels.register import CARRIED, SLOW, Channels

__all__ = [
    "CARRIED",
    "SLOW",
    "Accepted",
    "CarrierCard",
    "CarrierRefused",
    "Channel",
    "Channels",
    "Envelope",
    "NotDelivered",
    "NotNow",
    "ServiceCard",
]
