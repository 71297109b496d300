"""Swaps, changes by the secretary, and the hand-over."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed
from linli.scheduling import actions
from linli.scheduling.errors import (
    AlreadyConfirmed,
    AlreadyOnDuty,
    DutyBegun,
    DutyNotFound,
    DutyOver,
    NotYourDuty,
    OwnNote,
    SwapAnswered,
    SwapOutdated,
    SwapWaiting,
    SwapWithOneself,
)
from linli.scheduling.models import Duty, HandoverNote, Swap
from linli.scheduling.tests.conftest import HOUR, NOW, SYSTEM


def named(duty: Duty) -> str:
    assert duty.post is not None
    return duty.post.holder_name


@pytest.fixture
def asked(planned):
    """The officer of tonight has asked 丁, who is free, to take it."""
    duty = planned.duty(9)
    actions.ask_swap(
        by=planned.by(named(duty)), now=NOW, duty_id=duty.pk, asked_post_id=planned.officers[3].pk, note="孩子发烧"
    )
    return Swap.objects.get()


def test_nothing_changes_until_the_other_accepts_and_then_both_are_recorded(planned, asked) -> None:
    before = planned.duty(9)
    assert named(before) == asked.asker.holder_name
    actions.accept_swap(by=planned.by("linju丁"), now=NOW + HOUR, swap_id=asked.pk)
    after = planned.duty(9)
    assert (named(after), after.by_hand) == ("linju丁", True)
    asked.refresh_from_db()
    assert (asked.state, asked.asked_by, asked.answered_by) == ("accepted", named(before), "linju丁")
    assert (asked.asked_at, asked.answered_at) == (NOW, NOW + HOUR)
    verbs = AuditEntry.objects.filter(object_type="swap").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["asked_swap", "accepted_swap"]


def test_a_duty_in_return_changes_hands_too(planned) -> None:
    mine = planned.duty(9)
    theirs = (
        Duty.objects.exclude(post=mine.post).filter(starts_at__gt=mine.ends_at + 24 * HOUR).order_by("starts_at")[0]
    )
    one, two = named(mine), theirs.post.holder_name
    swap = actions.ask_swap(
        by=planned.by(one), now=NOW, duty_id=mine.pk, asked_post_id=theirs.post_id, in_return_id=theirs.pk
    )
    actions.accept_swap(by=planned.by(two), now=NOW, swap_id=swap.pk)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (named(mine), named(theirs)) == (two, one)


def test_who_is_asked_may_say_no_and_who_asked_may_take_it_back(planned, asked) -> None:
    actions.decline_swap(by=planned.by("linju丁"), now=NOW, swap_id=asked.pk)
    with pytest.raises(SwapAnswered):
        actions.accept_swap(by=planned.by("linju丁"), now=NOW, swap_id=asked.pk)
    duty = planned.duty(9)
    again = actions.ask_swap(by=planned.by(named(duty)), now=NOW, duty_id=duty.pk, asked_post_id=planned.officers[3].pk)
    with pytest.raises(NotYourDuty):
        actions.withdraw_swap(by=planned.by("linju丁"), now=NOW, swap_id=again.pk)
    actions.withdraw_swap(by=planned.by(named(duty)), now=NOW, swap_id=again.pk)
    assert sorted(Swap.objects.values_list("state", flat=True)) == ["declined", "withdrawn"]
    assert named(planned.duty(9)) == named(duty)


def test_only_the_one_who_was_asked_answers(planned, asked, elsewhere) -> None:
    for name in ("linju甲", "linju乙", "linju丙", planned.secretary):
        with pytest.raises(NotYourDuty):
            actions.accept_swap(by=planned.by(name), now=NOW, swap_id=asked.pk)
    with pytest.raises(NotAllowed):
        actions.accept_swap(by=planned.by("linju单元长"), now=NOW, swap_id=asked.pk)
    with pytest.raises(DutyNotFound):
        actions.accept_swap(by=elsewhere.by("baihua丁"), now=NOW, swap_id=asked.pk)


def test_an_officer_gives_away_the_own_coming_duties_only(planned, elsewhere) -> None:
    tonight, running = planned.duty(9), planned.duty(0)
    told = {"now": NOW, "duty_id": tonight.pk}
    me = planned.by(named(tonight))
    with pytest.raises(NotYourDuty):
        actions.ask_swap(by=planned.by("linju丁"), asked_post_id=planned.officers[0].pk, **told)
    with pytest.raises(SwapWithOneself):
        actions.ask_swap(by=me, asked_post_id=tonight.post_id, **told)
    with pytest.raises(DutyNotFound):
        actions.ask_swap(by=me, asked_post_id=elsewhere.officers[0].pk, **told)
    with pytest.raises(DutyBegun):
        actions.ask_swap(
            by=planned.by(named(running)), now=NOW, duty_id=running.pk, asked_post_id=planned.officers[3].pk
        )
    with pytest.raises(NotAllowed):
        actions.give_duty(by=me, now=NOW, duty_id=tonight.pk, post_id=planned.officers[3].pk)


def test_a_duty_is_offered_to_one_at_a_time(planned, asked) -> None:
    others = [post.pk for post in planned.officers[:3] if post.pk != asked.asker_id]
    with pytest.raises(SwapWaiting):
        actions.ask_swap(
            by=planned.by(asked.asker.holder_name), now=NOW, duty_id=asked.duty_id, asked_post_id=others[0]
        )


def test_a_change_by_the_secretary_overtakes_the_question(planned, asked) -> None:
    third = next(post for post in planned.officers[:3] if post.pk not in {asked.asker_id, planned.duty(0).post_id})
    actions.give_duty(by=planned.by(planned.secretary), now=NOW, duty_id=asked.duty_id, post_id=third.pk, reason="生病")
    asked.refresh_from_db()
    assert asked.state == "lapsed"
    with pytest.raises(SwapAnswered):
        actions.accept_swap(by=planned.by("linju丁"), now=NOW, swap_id=asked.pk)
    kept = Swap.objects.get(state="arranged")
    assert (kept.asker_id, kept.asked_id, kept.note) == (asked.asker_id, third.pk, "生病")
    Swap.objects.filter(pk=asked.pk).update(state="asked", answered_at=None, answered_by="")
    with pytest.raises(SwapOutdated):
        actions.accept_swap(by=planned.by("linju丁"), now=NOW, swap_id=asked.pk)


def test_nobody_ends_up_on_two_duties_at_once(planned, asked) -> None:
    day = planned.duty(9).shift
    day.pk, day.name = None, "夜班二"
    day.save(force_insert=True)
    planned.plans(people=4)
    both = Duty.objects.filter(starts_at=planned_start(asked)).order_by("pk")
    assert both.count() == 2
    second = both.exclude(pk=asked.duty_id).get()
    actions.give_duty(by=SYSTEM, now=NOW, duty_id=second.pk, post_id=planned.officers[3].pk)
    with pytest.raises(AlreadyOnDuty):
        actions.accept_swap(by=planned.by("linju丁"), now=NOW, swap_id=asked.pk)
    with pytest.raises(AlreadyOnDuty):
        actions.give_duty(by=SYSTEM, now=NOW, duty_id=second.pk, post_id=asked.asker_id)
    swap = actions.arrange_swap(by=SYSTEM, now=NOW, duty_id=second.pk, other_id=asked.duty_id)
    assert swap.state == "arranged"


def planned_start(swap: Swap):
    return Duty.objects.get(pk=swap.duty_id).starts_at


def test_the_secretary_exchanges_two_duties_at_once(planned) -> None:
    one, two = planned.duty(9), planned.duty(33)
    if one.post_id == two.post_id:
        two = planned.duty(45)
    names = named(one), named(two)
    actions.arrange_swap(by=planned.by(planned.secretary), now=NOW, duty_id=one.pk, other_id=two.pk)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (named(two), named(one)) == names
    with pytest.raises(NotAllowed):
        actions.arrange_swap(by=planned.by("linju甲"), now=NOW, duty_id=one.pk, other_id=two.pk)


def test_a_running_duty_can_be_given_to_a_stand_in_and_one_that_is_over_cannot(planned) -> None:
    by, running = planned.by(planned.secretary), planned.duty(0)
    actions.give_duty(by=by, now=NOW, duty_id=running.pk, post_id=planned.officers[3].pk)
    with pytest.raises(DutyOver):
        actions.give_duty(by=by, now=NOW + 9 * HOUR, duty_id=running.pk, post_id=planned.officers[0].pk)


def test_the_database_knows_what_an_answer_is(planned, asked) -> None:
    for broken in (
        {"state": "accepted"},
        {"answered_at": NOW},
        {"asked_id": asked.asker_id},
        {"in_return_id": asked.duty_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Swap.objects.filter(pk=asked.pk).update(**broken)


# ------------------------------------------------------------------------------------------------ hand-over


def test_a_note_is_written_by_who_was_on_duty_and_confirmed_by_another_once(planned) -> None:
    duty, relief = planned.duty(0), planned.duty(9)
    note = actions.write_handover(by=planned.by(named(duty)), now=NOW + 8 * HOUR, duty_id=duty.pk, text=" 3栋水泵在修 ")
    assert (note.text, note.written_by) == ("3栋水泵在修", named(duty))
    with pytest.raises(OwnNote):
        actions.confirm_handover(by=planned.by(named(duty)), now=NOW + 8 * HOUR, note_id=note.pk)
    actions.confirm_handover(by=planned.by(named(relief)), now=NOW + 9 * HOUR, note_id=note.pk)
    note.refresh_from_db()
    assert (note.confirmed_by, note.confirmed_at) == (named(relief), NOW + 9 * HOUR)
    with pytest.raises(AlreadyConfirmed):
        actions.confirm_handover(by=planned.by("linju丁"), now=NOW + 9 * HOUR, note_id=note.pk)
    verbs = AuditEntry.objects.filter(object_type="handovernote").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["wrote_handover", "confirmed_handover"]


def test_nobody_writes_about_anothers_duty_nor_confirms_from_outside(planned, elsewhere) -> None:
    duty = planned.duty(0)
    for name in {"linju甲", "linju乙", "linju丙", "linju丁"} - {named(duty)}:
        with pytest.raises(NotYourDuty):
            actions.write_handover(by=planned.by(name), now=NOW, duty_id=duty.pk, text="x")
    with pytest.raises(NotAllowed):
        actions.write_handover(by=planned.by("linju单元长"), now=NOW, duty_id=duty.pk, text="x")
    note = actions.write_handover(by=planned.by(named(duty)), now=NOW, duty_id=duty.pk, text="x")
    with pytest.raises(DutyNotFound):
        actions.confirm_handover(by=elsewhere.by("baihua甲"), now=NOW, note_id=note.pk)


def test_the_database_wants_words_and_a_name_for_each_confirmation(planned) -> None:
    duty = planned.duty(0)
    actions.write_handover(by=planned.by(named(duty)), now=NOW, duty_id=duty.pk, text="无事")
    for broken in ({"text": ""}, {"confirmed_at": NOW}, {"confirmed_by": "甲"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandoverNote.objects.update(**broken)
