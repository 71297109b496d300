"""The two letters of the broker's auth callout: its question about a connection, and our signed answer.

Format: JSON Web Tokens signed with ed25519 as NATS writes them (nats-io/jwt v2, ADR-26 "NATS Authorization Callouts").
"""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nkeys
import orjson

_HEADER = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"ed25519-nkey"}').rstrip(b"=")


class Unreadable(Exception):
    """The question is not in the form we know; there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """May this connection come in? `server_id` and `user_nkey` must be in the answer; the rest is what the device said."""

    server_id: str
    user_nkey: str
    username: str
    password: str
    client_id: str
    host: str


def read_question(token: bytes) -> Question:
    """Raises Unreadable.

    The signature is not checked: the subject lies in an account in which only the servers themselves and we can speak.
    """
    try:
        body = token.split(b".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)))["nats"]
        said = claims.get("connect_opts", {})
        who = claims.get("client_info", {})
        return Question(
            server_id=claims["server_id"]["id"],
            user_nkey=claims["user_nkey"],
            username=said.get("user", ""),
            password=said.get("pass", ""),
            client_id=who.get("mqtt_id", ""),
            host=who.get("host", ""),
        )
    except (IndexError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"not an authorization request: {error}") from error


class Signer:
    """Signs answers with the seed of the account that the broker's configuration names as issuer."""

    def __init__(self, *, issuer_seed: bytes, account: str) -> None:
        self._key = nkeys.from_seed(bytearray(issuer_seed))
        self._issuer = self._key.public_key.decode()
        self._account = account

    def admit(self, question: Question, *, name: str, publish: Sequence[str], subscribe: Sequence[str]) -> bytes:
        """Lets the connection in as `name`, over MQTT only, with these subjects and nothing else.

        It does not expire: an expiry would cut off a working detector at a moment that nobody chose. The connection of a
        device that is struck off is closed by doorkeeper_cutting.
        """
        user = self._signed(
            sub=question.user_nkey,
            aud=self._account,
            name=name,
            nats={
                "type": "user",
                "version": 2,
                "pub": {"allow": list(publish)},
                "sub": {"allow": list(subscribe)},
                "subs": -1,
                "data": -1,
                "payload": -1,
                "allowed_connection_types": ["MQTT"],
            },
        )
        return self._answer(question, {"jwt": user.decode()})

    def refuse(self, question: Question, *, reason: str) -> bytes:
        """Sends the connection away. The device only hears "not authorized"; the reason goes to the broker's log."""
        return self._answer(question, {"error": reason})

    def _answer(self, question: Question, said: dict[str, Any]) -> bytes:
        return self._signed(
            sub=question.user_nkey,
            aud=question.server_id,
            nats={"type": "authorization_response", "version": 2, **said},
        )

    def _signed(self, **claims: Any) -> bytes:
        claims |= {"iss": self._issuer, "iat": int(time.time())}
        text = _HEADER + b"." + base64.urlsafe_b64encode(orjson.dumps(claims)).rstrip(b"=")
        signature: bytes = self._key.sign(text)
        return text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")
