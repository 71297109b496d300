"""Comparing an import with the register, and keeping what came of it for a person to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.core.actors import Actor
from linli.core.bulk import insert_rows
from linli.registry.access import access_of
from linli.registry.groups import groups_seen
from linli.registry.importing import Outcome, Person, Plan, Policy, plan_of
from linli.registry.importing.groups import identity_of
from linli.registry.importing.outcomes import MOVED
from linli.registry.importing.plain import packed
from linli.registry.models import ImportBatch, ImportRow
from linli.registry.queries.importing import SHEET_ROWS, entries_of, register_of

Progress = Callable[[int, int], None]
CHUNK = 500
COLUMNS = ("batch", "sheet", "number", "kind", "told", "answer")


def planned(*, batch: ImportBatch, by: Actor, now: datetime) -> Plan:
    """The plan as the register stands now, for somebody who may know of certain lists. Reads only."""
    groups = groups_seen(permissions=access_of(by=by, now=now).permissions)
    entries = entries_of(batch=batch, today=timezone.localdate(now), groups=groups)
    return plan_of(entries=entries, register=register_of(batch=batch, groups=groups), policy=Policy(batch.policy))


def plan_import(*, batch: ImportBatch, by: Actor, now: datetime, progress: Progress) -> None:
    """Compare and keep the outcome of every row; answers that were given stay. In the end the batch is ready to look at."""
    progress(0, 0)
    plan = planned(batch=batch, by=by, now=now)
    keep_outcomes(batch=batch, plan=plan, progress=progress)
    batch.state, batch.counts = (
        ImportBatch.State.PLANNED,
        plan.counts() | {"places": new_places(batch=batch, plan=plan), "moves": _moves_asked(plan)},
    )
    batch.save(update_fields=["state", "counts"])


def keep_outcomes(*, batch: ImportBatch, plan: Plan, progress: Progress) -> None:
    """One ImportRow per row of the sheet, in short transactions: an alarm may be under way."""
    answers = {(row.sheet, row.number): row.answer for row in batch.rows.exclude(answer="")}
    batch.rows.all().delete()
    rows: list[tuple[Any, ...]] = []
    for outcome in plan.outcomes:
        for place in outcome.rows:
            rows.append(_row(batch, outcome, place, answers))
    for start in range(0, len(rows), CHUNK):
        with transaction.atomic():
            insert_rows(ImportRow, columns=COLUMNS, rows=rows[start : start + CHUNK])
        progress(min(start + CHUNK, len(rows)), len(rows))


def _row(batch: ImportBatch, outcome: Outcome, place: int, answers: dict[tuple[int, int], str]) -> tuple[Any, ...]:
    sheet, number = divmod(place, SHEET_ROWS)
    repeats = place != outcome.rows[0] and outcome.kind in {"create", "update"}
    told: dict[str, Any] = {
        "values": outcome.values,
        "identity": identity_of(outcome.values),
        "reasons": [["repeats", str(outcome.rows[0] % SHEET_ROWS)]] if repeats else outcome.reasons,
        "changes": {} if repeats else outcome.changes,
        "candidates": [_candidate(person) for person in outcome.candidates],
        "person": outcome.person.pk if outcome.person else None,
    }
    kind = "same" if repeats else outcome.kind
    return batch.pk, sheet, number, kind, packed(told), answers.get((sheet, number), "")


def _candidate(person: Person) -> dict[str, Any]:
    return {
        "pk": person.pk,
        "name": person.values["name"],
        "door": list(person.door),
        "born_on": person.values.get("born_on"),
        "gone": person.gone,
    }


def _moves_asked(plan: Plan) -> int:
    """About how many people it is asked whether they have moved."""
    return sum(outcome.kind == "question" and outcome.reasons[0][0] == MOVED for outcome in plan.outcomes)


def new_places(*, batch: ImportBatch, plan: Plan) -> dict[str, list[str]]:
    """The buildings that are not in the register yet: a slip of the pen would add one."""
    wanted = {outcome.door[0] for outcome in plan.outcomes if outcome.kind == "create"}
    known = set(batch.community.building_set.values_list("number", flat=True))
    return {"buildings": sorted(wanted - known, key=lambda number: (len(number), number))}
