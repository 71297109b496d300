"""What a provider's callback says, in our words. Pure: no database, no clock.

Aliyun pushes lists of JSON objects and wants ``{"code": 0}`` back (help.aliyun.com):
  SmsReport (texts: phone_number, success, err_code, err_msg, biz_id, out_id; document 101867), SmsUp (answers: phone_number, content,
  send_time, dest_code, sequence_id; document 101847), VoiceReport (a call's end: call_id, status_code, callee, out_id, dtmf; document
  vms/voicereport-6), VoiceCallReport (during a call: status_code 300000 with dtmf; document vms/voicecallreport-4). Codes of calls:
  document 55085.
Tencent Cloud pushes JSON and wants ``{"result": 0}`` back (cloud.tencent.com):
  texts: a list with sid (the SerialNo of the answer), report_status, errmsg, description (382/5807); answers: mobile, text, time
  (382/5809); calls: voiceprompt_callback, voice_failure_callback, voicekey_callback with the callid of the answer (1128/51534, 51536,
  51535). Codes of calls: 1128/37531.
Neither signs what it pushes: the address is the secret. Times without a zone are taken to be Beijing's; the documents do not say.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from linli.notifications.channels.contract import ALIYUN, SMS, VOICE, message_of_out_id
from linli.notifications.errors import ReportNotUnderstood

BEIJING: Final = ZoneInfo("Asia/Shanghai")
DELIVERED, FAILED, DEAD = "delivered", "failed", "dead"
# Said of the number itself, unless the same sentence also names something that passes.
_NO_SUCH_NUMBER: Final = re.compile(r"空号|不存在|无效号码|号码无效|号码不合法|销号|停机")
_PASSES: Final = re.compile(r"关机|服务区|无法接通|占线|正忙")
_HEARD: Final = frozenset({"200000", "200001", "200008", "200100", "200103"})
_ALIYUN_DEAD: Final = frozenset({"200004", "200011", "200116", "482", "476"})
_ALIYUN_KEY: Final = "300000"
_TENCENT_DEAD: Final = frozenset({7, 8, 13, 15, 17})
_CHOICE: Final = re.compile(r"\D{0,6}?([123])(?!\d)")


@dataclass(frozen=True, slots=True)
class ReceiptHeard:
    """What became of one text or call. ``message_id`` is what our own key says, if the provider returns it here."""

    service: str
    provider_id: str
    state: str
    number: str
    at: datetime | None
    code: str
    sentence: str
    message_id: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReplyHeard:
    """What somebody answered. ``provider_id`` is the call it was said in; empty for texts."""

    service: str
    reply_key: str
    number: str
    text: str
    choice: str
    at: datetime | None
    provider_id: str = ""
    message_id: int | None = None


@dataclass(slots=True)
class Heard:
    """All that one callback said."""

    receipts: list[ReceiptHeard] = field(default_factory=list)
    replies: list[ReplyHeard] = field(default_factory=list)


def heard_in(payload: Any, *, provider: str) -> Heard:
    """Read one callback. Raises ReportNotUnderstood if a part of it is none of the known forms."""
    heard = Heard()
    for item in payload if isinstance(payload, list) else [payload]:
        if not isinstance(item, dict):
            raise ReportNotUnderstood
        try:
            (_aliyun if provider == ALIYUN else _tencent)(item, heard)
        except (KeyError, TypeError, AttributeError) as error:
            raise ReportNotUnderstood from error
    return heard


def choice_in(text: str) -> str:
    """ "1", "2" or "3" if that is what the text begins with ("１", "回复1", "1 我去"), else "". "12" is none of them."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _CHOICE.match(plain)
    return match[1] if match else ""


def plain_number(text: str) -> str:
    """A number without the country's code, as the register keeps it."""
    digits = re.sub(r"[^\d+]", "", text)
    return re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", digits)


# ----------------------------------------------------------------------------------------------------------- Aliyun


def _aliyun(item: dict[str, Any], heard: Heard) -> None:
    if "call_id" in item:
        _aliyun_call(item, heard)
    elif "biz_id" in item:
        good = item["success"] in {True, "true"}
        code, sentence = str(item.get("err_code", "")), str(item.get("err_msg", ""))
        heard.receipts.append(
            ReceiptHeard(
                SMS, str(item["biz_id"]), DELIVERED if good else _failing(sentence), plain_number(str(item["phone_number"])),
                _time(item.get("report_time")), code, sentence, message_of_out_id(str(item.get("out_id") or "")), item,
            )
        )  # fmt: skip
    else:
        text = str(item["content"])
        key = f"up:{item['sequence_id']}:{_short(item['phone_number'], item.get('send_time'), text)}"
        number = plain_number(str(item["phone_number"]))
        heard.replies.append(ReplyHeard(SMS, key, number, text, choice_in(text), _time(item.get("send_time"))))


