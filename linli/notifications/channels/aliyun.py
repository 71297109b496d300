"""Aliyun: text messages (Dysmsapi) and calls (Dyvmsapi), both in version 2017-05-25.

Formats follow these documents of help.aliyun.com; where the SDK says more exactly how a parameter is spelled on the wire, the
SDK is followed (aliyun-openapi-python-sdk, ``IvrCallRequest.set_MenuKeyMaps``: ``MenuKeyMap.1.Key``):

* SendSms: api-dysmsapi-2017-05-25-sendsms. "This API does not support idempotence": what was sent and not answered may be
  sent twice; a receipt that comes in between stops that.
* SingleCallByTts: document 114035 (api-dyvmsapi-2017-05-25-singlecallbytts). IvrCall: document 393521; OutId 1 to 15 bytes.
* Refusals: documents 101346 (texts) and 55085 (calls).

Not verified against the living service: no account was at hand. The signature is verified with the published example.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

import orjson

from linli.notifications.channels.contract import SMS, Accepted, Call, CarrierCard, CarrierRefused, out_id
from linli.notifications.channels.envelope import Envelope, NotDelivered
from linli.notifications.channels.posting import Answer
from linli.notifications.channels.signing import acs3_headers, acs3_query
from linli.notifications.channels.variables import values_of

PLACES: Final = {"sms": "https://dysmsapi.aliyuncs.com", "voice": "https://dyvmsapi.aliyuncs.com"}
VERSION: Final = "2017-05-25"
KEYS: Final = ("1", "2", "3")
WAIT_FOR_KEY_MILLISECONDS: Final = 8000
# The number itself is wrong.
_NO_NUMBER: Final = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "InvalidRecNum.Malformed", "isv.INVALID_CALLED_NUMBER"})
# Too many to this number, or too many at once: not our fault, not for good.
_BUSY: Final = (
    "isv.BUSINESS_LIMIT_CONTROL",
    "isp.SYSTEM_ERROR",
    "isp.GATEWAY",
    "Throttling",
    "ServiceUnavailable",
    "InternalError",
)


def call_for(card: CarrierCard, *, service: str, number: str, envelope: Envelope, at: datetime, nonce: str) -> Call:
    """The request for one text or one call. Raises NotDelivered for a number that this service cannot reach."""
    if service == SMS:
        action, parameters = "SendSms", _text(card, number, envelope)
    else:
        action, parameters = _spoken(card, number, envelope)
    place = PLACES[service]
    query = acs3_query(parameters)
    headers = acs3_headers(
        host=place.split("://", 1)[1], action=action, version=VERSION, query=query, key_id=card.key_id,
        key_secret=card.key_secret, at=at, nonce=nonce,
    )  # fmt: skip
    return Call(url=f"{place}/?{query}", headers={**headers, "Accept": "application/json"}, body=b"")


def accepted(card: CarrierCard, *, service: str, answer: Answer) -> Accepted:
    """What the provider answered. Raises NotDelivered, CarrierRefused."""
    said = _read(answer)
    code, sentence = str(said.get("Code", "")), str(said.get("Message", ""))
    if code == "OK":
        provider_id = str(said.get("BizId" if service == SMS else "CallId") or "")
        return Accepted(card.id, card.provider, service, provider_id)
    if code in _NO_NUMBER:
        raise NotDelivered(f"{code}: {sentence}", gone=True)
    if answer.status in {429, 500, 502, 503, 504} or code.startswith(_BUSY):
        raise NotDelivered(f"{code or answer.status}: {sentence}")
    raise CarrierRefused(carrier_id=card.id, code=code or str(answer.status), sentence=sentence)


def _text(card: CarrierCard, number: str, envelope: Envelope) -> dict[str, str]:
    ordered = card.services[SMS]
    return {
        "PhoneNumbers": number.removeprefix("+"),
        "SignName": ordered.sign,
        "TemplateCode": ordered.template,
        "TemplateParam": _variables(card, SMS, envelope),
        "OutId": out_id(envelope.message_id),
    }


def _spoken(card: CarrierCard, number: str, envelope: Envelope) -> tuple[str, dict[str, str]]:
    """With a template to play after a key: a call that asks for keys 1 to 3. Else one that is only listened to."""
    ordered = card.services["voice"]
    called = {"CalledNumber": number.removeprefix("+"), "OutId": out_id(envelope.message_id), "PlayTimes": "3"}
    if ordered.number:
        called["CalledShowNumber"] = ordered.number
    said = _variables(card, "voice", envelope)
    if not ordered.after_key:
        return "SingleCallByTts", {**called, "TtsCode": ordered.template, "TtsParam": said}
    asked = {"StartCode": ordered.template, "StartTtsParams": said, "Timeout": str(WAIT_FOR_KEY_MILLISECONDS)}
    for place, key in enumerate(KEYS, start=1):
        asked[f"MenuKeyMap.{place}.Key"] = key
        asked[f"MenuKeyMap.{place}.Code"] = ordered.after_key
    return "IvrCall", {**called, **asked}


def _variables(card: CarrierCard, service: str, envelope: Envelope) -> str:
    names = card.services[service].variables
    text = envelope.short if service == SMS else envelope.spoken
    values = values_of(envelope, names=names, longest=card.longest, text=text)
    return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, separators=(",", ":"))


def _read(answer: Answer) -> dict[str, Any]:
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise NotDelivered(f"answered {answer.status} with nothing that can be read")
    return said
