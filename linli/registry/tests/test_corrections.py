from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.urls import reverse

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed, NotFound
from linli.registry import actions, errors, queries
from linli.registry.actions.corrections import accept_correction, propose_correction, reject_correction
from linli.registry.correcting import errors as refusals
from linli.registry.correcting.rules import ASKED, Proposal
from linli.registry.models import ChangeRequest, Contact, ContactPoint, Household, Relation, Resident
from linli.registry.queries.corrections import corrections_by, mark_of
from linli.registry.tests.conftest import NOW, SYSTEM, TODAY, Compound, acting

KEPT = {"by": SYSTEM, "now": NOW}
DAY = date(2026, 11, 20)
OLD, NEW = "16000005678", "16000007777"
LIST = reverse("registry:corrections")
WHY = "要打电话核对"


@pytest.fixture
def captain(compound: Compound):
    return compound.captain()


@pytest.fixture
def secretary(compound: Compound):
    return compound.secretary()


def proposed(compound: Compound, user, about: str, **told) -> ChangeRequest:
    key = told.pop("key", None) or uuid4()
    if ASKED[about].whom == "must":
        told.setdefault("resident_id", compound.grandmother.pk)
    proposal = Proposal(about=about, **told)
    return propose_correction(by=acting(user), now=NOW, household_id=compound.household.pk, key=key, proposal=proposal)


def accepted(user, request: ChangeRequest, **told) -> ChangeRequest:
    return accept_correction(by=acting(user), now=NOW, request_id=request.pk, **told)


def grandmother_now(compound: Compound) -> Resident:
    return Resident.objects.get(pk=compound.grandmother.pk)


# Each kind, end to end


def test_an_accepted_phone_is_cleaned_and_written(compound: Compound, captain, secretary) -> None:
    request = proposed(compound, captain, "phone", phone="１６０ 0000-7777")
    assert (request.phone, request.before, request.state) == (NEW, OLD, "open")
    assert grandmother_now(compound).phone == OLD
    accepted(secretary, request, answer="谢谢")
    assert grandmother_now(compound).phone == NEW
    request.refresh_from_db()
    assert (request.state, request.answer, request.answered_by_id) == ("accepted", "谢谢", secretary.pk)


def test_an_accepted_name_is_written_with_its_pinyin(compound: Compound, captain, secretary) -> None:
    accepted(secretary, proposed(compound, captain, "name", text="赵　桂 兰花"))
    assert (grandmother_now(compound).name, grandmother_now(compound).name_initials) == ("赵桂兰花", "zglh")


def test_one_person_or_the_whole_household_moves_away(compound: Compound, captain, secretary) -> None:
    son = actions.add_resident(household_id=compound.household.pk, name="钱刚", **KEPT)
    accepted(secretary, proposed(compound, captain, "left", resident_id=son.pk, on=DAY))
    assert Resident.objects.get(pk=son.pk).moved_out_on == DAY
    assert grandmother_now(compound).moved_out_on is None
    accepted(secretary, proposed(compound, captain, "left", on=TODAY))
    assert Household.objects.get(pk=compound.household.pk).moved_out_on == TODAY
    assert grandmother_now(compound).moved_out_on == TODAY


def test_an_accepted_death_is_recorded(compound: Compound, captain, secretary) -> None:
    accepted(secretary, proposed(compound, captain, "died", on=DAY))
    assert grandmother_now(compound).died_on == DAY


def test_a_newcomer_is_added_with_relation_phone_and_day(compound: Compound, captain, secretary) -> None:
    told = {"text": "钱 小明", "relation": Relation.GRANDCHILD, "phone": NEW, "on": DAY}
    accepted(secretary, proposed(compound, captain, "newcomer", **told))
    added = Resident.objects.get(name="钱小明")
    assert (added.household_id, added.relation, added.phone, added.moved_in_on) == (
        compound.household.pk, Relation.GRANDCHILD, NEW, DAY,
    )  # fmt: skip


def test_a_relative_is_added_last_in_the_order(compound: Compound, captain, secretary) -> None:
    accepted(secretary, proposed(compound, captain, "relative", text="钱刚", relation=Relation.SON, phone=NEW))
    added = Contact.objects.get(name="钱刚")
    assert (added.relation, added.call_order) == (Relation.SON, 2)
    assert ContactPoint.objects.get(contact=added, kind="phone").address == NEW


