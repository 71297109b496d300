"""What goes back to the hotline."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.casework.access import HOTLINE, reach_of_actor
from linli.casework.errors.hotline import TooManyReplies
from linli.casework.models import Request
from linli.casework.queries.hotline import replies
from linli.casework.queries.office import looks_after
from linli.core.actors import Actor
from linli.core.errors import NotFound

MOST_ROWS: Final = 20_000
REPLY_HEAD: Final = ("工单编号", "办理结果", "办结时间", "承办单位", "是否联系", "联系时间", "备注")


@transaction.atomic
def export_hotline_replies(
    *, by: Actor, now: datetime, community_id: int, since_on: date, until_on: date, state: str
) -> list[list[Any]]:
    """The rows of the reply sheet, as REPLY_HEAD says; the trail tells who took them. Raises NotAllowed, NotFound, TooManyReplies."""
    reach = reach_of_actor(by=by, now=now).need(HOTLINE)
    if not looks_after(reach=reach, community_id=community_id):
        raise NotFound
    found = replies(reach=reach, community_id=community_id, since_on=since_on, until_on=until_on, state=state)
    requests = list(found[: MOST_ROWS + 1])
    if len(requests) > MOST_ROWS:
        raise TooManyReplies
    trace = Trace(
        "exported", "casework.hotline_batch", "", community_id, f"{since_on} – {until_on}",
        details={"rows": len(requests), "state": state},
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
    return [_row(one) for one in requests]


def _row(request: Request) -> list[Any]:
    contacted = request.contacted_at
    return [
        request.outside_number, request.answer, request.resolved_at, request.community.name, "是" if contacted else "否", contacted,
        f"{request.number} {request.get_state_display()}",
    ]  # fmt: skip