def _aliyun_call(item: dict[str, Any], heard: Heard) -> None:
    call_id, code = str(item["call_id"]), str(item.get("status_code", ""))
    number = plain_number(str(item.get("callee") or ""))
    message_id = message_of_out_id(str(item.get("out_id") or ""))
    at = _time(item.get("end_time") or item.get("status_time"))
    if "status_time" not in item:  # VoiceReport: the call is over
        state = DELIVERED if code in _HEARD else DEAD if code in _ALIYUN_DEAD else FAILED
        sentence = str(item.get("status_msg") or "")
        heard.receipts.append(ReceiptHeard(VOICE, call_id, state, number, at, code, sentence, message_id, item))
    elif code != _ALIYUN_KEY:
        return  # it rings, it was picked up: the end will be told
    heard.replies += _keys(str(item.get("dtmf") or ""), call_id=call_id, number=number, at=at, message_id=message_id)


# ---------------------------------------------------------------------------------------------------------- Tencent


def _tencent(item: dict[str, Any], heard: Heard) -> None:
    if "sid" in item:
        good = item["report_status"] == "SUCCESS"
        code, sentence = str(item.get("errmsg", "")), str(item.get("description", ""))
        heard.receipts.append(
            ReceiptHeard(
                SMS, str(item["sid"]), DELIVERED if good else _failing(sentence), plain_number(str(item["mobile"])),
                _time(item.get("user_receive_time")), code, sentence, None, item,
            )
        )  # fmt: skip
    elif "text" in item:
        text, when = str(item["text"]), item.get("time")
        number = plain_number(str(item["mobile"]))
        key = f"up:{_short(number, when, text)}"
        heard.replies.append(ReplyHeard(SMS, key, number, text, choice_in(text), _time(when)))
    else:
        _tencent_call(item, heard)


def _tencent_call(item: dict[str, Any], heard: Heard) -> None:
    if told := item.get("voicekey_callback"):
        heard.replies += _keys(
            str(told["keypress"]), call_id=str(told["callid"]), number=plain_number(str(told["mobile"])), at=None
        )
    elif told := item.get("voice_failure_callback"):
        state = DEAD if int(told["failure_code"]) in _TENCENT_DEAD else FAILED
        heard.receipts.append(
            ReceiptHeard(
                VOICE, str(told["callid"]), state, plain_number(str(told["mobile"])), None,
                f"failure_code={told['failure_code']}", str(told.get("failure_reason", "")), None, told,
            )
        )  # fmt: skip
    else:
        told = item.get("voiceprompt_callback") or item["voicecode_callback"]
        result = str(told["result"])
        sentence = {"0": "", "1": "用户未接听"}.get(result, "呼叫异常")
        heard.receipts.append(
            ReceiptHeard(
                VOICE, str(told["callid"]), DELIVERED if result == "0" else FAILED, plain_number(str(told["mobile"])),
                _time(told.get("accept_time") or told.get("end_calltime")), f"result={result}", sentence, None, told,
            )
        )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- parts


def _keys(
    pressed: str, *, call_id: str, number: str, at: datetime | None, message_id: int | None = None
) -> Iterable[ReplyHeard]:
    """The last of the keys 1 to 3 that was pressed in the call; what else was pressed is kept as it is."""
    keys = [key for key in pressed if key in "123"]
    if not pressed:
        return []
    choice = keys[-1] if keys else ""
    return [ReplyHeard(VOICE, f"key:{call_id}:{pressed}"[:120], number, pressed, choice, at, call_id, message_id)]


def _failing(sentence: str) -> str:
    return DEAD if _NO_SUCH_NUMBER.search(sentence) and not _PASSES.search(sentence) else FAILED


def _time(value: Any) -> datetime | None:
    """Seconds since 1970, or Beijing's time as "2017-01-01 00:00:00"; None for anything else."""
    text = str(value or "")
    try:
        if text.isdigit() and len(text) <= 11:
            return datetime.fromtimestamp(int(text), UTC)
        return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _short(*parts: Any) -> str:
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()[:24]