def test_something_else_counts_as_done_by_hand(compound: Compound, captain, secretary) -> None:
    before = list(Resident.objects.values())
    done = accepted(secretary, proposed(compound, captain, "other", text="门牌钉错了"), answer="已改")
    assert done.state == "accepted"
    assert list(Resident.objects.values()) == before


def test_a_rejected_correction_changes_nothing_and_says_why(compound: Compound, captain, secretary) -> None:
    request = proposed(compound, captain, "phone", phone=NEW)
    with pytest.raises(refusals.AnswerMissing):
        reject_correction(by=acting(secretary), now=NOW, request_id=request.pk, answer="　")
    reject_correction(by=acting(secretary), now=NOW, request_id=request.pk, answer=f"{NEW} 打过了，不是她")
    request.refresh_from_db()
    assert (request.state, request.answer) == ("rejected", "160****7777 打过了，不是她")
    assert grandmother_now(compound).phone == OLD


# What is refused at once


@pytest.mark.parametrize(
    ("about", "told", "refused"),
    [
        ("phone", {"phone": "问他女儿"}, (errors.PhoneNotUnderstood, "phone")),
        ("phone", {"phone": ""}, (refusals.CorrectionIncomplete, "phone")),
        ("phone", {"phone": "160 0000 5678"}, (refusals.SaidAlready, "phone")),
        ("phone", {"phone": NEW, "resident_id": None}, (refusals.CorrectionIncomplete, "resident")),
        ("name", {"text": "　"}, (errors.NameMissing, "text")),
        ("name", {"text": "赵 桂兰"}, (refusals.SaidAlready, "text")),
        ("left", {}, (refusals.CorrectionIncomplete, "on")),
        ("left", {"on": date(2026, 11, 24)}, (refusals.DayAhead, "on")),
        ("left", {"on": date(1999, 1, 1)}, (errors.DatesTurnedRound, "on")),
        ("died", {"on": date(1940, 1, 1)}, (errors.DatesTurnedRound, "on")),
        ("newcomer", {"text": "钱小明"}, (refusals.CorrectionIncomplete, "relation")),
        ("newcomer", {"text": "钱小明", "relation": "40", "phone": "12"}, (errors.PhoneNotUnderstood, "phone")),
        ("relative", {"text": "钱刚", "relation": "20"}, (refusals.CorrectionIncomplete, "phone")),
        ("other", {"text": " "}, (refusals.CorrectionIncomplete, "text")),
    ],
)
def test_a_captain_hears_at_once_what_is_wrong(compound: Compound, captain, about, told, refused) -> None:
    refusal, field = refused
    with pytest.raises(refusal) as caught:
        proposed(compound, captain, about, **told)
    assert field in caught.value.fields
    assert not ChangeRequest.objects.exists()


def test_a_correction_names_a_present_member_of_the_household(compound: Compound, captain) -> None:
    with pytest.raises(refusals.CorrectionIncomplete):
        proposed(compound, captain, "phone", phone=NEW, resident_id=compound.neighbour.pk)
    actions.record_death(resident_id=compound.grandmother.pk, on=TODAY, **KEPT)
    with pytest.raises(refusals.CorrectionIncomplete):
        proposed(compound, captain, "phone", phone=NEW)
    actions.move_out(household_id=compound.household.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyMovedOut):
        proposed(compound, captain, "other", text="又回来了")


def test_nobody_proposes_for_a_door_out_of_reach_or_without_a_login(compound: Compound, captain) -> None:
    told = {"now": NOW, "key": uuid4(), "proposal": Proposal(about="other", text="错了")}
    with pytest.raises(NotFound):
        propose_correction(by=acting(captain), household_id=compound.far_household.pk, **told)
    with pytest.raises(NotAllowed):
        propose_correction(by=SYSTEM, household_id=compound.household.pk, **told)


# Twice, stale, answered


def test_a_form_sent_twice_is_one_correction(compound: Compound, captain) -> None:
    key = uuid4()
    first = proposed(compound, captain, "phone", phone=NEW, key=key)
    assert proposed(compound, captain, "phone", phone=NEW, key=key).pk == first.pk
    assert AuditEntry.objects.filter(verb="proposed").count() == 1
    proposed(compound, captain, "phone", phone="16000008888", key=key)
    assert ChangeRequest.objects.get().phone == "16000008888"


