"""Handing out the call list with whole numbers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.desk.queries.calls import CallSheet
from linli.registry.access import access_of
from linli.registry.rules import may_reveal


@transaction.atomic
def hand_out_calls(*, by: Actor, now: datetime, sheet: CallSheet, reason: str) -> CallSheet:
    """The sheet in clear. Written down for each person whose number is on it, with the reason, before it is given out.

    Raises NotAllowed for whoever may not see numbers, and ReasonTooShort.
    """
    permissions = access_of(by=by, now=now).permissions
    may_reveal(permissions=permissions, verb="registry.phone", reason=reason).enforce()
    told = " ".join(reason.split())[:200]
    traces = [
        Trace("revealed_phone", line.kind, str(line.id), sheet.community_id, line.name, told, {"list": sheet.title})
        for line in sheet.lines()
        if line.numbers
    ]
    record_traces(by=by, now=now, traces=traces)
    return sheet
