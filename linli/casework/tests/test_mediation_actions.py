"""Mediation: begun, agreed on, kept; within reach; two people at once lose nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from linli.audit.models import AuditEntry
from linli.casework.access import reach_of_actor
from linli.casework.actions import mediating as act
from linli.casework.actions.entering import PlaceGiven
from linli.casework.actions.mediating import MediationGiven, PartyGiven
from linli.casework.errors.mediation import MediationEnded, MediationNotFound, MediationWrong, NotAgreed
from linli.casework.errors.requests import ChangedMeanwhile, RequestNotFound
from linli.casework.models import Mediation, Party, Step
from linli.casework.queries.mediation import (
    MediationFilter,
    agreements_due,
    agreements_due_count,
    mediation_for,
    mediations_found,
)
from linli.casework.tests.office_town import DAY, Office, office  # noqa: F401
from linli.core.errors import NotAllowed, NotFound
from linli.registry import keeping
from linli.registry.errors import ReasonTooShort
from linli.registry.models import Resident


@pytest.fixture
def told(office: Office) -> dict:  # noqa: F811
    return {"by": office.by(office.secretary), "now": office.now}


@pytest.fixture
def given(office: Office) -> MediationGiven:  # noqa: F811
    return MediationGiven(
        kind="neighbours", about="楼上漏水，天花板脱落，赔偿谈不拢", opened_on=office.today, place="8栋3单元",
        mediator_id=office.secretary.pk,
        parties=[PartyGiven("赵秀兰", place="8-3-502"), PartyGiven("钱 先生", phone="138 0000 1234", place="8-3-602")],
    )  # fmt: skip


def begin(office, told, given, **more) -> Mediation:  # noqa: F811
    return act.open_mediation(community_id=office.community.pk, given=given, **told, **more)


def agreed(office, told, given, *, by: date | None) -> Mediation:  # noqa: F811
    one = begin(office, told, given)
    return act.agree_mediation(
        mediation_id=one.pk, seen=one.version, agreement="楼上赔偿 800 元", agreed_on=office.today, fulfil_by=by, **told
    )


def test_a_dispute_is_written_down_with_its_number_and_its_people(office, told, given) -> None:  # noqa: F811
    first, second = begin(office, told, given), begin(office, told, given)
    start = f"MED-{office.today:%Y%m%d}-"
    assert (first.number, second.number) == (f"{start}01", f"{start}02")
    assert (first.mediator_name, first.state, first.version) == ("陈书记", "open", 1)
    zhao, qian = Party.objects.filter(mediation=first)
    assert zhao.resident == Resident.objects.get(name="赵秀兰")
    assert (qian.name, qian.phone, qian.resident) == ("钱先生", "13800001234", None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT about FROM casework_mediation")
        assert "漏水" not in str(cursor.fetchall())


def test_somebody_of_the_register_brings_their_number(office, told, given) -> None:  # noqa: F811
    Resident.objects.filter(name="赵秀兰").update(**keeping.phone_columns("13912345678"))
    one = begin(office, told, given)
    assert Party.objects.get(mediation=one, position=1).phone == "13912345678"
    by_phone = replace(given, parties=[PartyGiven("赵秀兰", phone="13912345678"), PartyGiven("孙某")])
    assert Party.objects.filter(mediation=begin(office, told, by_phone), resident__isnull=False).count() == 1
    other = replace(given, parties=[PartyGiven("赵秀兰"), PartyGiven("孙某", place="8-3-502")])
    assert not Party.objects.filter(mediation=begin(office, told, other), resident__isnull=False).exists()


def test_it_begins_from_a_request_whose_history_tells_of_it(office, told, given) -> None:  # noqa: F811
    request = office.enters("楼上漏水吵架", code="dispute")
    one = begin(office, told, given, request_id=request.pk)
    assert one.request == request
    assert Step.objects.filter(request=request, text__contains=one.number).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"about": " "}, "about"), ({"kind": "war"}, "kind"), ({"parties": []}, "p1_name"),
        ({"parties": [PartyGiven("一人")]}, "p2_name"), ({"parties": [PartyGiven("一"), PartyGiven(" ")]}, "p2_name"),
        ({"parties": [PartyGiven("一"), PartyGiven("二", phone="打不通")]}, "p2_phone"), ({"mediator_id": 999999}, "mediator"),
        ({"mediator_id": None}, "mediator"), ({"opened_on": date(1999, 1, 1)}, "opened_on"), ({"opened_on": date(2999, 1, 1)}, "opened_on"),
        ({"parties": [PartyGiven(str(n)) for n in range(7)]}, "p1_name"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_beside_its_field(office, told, given, changes, field) -> None:  # noqa: F811
    with pytest.raises(MediationWrong) as refused:
        begin(office, told, replace(given, **changes))
    assert field in refused.value.fields
    assert not Mediation.objects.exists()


def test_an_agreement_is_kept_in_part_and_then_whole(office, told, given) -> None:  # noqa: F811
    one = agreed(office, told, given, by=office.today)
    assert (one.state, one.fulfilment, one.ended_on) == ("agreed", "pending", None)
    assert Party.objects.filter(mediation=one, signed_on=office.today).count() == 2
    reach = reach_of_actor(by=told["by"], now=office.now)
    assert [row.pk for row in agreements_due(reach=reach, on=office.today, limit=5)] == [one.pk]
    part = {"mediation_id": one.pk, "fulfilment": "partly", "on": office.today, "outcome": "先付了一半"}
    one = act.record_fulfilment(seen=one.version, again_on=office.today + 7 * DAY, **part, **told)
    assert (one.fulfilment, one.fulfil_by) == ("partly", office.today + 7 * DAY)
    assert agreements_due_count(reach=reach, on=office.today) == 0
    assert agreements_due_count(reach=reach, on=office.today + 7 * DAY) == 1
    one = act.record_fulfilment(mediation_id=one.pk, seen=one.version, fulfilment="kept", on=office.today, **told)
    assert (one.fulfilment, one.ended_on, one.outcome) == ("kept", office.today, "先付了一半")
    with pytest.raises(NotAgreed):
        act.record_fulfilment(seen=one.version, **{**part, "fulfilment": "broken"}, **told)
    assert agreements_due_count(reach=reach, on=office.today + 30 * DAY) == 0


def test_with_nothing_left_to_do_an_agreement_is_kept_at_once(office, told, given) -> None:  # noqa: F811
    one = agreed(office, told, given, by=None)
    assert (one.fulfilment, one.ended_on) == ("kept", office.today)


def test_a_mediation_fails_with_its_reason_and_is_over(office, told, given) -> None:  # noqa: F811
    one = begin(office, told, given)
    with pytest.raises(MediationWrong):
        act.fail_mediation(mediation_id=one.pk, seen=1, outcome=" ", **told)
    one = act.fail_mediation(mediation_id=one.pk, seen=1, outcome="双方同意去法院", **told)
    assert (one.state, one.ended_on) == ("failed", office.today)
    agreement = {"agreement": "x", "agreed_on": office.today, "fulfil_by": None}
    with pytest.raises(MediationEnded):
        act.agree_mediation(mediation_id=one.pk, seen=one.version, **agreement, **told)
    with pytest.raises(MediationEnded):
        act.change_mediation(mediation_id=one.pk, seen=one.version, given=given, **told)
    with pytest.raises(NotAgreed):
        act.print_agreement(mediation_id=one.pk, **told)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agreement": ""}, "agreement"), ({"agreed_on": date(2000, 1, 1)}, "agreed_on"),
        ({"agreement": "赔", "fulfil_by": date(2000, 1, 1)}, "fulfil_by"),
        ({"agreement": "赔", "fulfil_by": date(2999, 1, 1)}, "fulfil_by"),
        ({"fulfilment": "maybe"}, "fulfilment"), ({"fulfilment": "broken"}, "outcome"),
        ({"on": date(2000, 1, 1)}, "on"), ({"fulfilment": "partly", "outcome": "一半"}, "again_on"),
    ],
)  # fmt: skip
def test_days_and_words_that_do_not_fit_are_refused(office, told, given, wrong, field) -> None:  # noqa: F811
    if {"agreement", "agreed_on"} & set(wrong):
        one = begin(office, told, given)
        right = {"agreement": "赔偿", "agreed_on": office.today, "fulfil_by": None}
        with pytest.raises(MediationWrong) as refused:
            act.agree_mediation(mediation_id=one.pk, seen=1, **{**right, **wrong}, **told)
    else:
        one = agreed(office, told, given, by=office.today)
        right = {"fulfilment": "kept", "on": office.today}
        with pytest.raises(MediationWrong) as refused:
            act.record_fulfilment(mediation_id=one.pk, seen=one.version, **{**right, **wrong}, **told)
    assert field in refused.value.fields


def test_whoever_edits_an_old_version_is_told_and_nothing_is_lost(office, told, given) -> None:  # noqa: F811
    one = begin(office, told, given)
    act.change_mediation(mediation_id=one.pk, seen=1, given=replace(given, about="新的说法"), **told)
    with pytest.raises(ChangedMeanwhile) as refused:
        act.change_mediation(mediation_id=one.pk, seen=1, given=replace(given, about="旧的说法"), **told)
    assert refused.value.since == 1
    one.refresh_from_db()
    assert (one.about, one.version) == ("新的说法", 2)


def test_a_phone_that_is_left_alone_stays_and_a_party_can_go(office, told, given) -> None:  # noqa: F811
    three = replace(given, parties=[*given.parties, PartyGiven("孙某", phone="13900001111")])
    one = begin(office, told, three)
    zhao, qian, _sun = Party.objects.filter(mediation=one)
    parties = [
        PartyGiven("钱先生", phone=None, place="9-1-101", party_id=qian.pk),
        PartyGiven("赵秀兰", phone="", place="8-3-502", party_id=zhao.pk),
    ]
    act.change_mediation(mediation_id=one.pk, seen=1, given=replace(given, parties=parties), **told)
    assert [(p.pk, p.name, p.phone) for p in Party.objects.filter(mediation=one)] == [
        (qian.pk, "钱先生", "13800001234"), (zhao.pk, "赵秀兰", ""),
    ]  # fmt: skip


def test_a_phone_is_seen_whole_only_with_a_reason(office, told, given) -> None:  # noqa: F811
    begin(office, told, given)
    party = Party.objects.get(position=2)
    assert act.reveal_party_phone(party_id=party.pk, reason="约调解时间", **told) == "13800001234"
    told_trail = AuditEntry.objects.get(verb="revealed_phone")
    assert (told_trail.object_type, told_trail.reason) == ("casework.party", "约调解时间")
    with pytest.raises(ReasonTooShort):
        act.reveal_party_phone(party_id=party.pk, reason="", **told)
    with pytest.raises(NotFound):
        act.reveal_party_phone(party_id=party.pk, reason="看看是谁", by=office.by(office.other_post), now=office.now)
    with pytest.raises(NotFound):
        act.reveal_party_phone(party_id=Party.objects.get(position=1).pk, reason="没有号码", **told)


def test_a_grid_lead_sees_what_is_theirs_and_begins_only_that(office, told, given) -> None:  # noqa: F811
    lead = {"by": office.by(office.grid_lead), "now": office.now}
    reach = reach_of_actor(by=lead["by"], now=office.now)
    strange = begin(office, told, given)
    there = office.enters("吵架", code="dispute", place=PlaceGiven(unit_id=office.second_unit.pk))
    here = office.enters("吵架", code="noise")
    foreign = begin(office, told, given, request_id=there.pk)
    mine = begin(office, told, given, request_id=here.pk)
    own = begin(office, lead, replace(given, mediator_id=office.grid_lead.pk))
    found = set(mediations_found(reach=reach, wanted=MediationFilter(), on=office.today))
    assert found == {mine, own}
    for one in (strange, foreign):
        with pytest.raises(MediationNotFound):
            mediation_for(reach=reach, mediation_id=one.pk)
        with pytest.raises(MediationNotFound):
            act.fail_mediation(mediation_id=one.pk, seen=1, outcome="x", **lead)
    with pytest.raises(MediationWrong):
        begin(office, lead, given)
    with pytest.raises(RequestNotFound):
        begin(office, lead, given, request_id=there.pk)
    assert begin(office, lead, given, request_id=here.pk).request == here


def test_captains_and_strangers_do_not_mediate(office, told, given) -> None:  # noqa: F811
    one = begin(office, told, given)
    for post in (office.building_captain, office.unit_captain):
        with pytest.raises(NotAllowed):
            begin(office, {"by": office.by(post), "now": office.now}, given)
    outsider = {"by": office.by(office.other_post), "now": office.now}
    with pytest.raises(NotFound):
        begin(office, outsider, given)
    with pytest.raises(MediationNotFound):
        act.fail_mediation(mediation_id=one.pk, seen=1, outcome="x", **outsider)


def test_the_list_is_filtered(office, told, given) -> None:  # noqa: F811
    one = begin(office, told, given)
    two = begin(
        office, told, replace(given, kind="family", place="小广场", parties=[PartyGiven("孙某"), PartyGiven("李某")])
    )
    act.fail_mediation(mediation_id=two.pk, seen=1, outcome="没谈成", **told)
    reach = reach_of_actor(by=told["by"], now=office.now)

    def found(**wanted) -> set[Mediation]:
        return set(mediations_found(reach=reach, wanted=MediationFilter(**wanted), on=office.today))

    assert found() == {one, two}
    assert (
        found(state="open")
        == found(kind="neighbours")
        == found(words="钱先")
        == found(words=one.number.lower())
        == {one}
    )
    assert found(state="failed") == found(words="广场") == {two}
    assert found(words="陈书记", since_on=office.today, until_on=office.today) == {one, two}
    assert found(until_on=office.today - DAY) == found(state="due") == found(words="%") == set()
    assert len(act.export_mediations(wanted=MediationFilter(), words="", **told)) == 2
    assert AuditEntry.objects.filter(verb="exported", object_type="casework.mediation").count() == 1