def test_a_form_sent_again_after_the_answer_changes_nothing(compound: Compound, captain, secretary) -> None:
    key = uuid4()
    accepted(secretary, proposed(compound, captain, "phone", phone=NEW, key=key))
    assert proposed(compound, captain, "phone", phone=NEW, key=key).state == "accepted"
    with pytest.raises(refusals.CorrectionAnswered):
        proposed(compound, captain, "phone", phone="16000008888", key=key)


def test_nobody_takes_over_the_form_of_another(compound: Compound, captain, secretary) -> None:
    request = proposed(compound, captain, "phone", phone=NEW)
    with pytest.raises(NotFound):
        proposed(compound, secretary, "phone", phone=NEW, key=request.key)


def test_a_stale_correction_is_accepted_only_by_who_has_seen_the_register(
    compound: Compound, captain, secretary
) -> None:
    request = proposed(compound, captain, "phone", phone=NEW)
    actions.change_resident(resident_id=compound.grandmother.pk, changes={"phone": "16000009999"}, **KEPT)
    for seen in ("", mark_of(said=OLD)):
        with pytest.raises(refusals.CorrectionStale):
            accepted(secretary, request, seen=seen)
    accepted(secretary, request, seen=mark_of(said="16000009999"))
    assert grandmother_now(compound).phone == NEW


def test_a_newcomer_whom_the_office_added_meanwhile_is_not_added_twice(compound: Compound, captain, secretary) -> None:
    newcomer = proposed(compound, captain, "newcomer", text="钱小明", relation="40")
    relative = proposed(compound, captain, "relative", text="钱刚", relation="20", phone=NEW)
    actions.add_resident(household_id=compound.household.pk, name="钱小明", **KEPT)
    actions.add_contact(household_id=compound.household.pk, name="钱刚", **KEPT)
    for request in (newcomer, relative):
        with pytest.raises(refusals.CorrectionStale):
            accepted(secretary, request)


def test_what_the_register_refuses_is_not_accepted(compound: Compound, captain, secretary) -> None:
    request = proposed(compound, captain, "left", resident_id=compound.grandmother.pk, on=DAY)
    actions.resident_moves_out(resident_id=compound.grandmother.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyEnded):
        accepted(secretary, request, seen=mark_of(said=f"left {TODAY.isoformat()}"))
    request.refresh_from_db()
    assert (request.state, grandmother_now(compound).moved_out_on) == ("open", TODAY)


def test_a_correction_is_answered_once(compound: Compound, captain, secretary) -> None:
    request = proposed(compound, captain, "phone", phone=NEW)
    accepted(secretary, request)
    with pytest.raises(refusals.CorrectionAnswered):
        accepted(secretary, request)
    with pytest.raises(refusals.CorrectionAnswered):
        reject_correction(by=acting(secretary), now=NOW, request_id=request.pk, answer="晚了")


def test_a_captain_decides_nothing_and_a_far_grid_lead_finds_nothing(compound: Compound, captain) -> None:
    request = proposed(compound, captain, "phone", phone=NEW)
    with pytest.raises(NotAllowed):
        accepted(captain, request)
    with pytest.raises(NotAllowed):
        reject_correction(by=acting(captain), now=NOW, request_id=request.pk, answer="不对")
    other = actions.add_grid(community_id=compound.community.pk, number=2, **KEPT)
    far = compound.signs_in(Role.GRID_LEAD, "wangge2", other.pk)
    with pytest.raises(NotFound):
        accepted(far, request)
    lead = compound.signs_in(Role.GRID_LEAD, "wangge", compound.grid.pk)
    assert accepted(lead, request).state == "accepted"


def test_every_step_leaves_a_trace_without_numbers(compound: Compound, captain, secretary) -> None:
    accepted(secretary, proposed(compound, captain, "phone", phone=NEW), answer=NEW)
    reject_correction(
        by=acting(secretary), now=NOW, answer="不用", request_id=proposed(compound, captain, "other", text=NEW).pk
    )
    entries = list(AuditEntry.objects.filter(object_type="changerequest").order_by("pk"))
    assert [entry.verb for entry in entries] == ["proposed", "accepted", "proposed", "rejected"]
    assert all(entry.community_id == compound.community.pk for entry in entries)
    assert not any(NEW in str(vars(entry)) for entry in AuditEntry.objects.all())


