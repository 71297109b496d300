"""The signed address in a message: it opens without a login and expires. Where it leads, the room says that the matter is of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from linli.notifications.errors import LinkExpired

if TYPE_CHECKING:
    from linli.notifications.models import Message

LIFE = timedelta(days=7)
_signer = TimestampSigner(salt="linli.message-link", sep=".")
_leads: dict[str, Callable[[Message], str]] = {}


def link_for(message_id: int) -> str:
    """The absolute address that opens the matter for this message's recipient."""
    return f"{settings.LINLI_PUBLIC_URL}/l/{_signer.sign(str(message_id))}/"


def message_of(token: str) -> int:
    """The message id that a token was made for. Raises LinkExpired when it is too old or not ours."""
    try:
        return int(_signer.unsign(token, max_age=LIFE))
    except (BadSignature, ValueError) as error:
        raise LinkExpired from error


def leads_to(prefix: str, address: Callable[[Message], str]) -> None:
    """Let the links of messages about "prefix:..." lead to this address of the room's own; to be called in ``ready()``.

    The address may be a path. Whoever has it has the message's link: what it opens without a login is for the recipient only.
    """
    _leads[prefix] = address


def address_of(message: Message) -> str | None:
    """Where the link of a message leads by its matter; None where no room has said so."""
    found = _leads.get(message.about.partition(":")[0])
    return found(message) if found is not None else None
