"""Two people at one request, and the same thing twice: nothing of either is lost, and nothing is there twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linli.casework.actions import answering, handing, rating, sorting
from linli.casework.actions.entering import Given, enter_request
from linli.casework.actions.links import ask_reporter
from linli.casework.actions.reporters import subscribe_reporter
from linli.casework.errors.requests import ChangedMeanwhile, TextTooLong
from linli.casework.models import CallTry, DayCount, Policy, Reporter, Request, Step
from linli.casework.queries.requests import steps_since
from linli.casework.tests.conftest import CALLER, DAUGHTER, Office
from linli.core.actors import system_actor
from linli.notifications.models import Message
from linli.registry.models import Community


def common(office, request, by=None, **more):
    return {"by": by or office.desk, "now": office.now, "request_id": request.pk, **more}


def test_the_second_of_two_clerks_is_shown_the_change_of_the_first(office):
    request = office.enter()
    version = request.version
    sorting.rank_request(**common(office, request), priority=1, seen=version)
    with pytest.raises(ChangedMeanwhile) as changed:
        sorting.place_request(**common(office, request, office.secretary), words="8-3-501", seen=version)
    assert changed.value.since == version
    now = office.again(request)
    assert [step.verb for step in steps_since(request=now, version=version)] == ["ranked"]
    assert (now.priority, now.place) == (1, "8栋3单元")
    sorting.place_request(**common(office, request, office.secretary), words="8-3-501", seen=now.version)
    assert (office.again(request).priority, office.again(request).place) == (1, "8栋3单元501")


@pytest.mark.parametrize(
    ("deed", "given"),
    [
        (handing.take_request, {}),
        (handing.return_request, {"text": "不归我管"}),
        (handing.escalate_request, {"text": "办不了"}),
        (answering.resolve_request, {"text": "修好了"}),
        (answering.cancel_request, {"text": "重复"}),
        (answering.close_request, {"text": "重复"}),
        (answering.reopen_request, {"text": "又坏了"}),
        (answering.resume_request, {"text": "继续"}),
        (sorting.rank_request, {"priority": 2}),
        (sorting.place_request, {"words": "小广场"}),
    ],
)
def test_no_deed_overwrites_what_was_not_seen(office, deed, given):
    request = office.enter()
    sorting.rank_request(**common(office, request), priority=1)
    before = office.again(request)
    with pytest.raises(ChangedMeanwhile):
        deed(**common(office, request), **given, seen=request.version)
    after = office.again(request)
    assert (after.version, after.state, after.place, after.lead) == (
        before.version, before.state, before.place, before.lead,
    )  # fmt: skip


def test_two_notes_at_once_are_both_kept_and_disturb_nobody(office):
    request = office.enter()
    answering.note_request(**common(office, request), text="打过电话")
    answering.note_request(**common(office, request, office.captain), text="看过现场")
    answering.record_contact(**common(office, request, office.captain))
    sorting.rank_request(**common(office, request), priority=1, seen=request.version)
    assert list(Step.objects.filter(aspect="note").values_list("text", flat=True)) == ["打过电话", "看过现场"]


def test_who_takes_it_second_sees_that_it_is_taken(office):
    request = office.enter()
    handing.take_request(**common(office, request, office.captain), seen=request.version)
    with pytest.raises(ChangedMeanwhile):
        handing.take_request(**common(office, request, office.grid_lead), seen=request.version)
    assert office.again(request).lead == office.captain_post


def test_to_take_it_twice_is_to_take_it_once(office):
    request = office.enter()
    handing.take_request(**common(office, request, office.captain))
    count = Step.objects.count()
    handing.take_request(**common(office, request, office.captain))
    assert Step.objects.count() == count


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [Step, CallTry])
def test_history_refuses_to_be_changed(office, model, statement):
    request = office.enter(reporter=CALLER)
    answering.resolve_request(**common(office, request), text="修好了")
    rating.record_call_try(
        **common(office, request), reporter_id=request.reporters.get().pk, outcome=CallTry.Outcome.NO_ANSWER
    )
    table = model._meta.db_table
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert model.objects.exists()


def test_the_same_form_twice_is_one_request(office):
    key = uuid4()
    first = office.enter(key=key)
    again = office.enter("换了说法", key=key)
    assert first == again
    assert (Request.objects.get().text, Reporter.objects.count()) == ("楼道灯不亮", 1)
    assert Message.objects.filter(wording="request.received").count() == 1


@pytest.mark.parametrize("name", ["outside_number", "source"])
def test_the_same_number_of_the_hotline_or_journey_twice_is_one_request(office, name):
    given = {name: "12345-20261123-7"}
    assert office.enter(**given) == office.enter("另一次导入", **given)
    assert office.enter() != office.enter()  # without a number each is its own


def test_a_form_that_was_refused_can_be_sent_again(office):
    key = uuid4()
    with pytest.raises(TextTooLong):
        office.enter("长" * 4001, key=key)
    assert not Request.objects.exists()
    assert office.enter(key=key).number.endswith("-001")


def test_numbers_run_by_the_day_without_a_gap(office):
    numbers = [office.enter().number for _n in range(3)]
    office.now = office.now.replace(day=24, hour=0, minute=0)
    numbers.append(office.enter().number)
    assert numbers == ["20261123-001", "20261123-002", "20261123-003", "20261124-001"]


def test_the_database_has_no_second_of_a_number(office):
    request = office.enter()
    other = office.enter()
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=other.pk).update(number=request.number)


def test_the_same_person_twice_is_kept_once_and_told(office):
    request = office.enter(reporter=DAUGHTER)
    subscribe_reporter(**common(office, request), given=DAUGHTER)
    shy = subscribe_reporter(**common(office, request), given=CALLER)
    assert subscribe_reporter(**common(office, request), given=CALLER) == shy
    assert Reporter.objects.count() == 2


def test_a_question_that_waits_is_not_asked_twice(office):
    request = office.enter()
    given = {"reporter_id": request.reporters.get().pk, "text": "哪一层？"}
    ask_reporter(**common(office, request), **given, seen=request.version)
    with pytest.raises(ChangedMeanwhile):
        ask_reporter(**common(office, request), **given, seen=request.version)
    assert Message.objects.filter(wording="request.question").count() == 1


# ---------------------------------------------------------------- in threads, where the database has more than one connection


def at_once(deed, count=4):
    """The same deed by several people at the same moment; what each got, or the class of what was raised."""

    def one(n):
        try:
            return deed(n)
        except Exception as error:  # noqa: BLE001 - it is what the test asks about
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def busy(transactional_db, django_db_serialized_rollback):
    """The office on real connections."""
    if connection.vendor == "sqlite":
        pytest.skip(
            "threads share one connection to a SQLite database in memory; there, writers come one after the other"
        )
    return Office()


@pytest.mark.parametrize("given", ["key", "source", "outside_number"])
def test_of_the_same_request_sent_at_the_same_moment_there_is_one(busy, given):
    what = {given: uuid4() if given == "key" else "12345-1"}
    wanted = Given(text="楼道漏水", reporter=DAUGHTER, **what)

    def send(_n):
        return enter_request(by=busy.desk, now=busy.now, community_id=busy.community.pk, given=wanted).pk

    assert set(at_once(send)) == {Request.objects.get().pk}
    assert Reporter.objects.count() == 1
    assert DayCount.objects.get().last == 1


def test_requests_of_the_same_moment_have_numbers_of_their_own(busy):
    numbers = at_once(lambda n: busy.enter(f"第{n}件").number, count=6)
    assert sorted(numbers) == [f"20261123-00{n}" for n in range(1, 7)]


def test_of_two_who_take_it_at_the_same_moment_one_has_it(busy):
    request = busy.enter()
    actors = (busy.captain, busy.grid_lead, busy.desk, busy.secretary)

    def take(n):
        return handing.take_request(**common(busy, request, actors[n]), seen=request.version).lead_id

    found = at_once(take)
    assert found.count(ChangedMeanwhile) == 3
    assert busy.again(request).lead_id in found


def test_categories_are_laid_down_once_by_many(busy):
    other = Community.objects.create(code="other", name="别的社区")
    given, by = Given(text="楼道漏水"), system_actor(part="test")
    found = at_once(lambda _n: enter_request(by=by, now=busy.now, community_id=other.pk, given=given).category_id)
    assert len(set(found)) == 1
    assert Policy.objects.filter(community=other).count() == 1
