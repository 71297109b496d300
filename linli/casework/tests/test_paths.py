"""No path through the life of requests loses who told us, the clock or the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.casework.actions.recording import POINTERS, QUIET
from linli.casework.models import CaseLink, Reporter, Request, Step
from linli.casework.rules.states import ENDED, STANDING, TABLE
from linli.casework.tests.conftest import MONDAY
from linli.casework.tests.walking import DEEDS, Walk
from linli.core.errors import Refusal

OFTEN = ("enter", "take", "ask", "answer link", "resolve", "reopen", "merge", "split", "time passes", "outside")
MOVES_THE_DUE_TIME = {"merge", "sort", "time", "reopen", "enter"}
WAKES = {"resume", "answer link", "expire", "take", "seen"}
GRACE = timedelta(hours=4)


@dataclass(frozen=True)
class Seen:
    """What was known of a request after the last step."""

    number: str
    due_at: datetime
    state: str
    version: int
    reporters: frozenset[int]
    steps: tuple[int, ...]


class Requests(RuleBasedStateMachine):
    """Random deeds; after each of them everything that was promised is looked at."""

    office = None

    def __init__(self):
        super().__init__()
        self.office.now = MONDAY
        self.savepoint = transaction.savepoint()
        self.walk = Walk(self.office)
        self.before: dict[int, Seen] = {}
        self.last = ""

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    @initialize()
    def two_requests(self):
        self.walk.office.enter(reporter=self.walk.people[0])
        self.walk.office.enter("水管", reporter=self.walk.people[2], category="water_leak")
        self.last = "enter"

    @rule(
        deed=st.sampled_from([*DEEDS, *OFTEN, *OFTEN]),
        who=st.integers(0, 6),
        n=st.integers(0, 5),
        m=st.integers(0, 11),
        text=st.sampled_from(["因为", "因为", "因为", " "]),
    )
    def somebody_does(self, deed, who, n, m, text):
        self.last = deed
        try:
            with transaction.atomic():
                DEEDS[deed](self.walk, who, n, m, text)
        except Refusal:
            pass

    @invariant()
    def everything_holds(self):
        rows = {one.pk: one for one in Request.objects.select_related("parent", "merged_into").order_by("pk")}
        steps: dict[int, list[Step]] = {pk: [] for pk in rows}
        for step in Step.objects.order_by("pk"):
            steps[step.request_id].append(step)
        people: dict[int, list[Reporter]] = {pk: [] for pk in rows}
        for one in Reporter.objects.order_by("pk"):
            people[one.request_id].append(one)
        for request in rows.values():
            history(request, steps[request.pk])
            clock(request)
            told(request, people)
            self.since_before(request, steps[request.pk], people)
        wholes(rows)
        links_open(rows)
        assert set(self.before) <= set(rows)
        self.before = {
            pk: Seen(
                one.number, one.due_at, one.state, one.version, frozenset(who.pk for who in people[pk]),
                tuple(step.pk for step in steps[pk]),
            )
            for pk, one in rows.items()
        }  # fmt: skip

    def since_before(self, request, steps, people):
        """A new part has everybody who told us of the whole; what was there before has lost nothing."""
        was = self.before.get(request.pk)
        if was is None:
            whole = people[request.parent_id] if request.parent_id is not None else []
            assert all(any(same_person(one, other) for other in people[request.pk]) for one in whole)
            return
        assert request.number == was.number
        assert was.reporters <= {one.pk for one in people[request.pk]}
        assert tuple(step.pk for step in steps[: len(was.steps)]) == was.steps
        new = steps[len(was.steps) :]
        assert request.version >= was.version + sum(step.aspect not in QUIET for step in new)
        if self.last not in MOVES_THE_DUE_TIME:
            assert request.due_at >= was.due_at, (self.last, request.number)
        if self.last == "merge" and request.state == "merged" != was.state:
            assert request.merged_into.due_at <= min(was.due_at, self.before[request.merged_into_id].due_at)
        if was.state == "waiting" and request.state not in STANDING and self.last in WAKES:
            assert request.next_alarm_at is None or request.next_alarm_at >= self.office.now + GRACE
        if was.state in STANDING and request.state == was.state:
            assert not [step for step in new if step.aspect == "alarm"]


def history(request, steps):
    """The columns are what the last step of each aspect says, and states follow each other as the table allows."""
    last = {step.aspect: step for step in steps}
    for aspect, pointer in POINTERS.items():
        assert getattr(request, f"{pointer}_id") == (last[aspect].pk if aspect in last else None)
    assert last["state"].state == request.state
    assert last["category"].category_id == request.category_id
    assert last["priority"].priority == request.priority
    assert last["place"].place == request.place
    assert last["clock"].due_at == request.due_at
    held = (last["lead"].lead_id, last["lead"].team_id) if "lead" in last else (None, None)
    assert (request.lead_id, request.team_id) == held
    states = [step.state for step in steps if step.aspect == "state"]
    assert states[0] == "received"
    assert all(after in TABLE[before].next for before, after in pairwise(states))
    assert all(before.at <= after.at for before, after in pairwise(steps))


def clock(request):
    assert request.clock_from <= request.due_at <= request.late_at
    assert (request.state == "waiting") == (request.paused_at is not None)
    assert (request.state in ENDED) == (request.ended_at is not None)
    if request.state in STANDING:
        assert request.next_alarm_at is None
    elif request.next_alarm:
        assert request.next_alarm_at is not None


def same_person(one, other):
    if one.resident_id and other.resident_id:
        return one.resident_id == other.resident_id
    return one.phone_hash == other.phone_hash if one.phone_hash else one.name == other.name


def told(request, people):
    """Who told us of a request that was joined told us of the other."""
    assert people[request.pk]
    if request.merged_into_id is not None:
        for one in people[request.pk]:
            there = [other for other in people[request.merged_into_id] if same_person(one, other)]
            assert there, f"{request.number} lost {one.name}"
            assert one.wants == "nothing" or any(other.wants != "nothing" for other in there)


def wholes(rows):
    """A whole whose parts are all answered or over is answered or over."""
    for whole in rows.values():
        parts = [one for one in rows.values() if one.parent_id == whole.pk]
        if whole.state == "split":
            assert any(part.resolved_at is None and part.ended_at is None for part in parts)


def links_open(rows):
    """Nothing is asked of anybody that nobody waits for."""
    for link in CaseLink.objects.filter(state="open"):
        request = rows[link.request_id]
        if link.kind == "question":
            assert request.state == "waiting"
        elif link.kind == "outside":
            assert request.state not in ENDED | {"resolved", "reopen_asked"}
        else:
            assert request.state in {"resolved", "reopen_asked"}
            assert link.round == request.rounds


@pytest.mark.timeout(180)
def test_no_path_loses_who_told_us_the_clock_or_the_history(office):
    machine = type("RequestsOfTheOffice", (Requests,), {"office": office})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
