"""Where the providers of texts and calls report: receipts, answers by text, keys on the phone.

They sign nothing and their addresses may change, so the address itself is the secret: a token of 160 bits for each contract.
An answer of 200 is given only after all of it is committed; anything else makes them send it again.
"""

from __future__ import annotations

from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Router

from linli.core.errors import NotFound
from linli.core.secrets import token_hash
from linli.notifications.carriers.queries import carrier_with
from linli.notifications.carriers.reading import heard_in
from linli.notifications.carriers.receipts import take_receipts
from linli.notifications.carriers.replies import take_replies
from linli.notifications.errors import ReportNotUnderstood

MOST_BODY_BYTES = 512 * 1024
THANKS: dict[str, dict[str, Any]] = {
    "aliyun": {"code": 0, "msg": "接收成功"},
    "tencent": {"result": 0, "errmsg": "OK"},
}

router = Router(tags=["carriers"])


@router.post("/carriers/{provider}/{token}/", auth=None, include_in_schema=False)
def take_report(request: HttpRequest, provider: str, token: str) -> JsonResponse:
    """One callback, whatever it is about: the console of each provider is given this one address for all of them."""
    if provider not in THANKS:
        raise NotFound
    carrier = carrier_with(provider=provider, token_hash=token_hash(token))
    body = request.body
    if len(body) > MOST_BODY_BYTES:
        raise ReportNotUnderstood
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ReportNotUnderstood from error
    heard = heard_in(payload, provider=provider)
    now = timezone.now()
    with transaction.atomic():
        take_receipts(now=now, carrier=carrier, receipts=heard.receipts)
        take_replies(now=now, carrier=carrier, replies=heard.replies)
    return JsonResponse(THANKS[provider], json_dumps_params={"ensure_ascii": False})
