"""Everything apprise speaks: WeCom, DingTalk, Feishu, e-mail and a hundred more, by URL."""

from __future__ import annotations

import asyncio

from linli.notifications.channels.envelope import Envelope, NotDelivered

TIMEOUT_SECONDS = 20.0


class ChatChannel:
    """One apprise address per message; apprise itself runs blocking services in threads."""

    async def send(self, *, address: str, envelope: Envelope) -> None:
        import apprise  # noqa: PLC0415 - slow to load, and a killed worker has to be back at once

        service = apprise.Apprise()
        if not service.add(address):
            raise NotDelivered("apprise does not understand the address", gone=True)
        body = f"{envelope.text}\n{envelope.link}" if envelope.link else envelope.text
        try:
            sent = await asyncio.wait_for(service.async_notify(title=envelope.title, body=body), TIMEOUT_SECONDS)
        except TimeoutError as error:
            raise NotDelivered("no answer in time") from error
        if not sent:
            raise NotDelivered("the service did not accept it")

    async def close(self) -> None:
        return None
