from __future__ import annotations

from datetime import date

import pytest

from linli.core.errors import NotAllowed
from linli.registry.errors import ReasonTooShort, WrongScope
from linli.registry.rules import (
    age_on,
    born_according_to,
    id_number_doubt,
    may_edit,
    may_hold,
    may_reveal,
    sex_according_to,
)


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        ("999999194912310025", ""),
        ("99999919491231002X", "check_digit"),
        ("999999194913310022", "birth_date"),
        ("99999919491231002", "form"),
        ("2.20103E+17", "form"),
        ("220103194912310000", "check_digit"),  # Excel took the last three digits
    ],
)
def test_an_id_number_that_looks_wrong_says_why(number, doubt) -> None:
    assert id_number_doubt(number=number) == doubt


def test_sex_and_birth_date_are_read_only_from_a_right_number() -> None:
    assert born_according_to(number="999999194912310025") == date(1949, 12, 31)
    assert sex_according_to(number="999999194912310025") == "2"
    assert born_according_to(number="99999919491231002X") is None
    assert sex_according_to(number="99999919491231002X") == "0"


@pytest.mark.parametrize(("day", "age"), [(date(2026, 2, 28), 65), (date(2026, 3, 1), 66), (date(2024, 2, 29), 64)])
def test_somebody_born_on_a_leap_day_gets_older_on_the_first_of_march(day, age) -> None:
    assert age_on(born_on=date(1960, 2, 29), day=day) == age


@pytest.mark.parametrize("reason", ["", "   ", "abc", "查 一 下"])
def test_nobody_sees_a_number_without_saying_why(reason) -> None:
    verdict = may_reveal(permissions={"registry.phone"}, verb="registry.phone", reason=reason)
    assert not verdict
    assert isinstance(verdict.refusal, ReasonTooShort)


def test_who_may_not_reveal_cannot_talk_their_way_in() -> None:
    assert isinstance(
        may_reveal(permissions={"registry.phone"}, verb="registry.identity", reason="家属要联系老人").refusal,
        NotAllowed,
    )
    assert may_reveal(permissions={"registry.phone"}, verb="registry.phone", reason="联系家属")


def test_only_editors_write() -> None:
    assert may_edit(permissions={"registry.edit"})
    assert not may_edit(permissions={"registry.view", "registry.phone"})


@pytest.mark.parametrize(("role", "place", "fine"), [
    ("unit_captain", "unit", True), ("unit_captain", "grid", False), ("secretary", "community", True),
    ("grid_lead", "community", False), ("mayor", "community", False), ("mayor", "", False),
])  # fmt: skip
def test_a_role_is_held_over_its_own_kind_of_place(role, place, fine) -> None:
    verdict = may_hold(role=role, place=place)
    assert bool(verdict) is fine
    assert fine or isinstance(verdict.refusal, WrongScope)
