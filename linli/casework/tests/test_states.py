"""The table of states, walked from end to end. No database."""

from __future__ import annotations

import pytest

from linli.casework.errors.requests import AnswerMissing, NotFromHere, ReasonMissing
from linli.casework.models import Request
from linli.casework.models.requests import ENDED_STATES, STANDING_STATES
from linli.casework.rules import states
from linli.casework.rules.states import AT_WORK, ENDED, STANDING, TABLE, can_become, may_become
from linli.casework.wording import lay_down_wordings
from linli.notifications.wording import wordings_laid_down

ALL = [state.value for state in Request.State]
NEEDS = {"resolved": AnswerMissing, "returned": ReasonMissing, "reopened": ReasonMissing, "cancelled": ReasonMissing,
         "waiting": ReasonMissing, "outside": ReasonMissing}  # fmt: skip


def test_every_state_of_the_model_is_a_row_and_every_row_a_state():
    assert set(TABLE) == set(ALL)
    assert {state for row in TABLE.values() for state in row.next} <= set(ALL)


@pytest.mark.parametrize("state", ALL)
@pytest.mark.parametrize("wanted", ALL)
def test_every_pair_is_allowed_or_refused(state, wanted):
    allowed = wanted in TABLE[state].next
    assert can_become(state=state, wanted=wanted) is allowed
    verdict = may_become(state=state, wanted=wanted, text="因为")
    assert bool(verdict) is allowed
    if not allowed:
        assert isinstance(verdict.refusal, NotFromHere)
        assert isinstance(may_become(state=state, wanted=wanted, text="").refusal, NotFromHere)


@pytest.mark.parametrize(
    ("state", "wanted"), [(state, wanted) for state in ALL for wanted in sorted(TABLE[state].next)]
)
@pytest.mark.parametrize("text", ["", "  \n\t", "\u3000"])
def test_the_words_that_are_needed_are_asked_for(state, wanted, text):
    verdict = may_become(state=state, wanted=wanted, text=text)
    if wanted in NEEDS:
        assert type(verdict.refusal) is NEEDS[wanted]
        assert "text" in verdict.refusal.fields
    else:
        assert verdict


def test_answering_sending_back_and_opening_again_need_words():
    assert {state for state, row in TABLE.items() if row.needs is not None} == set(NEEDS)
    assert {"resolved", "returned", "reopened"} <= set(NEEDS)


def test_only_ends_are_ends():
    """From everywhere leads a way to an end, and no state that is not one leaves nobody anything to do."""
    assert all(TABLE[state].next - {state} for state in set(ALL) - ENDED)
    reached = set(ENDED)
    while more := {state for state in ALL if state not in reached and TABLE[state].next & reached}:
        reached |= more
    assert reached == set(ALL)


def test_every_state_is_reached_from_the_first():
    reached = {"received"}
    while more := {state for one in reached for state in TABLE[one].next} - reached:
        reached |= more
    assert reached == set(ALL)


def test_an_end_is_left_only_by_opening_it_again():
    assert {state for end in ENDED for state in TABLE[end].next} == {"reopened", "reopen_asked"}


def test_nothing_becomes_what_it_is():
    assert not [state for state in ALL if state in TABLE[state].next]


def test_the_sets_are_those_of_the_database():
    assert set(ENDED_STATES) == ENDED
    assert set(STANDING_STATES) == STANDING
    assert ENDED < STANDING
    assert AT_WORK.isdisjoint(STANDING)
    assert AT_WORK | STANDING | {"split"} == set(ALL)


def test_every_name_of_the_module_is_a_state():
    names = {value for name, value in vars(states).items() if name.isupper() and isinstance(value, str)}
    assert names == set(ALL)


def test_what_the_reporters_are_told_has_words():
    lay_down_wordings()
    assert {row.message for row in TABLE.values() if row.message} <= {laid.code for laid in wordings_laid_down()}
