"""The signed addresses that need no account: of a link, of a request as its reporters see it, of a request in the hands of a post."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from linli.casework.errors.requests import LinkNotFound
from linli.notifications.models import Message

_links = Signer(salt="linli.case-link", sep=".")
_tracks = Signer(salt="linli.case-track", sep=".")
_hands = Signer(salt="linli.case-hands", sep=".")


def link_path(*, link_id: int) -> str:
    """Where a question, an outside party's link or a rating is answered."""
    return reverse("casework:link", args=[_links.sign(str(link_id))])


def track_path(*, request_id: int) -> str:
    """Where a reporter sees how it goes."""
    return reverse("casework:track", args=[_tracks.sign(str(request_id))])


def hands_path(*, request_id: int, post_id: int) -> str:
    """Where the holder of a post, who may have no account, works on a request."""
    return reverse("casework:hands", args=[_hands.sign(f"{request_id}-{post_id}")])


def whole(path: str) -> str:
    """With the host, for paper and messages."""
    return f"{settings.LINLI_PUBLIC_URL}{path}"


def link_of(token: str) -> int:
    """Raises LinkNotFound."""
    return int(_read(_links, token))


def tracked_request(token: str) -> int:
    """Raises LinkNotFound."""
    return int(_read(_tracks, token))


def request_and_post(token: str) -> tuple[int, int]:
    """Raises LinkNotFound."""
    request_id, _, post_id = _read(_hands, token).partition("-")
    return int(request_id), int(post_id)


def _read(signer: Signer, token: str) -> str:
    try:
        return signer.unsign(token)
    except BadSignature as error:
        raise LinkNotFound from error


def page_of_link(message: Message) -> str:
    """Where the link of a message about "case-link:12" leads."""
    return link_path(link_id=int(message.about.partition(":")[2]))


def page_of_track(message: Message) -> str:
    """Where the link of a message about "request-track:12" leads."""
    return track_path(request_id=int(message.about.partition(":")[2]))


def page_of_hands(message: Message) -> str:
    """Where the link of a message about "request:12" leads: it was sent to the holder of a post."""
    return hands_path(request_id=int(message.about.partition(":")[2]), post_id=message.recipient_id)