# Pages


def correct(compound: Compound, about: str) -> str:
    return reverse("registry:correct", args=[compound.household.pk, about])


def key_in(page) -> str:
    return str(UUID(re.search(r'name="key" value="([^"]+)"', page.content.decode()).group(1)))


def test_a_captain_reaches_the_form_from_the_household_in_two_steps(client, compound: Compound, captain) -> None:
    client.force_login(captain)
    choose = reverse("registry:correct-choose", args=[compound.household.pk])
    assert choose in client.get(reverse("registry:household", args=[compound.household.pk])).content.decode()
    text = client.get(choose).content.decode()
    for about in ASKED:
        assert correct(compound, about) in text
        assert client.get(correct(compound, about)).status_code == 200
    assert client.get(correct(compound, "colour")).status_code == 404
    assert client.get(reverse("registry:correct", args=[compound.far_household.pk, "phone"])).status_code == 404


def test_a_captain_proposes_and_sees_the_own_number_and_the_answer(
    client, compound: Compound, captain, secretary
) -> None:
    client.force_login(captain)
    sent = {"key": key_in(client.get(correct(compound, "phone"))), "resident": compound.grandmother.pk, "phone": NEW}
    for _twice in range(2):
        answer = client.post(correct(compound, "phone"), sent)
        assert (answer.status_code, answer.url) == (302, f"{LIST}?tab=mine")
    request = ChangeRequest.objects.get()
    text = client.get(LIST).content.decode()
    assert NEW in text
    assert OLD not in text
    assert 'name="do"' not in text
    reject_correction(by=acting(secretary), now=NOW, request_id=request.pk, answer="这是他儿子的号码")
    assert "这是他儿子的号码" in client.get(LIST).content.decode()


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(client, compound: Compound, captain) -> None:
    client.force_login(captain)
    key = str(uuid4())
    answer = client.post(
        correct(compound, "newcomer"), {"key": key, "text": "钱小明", "relation": "40", "phone": "abc"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert all(part in text for part in ("钱小明", 'value="abc"', key, "data-error-summary", 'id="id_phone_error"'))
    assert client.post(correct(compound, "left"), {"key": key}).status_code == 422
    assert (
        client.post(correct(compound, "left"), {"key": "0", "resident": "all", "on": "2026-11-01"}).status_code == 422
    )
    assert not ChangeRequest.objects.exists()


def test_the_whole_household_is_one_of_the_choices(client, compound: Compound, captain) -> None:
    client.force_login(captain)
    sent = {"key": str(uuid4()), "resident": "all", "on": "2026-11-01"}
    assert client.post(correct(compound, "left"), sent).status_code == 302
    assert ChangeRequest.objects.get().resident_id is None


def test_the_office_sees_what_waits_with_before_and_after_masked(
    client, compound: Compound, captain, secretary
) -> None:
    proposed(compound, captain, "phone", phone=NEW)
    proposed(compound, captain, "other", text=f"他的电话是{NEW}")
    client.force_login(secretary)
    text = client.get(LIST).content.decode()
    assert text.index("160****5678") < text.index("160****7777")
    assert text.count("data-dialog-open") >= 2
    assert not any(number in text for number in (OLD, NEW))
    officer = compound.signs_in(Role.DUTY_OFFICER, "zhiban")
    client.force_login(officer)
    assert "160****7777" not in client.get(f"{LIST}?tab=waiting").content.decode(), "not theirs to answer"


def test_the_proposed_number_is_shown_with_a_reason_and_to_the_office_only(
    client, compound: Compound, captain, secretary
) -> None:
    url = reverse("registry:correction-number", args=[proposed(compound, captain, "phone", phone=NEW).pk])
    client.force_login(captain)
    assert client.post(url, {"reason": WHY}).status_code == 403
    client.force_login(secretary)
    assert client.post(url, {"reason": "看"}).status_code == 422
    answer = client.post(url, {"reason": WHY}, headers={"HX-Request": "true"})
    assert NEW in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEntry.objects.get(verb="revealed_phone").reason == WHY


def test_the_office_accepts_and_rejects_on_the_page(client, compound: Compound, captain, secretary) -> None:
    first, second = proposed(compound, captain, "phone", phone=NEW), proposed(compound, captain, "other", text="错了")
    client.force_login(secretary)
    to = [reverse("registry:correction-answer", args=[request.pk]) for request in (first, second)]
    assert client.post(to[0], {"do": "accept"}).status_code == 302
    refused = client.post(to[1], {"do": "reject", f"{second.pk}-answer": ""})
    assert refused.status_code == 422
    assert "data-error-summary" in refused.content.decode()
    assert client.post(to[1], {"do": "reject", f"{second.pk}-answer": "没有错"}).status_code == 302
    assert grandmother_now(compound).phone == NEW
    text = client.get(f"{LIST}?tab=answered").content.decode()
    assert "没有错" in text
    again = client.post(to[1], {"do": "accept", f"{second.pk}-answer": "我写的话"})
    assert again.status_code == 422
    assert client.get(to[1]).status_code == 405


def test_the_office_looks_again_before_a_stale_correction_is_accepted(
    client, compound: Compound, captain, secretary
) -> None:
    request = proposed(compound, captain, "phone", phone=NEW)
    client.force_login(secretary)
    to = reverse("registry:correction-answer", args=[request.pk])
    marks = [re.search(r'name="seen" value="([^"]+)"', client.get(LIST).content.decode()).group(1)]
    actions.change_resident(resident_id=compound.grandmother.pk, changes={"phone": "16000009999"}, **KEPT)
    page = client.post(to, {"do": "accept", "seen": marks[0], f"{request.pk}-answer": "核对过"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "160****9999" in text
    assert "核对过" in text
    marks.append(re.search(r'name="seen" value="([^"]+)"', text).group(1))
    assert client.post(to, {"do": "accept", "seen": marks[1]}).status_code == 302
    assert grandmother_now(compound).phone == NEW


def test_today_tells_the_office_how_many_wait(client, compound: Compound, captain, secretary) -> None:
    def card() -> str:
        heading = re.search(rf'<h2><[^>]*>.*?<a href="{LIST}">', client.get("/").content.decode().replace("\n", " "))
        return heading.group(0) if heading else ""

    client.force_login(secretary)
    assert not card()
    proposed(compound, captain, "phone", phone=NEW)
    assert card()
    client.force_login(captain)
    assert not card()


def test_a_long_list_asks_no_more_than_a_short_one(
    client, compound: Compound, captain, secretary, django_assert_max_num_queries
) -> None:
    for n in range(12):
        proposed(compound, captain, "phone", phone=f"160000070{n:02}")
        proposed(compound, captain, "newcomer", text=f"钱{n}", relation="40")
        proposed(compound, captain, "relative", text=f"钱{n}", relation="20", phone=NEW)
    for user, tab in ((secretary, "waiting"), (secretary, "answered"), (captain, "mine")):
        client.force_login(user)
        with django_assert_max_num_queries(14):
            assert client.get(LIST, {"tab": tab}).status_code == 200
    with django_assert_max_num_queries(14):
        client.get(correct(compound, "phone"))


def test_who_gave_up_the_post_sees_no_more_of_what_they_proposed(client, compound: Compound, captain) -> None:
    proposed(compound, captain, "phone", phone=NEW)
    actions.end_post(post_id=captain.posts.get().pk, on=date(2026, 11, 22), **KEPT)
    other = compound.signs_in(Role.UNIT_CAPTAIN, "lingyige", compound.other_unit.pk)
    assert not corrections_by(
        scope=queries.scope_of(user_id=captain.pk, is_superuser=False, on=TODAY), user_id=captain.pk
    )
    client.force_login(other)
    assert NEW not in client.get(LIST).content.decode()


def test_what_is_proposed_lies_encrypted_in_the_database(compound: Compound, captain) -> None:
    proposed(compound, captain, "phone", phone=NEW)
    proposed(compound, captain, "other", text="门牌钉错了")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, proposed, before FROM registry_changerequest")
        kept = str(cursor.fetchall())
    assert not any(text in kept for text in (OLD, NEW, "门牌钉错了"))


def test_a_visitor_must_sign_in_to_propose(client, compound: Compound) -> None:
    for url in (LIST, correct(compound, "phone")):
        assert client.get(url).status_code == 302
