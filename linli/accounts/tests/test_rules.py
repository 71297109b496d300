from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linli.accounts.idle import grace_seconds, is_background, noted_every
from linli.accounts.rules import LockRule, Tries, counted, is_locked, register_verbs

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RULE = LockRule(after=5, lasts=timedelta(minutes=15))


def test_the_fifth_failure_in_a_row_locks_and_the_fourth_does_not() -> None:
    tries = Tries()
    for _ in range(4):
        tries = counted(tries=tries, rule=RULE, now=NOW)
    assert tries == Tries(failures=4)
    tries = counted(tries=tries, rule=RULE, now=NOW)
    assert tries == Tries(failures=5, locked_until=NOW + timedelta(minutes=15))
    assert is_locked(tries=tries, now=NOW + timedelta(minutes=15) - timedelta(microseconds=1))
    assert not is_locked(tries=tries, now=NOW + timedelta(minutes=15))


def test_a_lock_that_ran_out_begins_a_new_row() -> None:
    spent = Tries(failures=5, locked_until=NOW)
    assert counted(tries=spent, rule=RULE, now=NOW) == Tries(failures=1)


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        ("administrator", {"view", "add", "change", "delete"}),
        ("secretary", {"view", "add", "change"}),
        ("duty_officer", {"view"}),
        ("grid_lead", set()),
        ("unit_captain", set()),
    ],
)
def test_a_role_may_do_in_the_registers_what_the_table_says(role: str, verbs: set[str]) -> None:
    everybody = frozenset({"secretary", "duty_officer", "grid_lead", "unit_captain"})
    assert register_verbs(role=role, viewers=everybody, editors=everybody) == verbs


def test_a_secretary_only_looks_where_the_room_lets_others_edit() -> None:
    viewers, editors = frozenset({"secretary"}), frozenset({"administrator"})
    assert register_verbs(role="secretary", viewers=viewers, editors=editors) == {"view"}
    assert register_verbs(role="duty_officer", viewers=viewers, editors=editors) == set()


@pytest.mark.parametrize(
    ("method", "headers", "background"),
    [
        ("GET", {"Sec-Fetch-Mode": "navigate"}, False),
        ("GET", {}, False),
        ("POST", {"Sec-Fetch-Mode": "cors"}, False),
        ("GET", {"Sec-Fetch-Mode": "cors"}, True),
        ("GET", {"HX-Request": "true"}, True),
        ("GET", {"Accept": "text/event-stream"}, True),
    ],
)
def test_what_counts_as_somebody_being_there(method: str, headers: dict[str, str], background: bool) -> None:
    assert is_background(method=method, headers=headers) is background


@pytest.mark.parametrize("limit", [1, 10, 60, 1800])
def test_the_server_waits_longer_than_the_page_can_be_late(limit: int) -> None:
    latest_ping = min(60, limit / 4)
    assert grace_seconds(limit=limit) + 1 >= latest_ping + noted_every(limit=limit) - 1
