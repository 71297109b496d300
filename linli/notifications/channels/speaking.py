"""Loudspeakers: an IP horn or a community's broadcasting server that takes a GET or a POST with the text to say."""

from __future__ import annotations

import base64
import re
from typing import Any, Final
from urllib.parse import quote

import orjson

from linli.notifications.channels.envelope import Envelope, NotDelivered
from linli.notifications.channels.posting import BadAddress, NoAnswer, Poster
from linli.notifications.channels.variables import fitting

TIMEOUT_SECONDS: Final = 5.0
MOST_LETTERS: Final = 200
_GAP: Final = re.compile(r"\{(text|what|place|time)\}")


class SpeakerChannel:
    """The address is the loudspeaker's own template: verb, url, headers and body, with {text}, {what}, {place} and {time}."""

    def __init__(self) -> None:
        self._poster = Poster()

    async def send(self, *, address: str, envelope: Envelope) -> None:
        hook = orjson.loads(address)
        values = _values(envelope)
        body = _filled(hook["body"], values, escape=_as_json if "json" in hook["content_type"] else _as_typed)
        headers = {"Content-Type": hook["content_type"]} if body else {}
        if hook["user"]:
            pair = f"{hook['user']}:{hook['password']}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        url = _filled(hook["url"], values, escape=_as_part_of_a_url)
        try:
            answer = await self._poster.ask(
                url, verb=hook["verb"], body=body.encode(), headers=headers, timeout_seconds=TIMEOUT_SECONDS
            )
        except (BadAddress, ValueError) as error:
            raise NotDelivered("the loudspeaker's address cannot be used", for_good=True) from error
        except (TimeoutError, NoAnswer) as error:
            raise NotDelivered(f"no answer ({str(error) or type(error).__name__})") from error
        if not 200 <= answer.status < 300:
            raise NotDelivered(f"answered {answer.status}")

    async def close(self) -> None:
        await self._poster.close()


def _values(envelope: Envelope) -> dict[str, Any]:
    params = envelope.params
    english = envelope.language.startswith("en")
    return {
        "text": fitting(envelope.spoken or envelope.text, longest=MOST_LETTERS),
        "what": str(params.get("kind_en" if english else "kind_zh") or ""),
        "place": str(params.get("place") or ""),
        "time": str(params.get("clock") or ""),
    }


def _filled(template: str, values: dict[str, Any], *, escape: Any) -> str:
    return _GAP.sub(lambda gap: escape(values[gap[1]]), template)


def _as_part_of_a_url(text: str) -> str:
    return quote(text, safe="")


def _as_json(text: str) -> str:
    return orjson.dumps(text).decode()[1:-1]


def _as_typed(text: str) -> str:
    return text
