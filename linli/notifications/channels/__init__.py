"""The ways a message goes out. Each channel sends one envelope to one address, or says why it could not."""

from linli.notifications.channels.envelope import Channel, Envelope, NotDelivered
from linli.notifications.channels.register import Channels

__all__ = ["Channel", "Channels", "Envelope", "NotDelivered"]
