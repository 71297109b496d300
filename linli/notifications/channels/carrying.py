"""Texts and calls over the community's provider, and over the other one when the chosen one fails.

A slow provider must not hold up anybody else: each has so many lines and no more, each request its own time, and after three
silences in a row the provider rests: it is asked last, and not waited for long, until it answers again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Final
from uuid import uuid4

from linli.notifications.channels import aliyun, tencent
from linli.notifications.channels.contract import ALIYUN, SMS, TENCENT, Accepted, CarrierCard
from linli.notifications.channels.envelope import Envelope, NotDelivered, NotNow
from linli.notifications.channels.posting import Answer, BadAddress, NoAnswer, Poster

TIMEOUT_SECONDS: Final = 8.0
TIMEOUT_RESTING_SECONDS: Final = 3.0
LINES: Final = 32
WAIT_FOR_LINE_SECONDS: Final = 20.0  # with the request's own time still less than the worker's hold on a message
SILENCES_TO_REST: Final = 3
REST_SECONDS: Final = 15.0
PROVIDERS: Final[dict[str, ModuleType]] = {ALIYUN: aliyun, TENCENT: tencent}


@dataclass(slots=True)
class _Lane:
    """The lines to one provider with one account for one service."""

    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LINES))
    silences: int = 0
    rests_until: float = 0.0

    @property
    def rests(self) -> bool:
        return self.rests_until > time.monotonic()


class CarrierChannel:
    """``service`` is "sms" or "voice". Each try takes the next provider, so that every try is a line on the incident."""

    def __init__(self, *, service: str) -> None:
        self.service = service
        self._poster = Poster()
        self._lanes: dict[tuple[str, str], _Lane] = {}

    async def send(self, *, address: str, envelope: Envelope) -> Accepted:
        """Returns what the provider calls it. Raises NotDelivered (also CarrierRefused), NotNow."""
        if self.service == SMS and address.startswith("0"):
            raise NotDelivered("a landline takes no text messages", for_good=True)
        card = self._chosen([c for c in envelope.carriers if self.service in c.services], tries=envelope.tries)
        lane = self._lane(card)
        try:
            await asyncio.wait_for(lane.gate.acquire(), WAIT_FOR_LINE_SECONDS)
        except TimeoutError as error:
            raise NotNow(f"all lines to {card.provider} are taken", seconds=2) from error
        try:
            answer = await self._asked(card, lane, number=address, envelope=envelope)
        finally:
            lane.gate.release()
        if 300 <= answer.status < 400:
            raise NotDelivered(f"{card.provider} answered {answer.status}: somebody stands between us and them")
        try:
            accepted: Accepted = PROVIDERS[card.provider].accepted(card, service=self.service, answer=answer)
        except NotDelivered as refusal:
            refusal.args = (f"{card.provider}: {refusal}",)
            raise
        return accepted

    async def close(self) -> None:
        await self._poster.close()

    async def _asked(self, card: CarrierCard, lane: _Lane, *, number: str, envelope: Envelope) -> Answer:
        call = PROVIDERS[card.provider].call_for(
            card, service=self.service, number=number, envelope=envelope, at=datetime.now(UTC), nonce=uuid4().hex
        )
        patience = TIMEOUT_RESTING_SECONDS if lane.rests else TIMEOUT_SECONDS
        try:
            answer = await self._poster.ask(call.url, body=call.body, headers=call.headers, timeout_seconds=patience)
        except BadAddress as error:
            raise NotDelivered(f"{card.provider}: {error}") from error
        except (TimeoutError, NoAnswer) as error:
            lane.silences += 1
            if lane.silences >= SILENCES_TO_REST:
                lane.rests_until = time.monotonic() + REST_SECONDS
            raise NotDelivered(f"{card.provider}: no answer ({str(error) or type(error).__name__})") from error
        lane.silences, lane.rests_until = 0, 0.0
        return answer

    def _chosen(self, cards: Sequence[CarrierCard], *, tries: int) -> CarrierCard:
        if not cards:
            raise NotDelivered("this community has no provider for it", for_good=True)
        turn = tries % len(cards)
        in_turn = [*cards[turn:], *cards[:turn]]
        return min(in_turn, key=lambda card: self._lane(card).rests)  # the first of those that do not rest

    def _lane(self, card: CarrierCard) -> _Lane:
        return self._lanes.setdefault((card.provider, card.key_id), _Lane())
