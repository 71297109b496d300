"""The signed address in a message: it opens without a login and expires."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from linli.notifications.errors import LinkExpired

LIFE = timedelta(days=7)
_signer = TimestampSigner(salt="linli.message-link", sep=".")


def link_for(message_id: int) -> str:
    """The absolute address that opens the matter for this message's recipient."""
    return f"{settings.LINLI_PUBLIC_URL}/l/{_signer.sign(str(message_id))}/"


def message_of(token: str) -> int:
    """The message id that a token was made for. Raises LinkExpired when it is too old or not ours."""
    try:
        return int(_signer.unsign(token, max_age=LIFE))
    except (BadSignature, ValueError) as error:
        raise LinkExpired from error
