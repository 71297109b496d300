"""One request in several parts: the whole ends when they do."""

from __future__ import annotations

from linli.casework.actions.answering import cancel_request, resolve_request
from linli.casework.actions.joining import merge_request, split_request
from linli.casework.models import Step


def in_two(office):
    whole = office.enter()
    water, light = office.category("water_leak").pk, office.category("light").pk
    made = split_request(
        by=office.desk, now=office.now, request_id=whole.pk, parts=[("厨房漏水", water), ("灯不亮", light)]
    )
    return whole, made


def test_with_all_its_parts_taken_back_the_whole_is_taken_back(office):
    whole, (one, two) = in_two(office)
    common = {"by": office.desk, "now": office.now}
    cancel_request(request_id=one.pk, text="写错了", **common)
    assert office.again(whole).state == "split"
    merge_request(request_id=two.pk, into_id=office.enter("楼道灯不亮", category="light").pk, **common)
    after = office.again(whole)
    assert (after.state, after.ended_at, after.next_alarm_at) == ("cancelled", office.now, None)
    said = Step.objects.filter(request=whole, aspect="state").latest("pk")
    assert (said.verb, said.actor_kind) == ("took_back", "system")
    assert one.number in said.text
    assert two.number in said.text


def test_with_one_part_answered_and_the_other_taken_back_the_whole_is_answered(office):
    whole, (one, two) = in_two(office)
    resolve_request(by=office.desk, now=office.now, request_id=one.pk, text="已修好")
    cancel_request(by=office.desk, now=office.now, request_id=two.pk, text="写错了")
    after = office.again(whole)
    assert (after.state, "已修好" in after.answer) == ("resolved", True)
