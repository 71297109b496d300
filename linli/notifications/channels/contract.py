"""A community's contract with a provider of text messages and calls, as the channels see it, and how a provider says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from linli.notifications.channels.envelope import NotDelivered

SMS: Final = "sms"
VOICE: Final = "voice"
ALIYUN: Final = "aliyun"
TENCENT: Final = "tencent"


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """What was ordered for one service. ``variables`` are the names in the template, in its order."""

    template: str
    variables: tuple[str, ...]
    sign: str = ""
    app: str = ""
    number: str = ""
    after_key: str = ""


@dataclass(frozen=True, slots=True)
class CarrierCard:
    """One provider of one community. ``longest`` is how many characters the value of a template's variable may have."""

    id: int
    provider: str
    key_id: str
    key_secret: str = field(repr=False)
    services: Mapping[str, ServiceCard] = field(default_factory=dict)
    longest: int = 35
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a provider, ready to be sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it and gave it a number of its own. Accepted is not delivered: the receipt says that."""

    carrier_id: int
    provider: str
    service: str
    provider_id: str


class CarrierRefused(NotDelivered):
    """The provider refuses us, not this number: keys, sign name, template, balance. `linli check` repeats what it said."""

    def __init__(self, *, carrier_id: int, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}"[:200])
        self.carrier_id = carrier_id
        self.refusal = f"{code}: {sentence}"[:200]


def out_id(message_id: int) -> str:
    """Our key at the provider: the message's id in base 36, at most 13 characters.

    Aliyun takes 1 to 15 bytes for an OutId (IvrCall, SingleCallByTts), Tencent 512 for a SessionContext.
    """
    digits, left = "", message_id
    while left:
        left, place = divmod(left, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[place] + digits
    return f"l{digits}"


def message_of_out_id(text: str) -> int | None:
    """The message that ``out_id`` was made for; None if it is not one of ours."""
    if len(text) < 2 or text[0] != "l" or not text[1:].isascii() or not text[1:].isalnum():
        return None
    return int(text[1:], 36)
