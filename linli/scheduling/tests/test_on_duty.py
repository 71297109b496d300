"""What an alarm asks: who is on duty this instant."""

from __future__ import annotations

from datetime import timedelta

from django.utils import translation

from linli.scheduling import actions
from linli.scheduling.checks import duty_gaps
from linli.scheduling.models import Rota
from linli.scheduling.queries import forget_on_duty, on_duty
from linli.scheduling.tests.conftest import HOUR, NOW, SYSTEM, TODAY


def test_a_community_without_a_rota_has_no_entry(station) -> None:
    assert on_duty(community_ids=[station.community.pk, 999], at=NOW) == {}
    assert on_duty(community_ids=[], at=NOW) == {}


def test_the_officer_of_the_running_shift_is_on_duty_until_its_end(planned) -> None:
    pk, duty = planned.community.pk, planned.duty(0)
    said = on_duty(community_ids=[pk], at=NOW)[pk]
    assert said.post_ids == {duty.post_id}
    assert said.names == (duty.post.holder_name,)
    assert (said.until, said.handover_note) == (duty.ends_at, "")


def test_the_change_of_shift_is_to_the_second_even_while_the_answer_is_kept(planned, django_assert_num_queries) -> None:
    pk, duty = planned.community.pk, planned.duty(0)
    just_before, relief = duty.ends_at - timedelta(seconds=1), planned.duty(9).post_id
    with django_assert_num_queries(2):
        assert on_duty(community_ids=[pk], at=just_before)[pk].post_ids == {duty.post_id}
    with django_assert_num_queries(0):
        assert on_duty(community_ids=[pk], at=duty.ends_at)[pk].post_ids == {relief}


def test_any_number_of_communities_costs_two_queries_and_then_none(
    planned, elsewhere, django_assert_num_queries
) -> None:
    elsewhere.lays_down()
    elsewhere.plans()
    both = [planned.community.pk, elsewhere.community.pk]
    with django_assert_num_queries(2):
        assert set(on_duty(community_ids=[*both, 999], at=NOW)) == set(both)
    with django_assert_num_queries(0):
        on_duty(community_ids=[*both, 999], at=NOW + timedelta(seconds=4))
    with django_assert_num_queries(2):
        on_duty(community_ids=both, at=NOW + timedelta(seconds=6))
    with django_assert_num_queries(2):  # a clock that was set back
        on_duty(community_ids=both, at=NOW - HOUR)


def test_in_a_gap_there_is_an_entry_with_nobody_in_it(planned) -> None:
    pk, night = planned.community.pk, planned.duty(9)
    actions.give_duty(by=SYSTEM, now=NOW, duty_id=night.pk, post_id=None)
    said = on_duty(community_ids=[pk], at=NOW + 9 * HOUR)[pk]
    assert (said.post_ids, said.names) == (frozenset(), ())
    assert said.until == night.ends_at
    after = on_duty(community_ids=[pk], at=NOW + timedelta(days=200))[pk]
    assert (after.post_ids, after.until) == (frozenset(), None)


def test_who_has_left_is_not_called(planned) -> None:
    pk, post = planned.community.pk, planned.duty(0).post
    post.until_on = TODAY - timedelta(days=1)
    post.save()
    forget_on_duty()
    assert on_duty(community_ids=[pk], at=NOW)[pk].post_ids == frozenset()


def test_a_change_by_hand_holds_at_once(planned) -> None:
    pk, duty = planned.community.pk, planned.duty(0)
    on_duty(community_ids=[pk], at=NOW)
    actions.give_duty(by=SYSTEM, now=NOW, duty_id=duty.pk, post_id=planned.officers[3].pk)
    assert on_duty(community_ids=[pk], at=NOW)[pk].post_ids == {planned.officers[3].pk}


def test_a_rota_can_be_paused_and_taken_up_again(planned) -> None:
    pk, by = planned.community.pk, planned.by(planned.secretary)
    actions.pause_rota(by=by, now=NOW, community_id=pk)
    assert on_duty(community_ids=[pk], at=NOW) == {}
    actions.keep_rota(by=by, now=NOW, community_id=pk)
    assert on_duty(community_ids=[pk], at=NOW)[pk].post_ids


def test_two_shifts_of_the_same_hours_call_two_officers(planned) -> None:
    day = planned.duty(0).shift
    day.pk, day.name = None, "白班二"
    day.save(force_insert=True)
    planned.plans()
    said = on_duty(community_ids=[planned.community.pk], at=NOW)[planned.community.pk]
    assert len(said.post_ids) == len(said.names) == 2


def test_the_note_of_the_officer_before_goes_with_the_answer(planned) -> None:
    pk, duty = planned.community.pk, planned.duty(0)
    by = planned.by(duty.post.holder_name)
    actions.write_handover(by=by, now=NOW + 7 * HOUR, duty_id=duty.pk, text="3栋水泵在修")
    actions.write_handover(by=by, now=NOW + 8 * HOUR, duty_id=duty.pk, text="3栋水泵修好了")
    assert on_duty(community_ids=[pk], at=NOW + 9 * HOUR)[pk].handover_note == "3栋水泵修好了"
    assert on_duty(community_ids=[pk], at=NOW + 60 * HOUR)[pk].handover_note == ""


def test_the_house_is_told_of_a_gap_in_the_next_two_days(planned) -> None:
    with translation.override("en"):
        assert [finding.fine for finding in duty_gaps(NOW)] == [True]
        actions.give_duty(by=SYSTEM, now=NOW, duty_id=planned.duty(9).pk, post_id=None)
        [finding] = duty_gaps(NOW)
        assert not finding.fine
        assert "Mon 23 Nov 20:00 to Tue 24 Nov 08:00" in str(finding.sentence)
    Rota.objects.update(is_kept=False)
    assert list(duty_gaps(NOW)) == []
