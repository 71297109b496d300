"""Tencent Cloud: text messages (SMS 2021-01-11) and calls (VMS 2020-09-02).

Formats follow these documents of cloud.tencent.com:

* SendSms: api/382/55981. SessionContext (less than 512 bytes) comes back in the answer, not in the receipt: receipts are matched
  by the SerialNo of the answer.
* SendTtsVoice: api/1128/51558; mainland mobile numbers only, 350 characters in all. Whether it asks for a key is a matter of the
  template, not of the request.
* Refusals: api/382/59177 and api/382/38780 (texts), the common codes of API 3.0 (both).

Not verified against the living service: no account was at hand. The signature is verified with the published example.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import orjson

from linli.notifications.channels.contract import SMS, Accepted, Call, CarrierCard, CarrierRefused, out_id
from linli.notifications.channels.envelope import Envelope, NotDelivered
from linli.notifications.channels.posting import Answer
from linli.notifications.channels.signing import tc3_authorization
from linli.notifications.channels.variables import values_of

PLACES: Final = {"sms": "https://sms.tencentcloudapi.com", "voice": "https://vms.tencentcloudapi.com"}
VERSIONS: Final = {"sms": "2021-01-11", "voice": "2020-09-02"}
SIGNED_AS: Final = {"sms": "sms", "voice": "vms"}
ACTIONS: Final = {"sms": "SendSms", "voice": "SendTtsVoice"}
REGION: Final = "ap-guangzhou"
CONTENT_TYPE: Final = "application/json; charset=utf-8"
_NO_NUMBER: Final = frozenset({"InvalidParameterValue.IncorrectPhoneNumber"})
_BUSY: Final = ("LimitExceeded", "RequestLimitExceeded", "InternalError", "ResourceUnavailable")
_THIS_NUMBER: Final = frozenset({"FailedOperation.PhoneNumberInBlacklist"})


def call_for(card: CarrierCard, *, service: str, number: str, envelope: Envelope, at: datetime, nonce: str) -> Call:
    """The request for one text or one call. Raises NotDelivered for a number that this service cannot reach."""
    if service != SMS and number.startswith("0"):
        raise NotDelivered("Tencent calls mobile numbers only", for_good=True)
    ordered = card.services[service]
    text = envelope.short if service == SMS else envelope.spoken
    values = values_of(envelope, names=ordered.variables, longest=card.longest, text=text)
    called = f"+86{number}" if number.isdigit() else number
    asked: dict[str, Any] = {
        "TemplateId": ordered.template,
        "TemplateParamSet": values,
        "SessionContext": out_id(envelope.message_id),
    }
    if service == SMS:
        asked |= {"PhoneNumberSet": [called], "SmsSdkAppId": ordered.app, "SignName": ordered.sign}
    else:
        asked |= {"CalledNumber": called, "VoiceSdkAppid": ordered.app, "PlayTimes": 3}
    body = orjson.dumps(asked)
    place = PLACES[service]
    headers = {
        "Content-Type": CONTENT_TYPE,
        "X-TC-Action": ACTIONS[service],
        "X-TC-Version": VERSIONS[service],
        "X-TC-Timestamp": str(int(at.timestamp())),
        "X-TC-Region": REGION,
        "Authorization": tc3_authorization(
            host=place.split("://", 1)[1], service=SIGNED_AS[service], body=body, content_type=CONTENT_TYPE,
            key_id=card.key_id, key_secret=card.key_secret, at=at,
        ),
    }  # fmt: skip
    return Call(url=place, headers=headers, body=body)


def accepted(card: CarrierCard, *, service: str, answer: Answer) -> Accepted:
    """What the provider answered. Raises NotDelivered, CarrierRefused."""
    said = _read(answer)
    if "Error" in said:
        raise _refused(card, code=str(said["Error"].get("Code", "")), sentence=str(said["Error"].get("Message", "")))
    if service == SMS:
        status = next(iter(said.get("SendStatusSet") or [{}]))
        if status.get("Code") != "Ok":
            raise _refused(card, code=str(status.get("Code", "")), sentence=str(status.get("Message", "")))
        return Accepted(card.id, card.provider, service, str(status.get("SerialNo") or ""))
    return Accepted(card.id, card.provider, service, str((said.get("SendStatus") or {}).get("CallId") or ""))


def _refused(card: CarrierCard, *, code: str, sentence: str) -> NotDelivered:
    if code in _NO_NUMBER:
        return NotDelivered(f"{code}: {sentence}", gone=True)
    if code.startswith(_BUSY) or code in _THIS_NUMBER:
        return NotDelivered(f"{code}: {sentence}")
    return CarrierRefused(carrier_id=card.id, code=code, sentence=sentence)


def _read(answer: Answer) -> dict[str, Any]:
    try:
        said = orjson.loads(answer.body)["Response"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        said = None
    if answer.status >= 500 or not isinstance(said, dict):
        raise NotDelivered(f"answered {answer.status} with nothing that can be read")
    return said
