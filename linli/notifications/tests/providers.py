"""Fakes of Aliyun and Tencent Cloud on our own machine. They check the signature as the provider would, and misbehave as told.

What they answer is the example of the provider's own document (fixtures/carriers), with an id of their own for each message.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from linli.notifications.channels import CarrierCard, Envelope, ServiceCard, aliyun, tencent
from linli.notifications.channels.signing import tc3_authorization

RECORDED = Path(__file__).parent / "fixtures" / "carriers"
SECRET = "a-secret-for-tests"
CARDS = {
    "aliyun": CarrierCard(
        id=1, provider="aliyun", key_id="LTAI-test", key_secret=SECRET,
        services={
            "sms": ServiceCard(template="SMS_1234", variables=("what", "place", "time"), sign="邻里示范社区"),
            "voice": ServiceCard(
                template="TTS_1", variables=("what", "place"), number="057100000000", after_key="TTS_2"
            ),
        },
    ),
    "tencent": CarrierCard(
        id=2, provider="tencent", key_id="AKID-test", key_secret=SECRET,
        services={
            "sms": ServiceCard(template="1110", variables=("what", "place", "time"), sign="邻里示范", app="1400006666"),
            "voice": ServiceCard(template="4356", variables=("what", "place"), app="1400006666"),
        },
    ),
}  # fmt: skip


def recorded(name: str):
    return json.loads((RECORDED / f"{name}.json").read_text("utf-8"))


def envelope(**changes) -> Envelope:
    facts = {
        "message_id": 4711,
        "idempotency_key": "incident:1:0:contact:3",
        "about": "incident:1",
        "recipient_kind": "contact",
        "recipient_id": 3,
        "recipient_name": "王芳",
        "language": "zh-hans",
        "title": "【燃气泄漏报警】8栋3单元502",
        "text": "请马上确认",
        "link": "http://127.0.0.1/l/x/",
        "params": {
            "kind_zh": "燃气泄漏报警",
            "kind_en": "Gas leak",
            "place": "8栋3单元502",
            "clock": "14:05",
            "severity": 1,
        },
        "carriers": tuple(CARDS.values()),
    }
    return Envelope(**{**facts, **changes})


class Provider:
    """One provider's server for one service. ``mood`` is how it behaves from now on."""

    def __init__(self, provider: str, service: str) -> None:
        self.provider, self.service = provider, service
        self.mood = "well"
        self.asked: list[dict] = []
        self.heads: list[str] = []
        self._serving: set[asyncio.Task] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.place = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.current_task())
        try:
            await self._one(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length:")[2].split("\r\n")[0])
        body = await reader.readexactly(length)
        self.heads.append(head)
        fault = self._check(head, body)
        if self.mood == "slow":
            await asyncio.sleep(30)
        if self.mood != "closes the line":
            answer = self._answer(fault)
            writer.write(answer * (2 if self.mood == "answers twice" else 1))
            await writer.drain()

    def _check(self, head: str, body: bytes) -> str:
        """The signature as the provider computes it from what arrived; "" if it is right."""
        lines = head.split("\r\n")
        fields = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
        if self.provider == "tencent":
            self.asked.append(json.loads(body))
            from datetime import UTC, datetime

            at = datetime.fromtimestamp(int(fields["x-tc-timestamp"]), UTC)
            expected = tc3_authorization(
                host=fields["host"], service=tencent.SIGNED_AS[self.service], body=body,
                content_type=fields["content-type"], key_id="AKID-test", key_secret=SECRET, at=at,
            )  # fmt: skip
            return "" if fields["authorization"] == expected else "AuthFailure.SignatureFailure"
        query = urlsplit(lines[0].split(" ")[1]).query
        self.asked.append(dict(parse_qsl(query)) | {"Action": fields["x-acs-action"]})
        names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
        signed = "".join(f"{n}:{fields[n]}\n" for n in names.split(";"))
        request = "\n".join(("POST", "/", query, signed, names, hashlib.sha256(body).hexdigest()))
        to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
        expected = hmac.new(SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        return "" if fields["authorization"].endswith(f"Signature={expected}") else "SignatureDoesNotMatch"

    def _answer(self, fault: str) -> bytes:
        status, content = self._content(fault)
        body = json.dumps(content, ensure_ascii=False).encode()
        more = "Location: https://elsewhere.example/\r\n" if status == 302 else ""
        return f"HTTP/1.1 {status} X\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def _content(self, fault: str) -> tuple[int, object]:
        if self.mood in {"500", "429"}:
            return int(self.mood), {"Code": "ServiceUnavailable", "Message": "try later"}
        if self.mood == "redirects":
            return 302, {}
        said = {"limited": LIMITED, "no such number": NO_NUMBER, "no money": NO_MONEY}.get(self.mood, {}).get(
            self.provider, fault
        )
        if said and self.provider == "aliyun":
            return 200 if self.mood == "limited" else 400, {"Code": said, "Message": "refused", "RequestId": "R"}
        if said and self.service == "sms" and self.mood != "no money":
            status = {"SerialNo": "", "PhoneNumber": "", "Fee": 0, "Code": said, "Message": "refused"}
            return 200, {"Response": {"SendStatusSet": [status], "RequestId": "R"}}
        if said:
            return 200, {"Response": {"Error": {"Code": said, "Message": "refused"}, "RequestId": "R"}}
        return 200, self._taken()

    def _taken(self) -> object:
        content = recorded(f"answer-{self.provider}-{self.service}")
        number = f"{self.provider}-{self.service}-{len(self.asked)}"
        if self.provider == "aliyun":
            content["BizId" if self.service == "sms" else "CallId"] = number
        elif self.service == "sms":
            content["Response"]["SendStatusSet"][0]["SerialNo"] = number
        else:
            content["Response"]["SendStatus"]["CallId"] = number
        return content


LIMITED = {"aliyun": "isv.BUSINESS_LIMIT_CONTROL", "tencent": "LimitExceeded.PhoneNumberThirtySecondLimit"}
NO_NUMBER = {"aliyun": "isv.MOBILE_NUMBER_ILLEGAL", "tencent": "InvalidParameterValue.IncorrectPhoneNumber"}
NO_MONEY = {"aliyun": "isv.AMOUNT_NOT_ENOUGH", "tencent": "FailedOperation.InsufficientBalanceInSmsPackage"}
MODULES = {"aliyun": aliyun, "tencent": tencent}
