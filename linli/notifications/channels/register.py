"""Which channel serves which kind of contact point."""

from __future__ import annotations

from typing import Final

from linli.notifications.channels.carrying import CarrierChannel
from linli.notifications.channels.chat import ChatChannel
from linli.notifications.channels.contract import SMS, VOICE, Accepted
from linli.notifications.channels.envelope import Channel, Envelope
from linli.notifications.channels.pushing import PushChannel
from linli.notifications.channels.speaking import SpeakerChannel
from linli.notifications.channels.webhook import WebhookChannel

# What goes to a provider that may take its time. These never use up the worker's room for the others.
SLOW: Final = frozenset({"sms", "voice", "push", "speaker", "apprise"})
CARRIED: Final = SLOW | {"inbox", "webhook"}


class InboxChannel:
    """The inbox in Linli: the message row itself is what the reader sees, so there is nothing to carry."""

    async def send(self, *, address: str, envelope: Envelope) -> None:
        return None

    async def close(self) -> None:
        return None


class Channels:
    """The channels of one worker. A kind without a channel (a phone to call by hand) cannot carry messages."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Channel] = {
            "inbox": InboxChannel(),
            "webhook": WebhookChannel(),
            "apprise": ChatChannel(),
            "sms": CarrierChannel(service=SMS),
            "voice": CarrierChannel(service=VOICE),
            "push": PushChannel(),
            "speaker": SpeakerChannel(),
        }

    def carries(self, kind: str) -> bool:
        return kind in self._by_kind

    async def send(self, *, kind: str, address: str, envelope: Envelope) -> Accepted | None:
        """Send over the channel of this kind. Raises NotDelivered, NotNow."""
        return await self._by_kind[kind].send(address=address, envelope=envelope)

    async def close(self) -> None:
        for channel in self._by_kind.values():
            await channel.close()
