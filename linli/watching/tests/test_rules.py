"""When our own path counts as slow or silent, when a backup is due. No database."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from linli.watching import rules

NOW = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


def state(**known):
    facts = {"published_at": NOW, "waiting_since": None, "back_at": NOW, "stuck_at": "", "seconds": 0.2, **known}
    return rules.path_state(now=NOW, **facts)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def test_a_path_that_came_back_is_fine() -> None:
    assert state().state == "fine"
    assert state(waiting_since=ago(20), published_at=ago(20), back_at=ago(30)).state == "fine"


@pytest.mark.parametrize(("waited", "says"), [(31, "slow"), (61, "silent")])
def test_an_alarm_that_does_not_come_back_is_said_with_the_part_that_stands_still(waited, says) -> None:
    path = state(waiting_since=ago(waited), published_at=ago(5), back_at=ago(waited + 10), stuck_at="listener")
    assert (path.state, path.part, path.since) == (says, "listener", ago(waited + 10))


def test_a_worker_that_publishes_nothing_any_more_is_silent_itself() -> None:
    path = state(published_at=ago(61), back_at=ago(62))
    assert (path.state, path.part) == ("silent", "worker")


def test_a_path_of_more_than_five_seconds_is_slow() -> None:
    assert state(seconds=5.5).state == "slow"


def test_a_path_that_was_never_tested_is_unknown() -> None:
    assert state(published_at=None, back_at=None, seconds=None).state == "unknown"
    assert state(back_at=None, seconds=None, waiting_since=ago(3)).state == "unknown"


@pytest.mark.parametrize(
    ("clock", "endangers", "said"), [("12:00", False, True), ("23:30", False, False), ("03:00", True, True)]
)
def test_only_what_endangers_alarms_is_said_at_night(clock, endangers, said) -> None:
    local = NOW.replace(hour=int(clock[:2]), minute=int(clock[3:]))
    assert rules.may_say_now(local=local, endangers_alarms=endangers) is said


def test_the_nightly_backup_is_due_once_a_night() -> None:
    due_at = rules.due_since(local=NOW, at=time(2, 30))
    assert due_at == NOW.replace(hour=2, minute=30)
    assert rules.due_since(local=NOW.replace(hour=1), at=time(2, 30)) == due_at - timedelta(days=1)
    ask = {"now": NOW, "due_at": due_at, "last_failed": False, "last_finished": True}
    assert rules.backup_is_due(**ask, last_began_at=None)
    assert rules.backup_is_due(**ask, last_began_at=due_at - timedelta(minutes=1))
    assert not rules.backup_is_due(**ask, last_began_at=due_at)


def test_a_backup_that_failed_is_tried_again_after_an_hour() -> None:
    due_at = NOW - timedelta(hours=9)
    ask = {"due_at": due_at, "last_began_at": due_at, "last_failed": True, "last_finished": True}
    assert not rules.backup_is_due(**ask, now=due_at + timedelta(minutes=50))
    assert rules.backup_is_due(**ask, now=due_at + timedelta(minutes=61))


def test_steps_after_a_restore_are_spread_over_half_an_hour_at_most() -> None:
    steps = [rules.next_step_after_restore(position=position, now=NOW) for position in (0, 1, 5000)]
    assert steps[0] < steps[1] < steps[2]
    assert steps[2] - NOW <= timedelta(minutes=32)
