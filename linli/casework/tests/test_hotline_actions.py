"""A sheet comes in: seen first, brought in as a whole, never twice; ratings are taken once; answers go out."""

from __future__ import annotations

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from linli.audit.models import AuditEntry
from linli.casework.actions import hotline as act
from linli.casework.actions.answering import reopen_request, resolve_request
from linli.casework.actions.hotline_replies import REPLY_HEAD, export_hotline_replies
from linli.casework.actions.hotline_taking import empty_hotline_sheets, take_hotline_rows
from linli.casework.errors.hotline import ColumnsMissing, EmptyHotlineSheet, NoHotlineSheet, SheetNotFound, SheetNotNow
from linli.casework.models import CallTry, Category, HotlineBatch, HotlineRow, Rating, Reporter, Request
from linli.casework.queries.hotline import category_of_levels, counts_of
from linli.casework.queries.settings import categories_of
from linli.casework.tests.office_town import DAY, Office, office  # noqa: F401
from linli.casework.tests.sheets import HEAD, RATING_HEAD, book, saved
from linli.core.errors import NotAllowed, NotFound
from linli.notifications.models import Message
from linli.scheduling.queries import running_clock

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def told(office: Office) -> dict:  # noqa: F811
    return {"by": office.by(office.desk), "now": office.now}


def row(office: Office, number: str, **changes) -> list:  # noqa: F811
    at = (office.now - timedelta(hours=5)).astimezone(ZONE)
    due = (office.now + timedelta(days=2)).astimezone(ZONE)
    values = {
        "number": number, "name": "赵女士", "phone": "138 0000 1234", "text": "厨房水管漏水", "place": "8号楼3单元502",
        "one": "民生", "two": "供水", "at": f"{at:%Y-%m-%d %H:%M}", "due": f"{due:%Y-%m-%d %H:%M}", "urgency": "紧急",
    } | changes  # fmt: skip
    return list(values.values())


def stage(office: Office, told: dict, tmp_path, rows, head=HEAD) -> HotlineBatch:  # noqa: F811
    path = saved(tmp_path, book([head, *rows]))
    return act.stage_hotline_sheet(community_id=office.community.pk, path=path, file_name="热线.xlsx", **told)


def bring_in(office: Office, told: dict, batch: HotlineBatch) -> None:  # noqa: F811
    act.ask_hotline_taking(batch_id=batch.pk, **told)
    for _ in range(50):
        if not take_hotline_rows(now=office.now):
            break
    batch.refresh_from_db()
    assert batch.state == "done"


def outcomes(batch: HotlineBatch) -> list[tuple[str, str]]:
    return list(HotlineRow.objects.filter(batch=batch).order_by("row").values_list("outcome", "reason"))


def test_a_sheet_is_seen_first_and_then_brought_in_as_a_whole(office, told, tmp_path) -> None:  # noqa: F811
    batch = stage(
        office,
        told,
        tmp_path,
        [row(office, "A1"), row(office, "A2", phone="", due="3个工作日"), row(office, "A3", text="")],
    )
    assert outcomes(batch) == [("new", ""), ("new", ""), ("error", "no-text")]
    assert not Request.objects.exists()
    bring_in(office, told, batch)
    first, second = Request.objects.order_by("outside_number")
    assert (first.outside_number, first.channel, first.due_by, first.priority) == ("A1", "hotline", "sheet", 1)
    assert first.due_at == (office.now + 2 * DAY).replace(second=0, microsecond=0)
    assert (first.place, first.unit) == ("8栋3单元502", office.town.unit)
    assert first.category.code == "water_leak"
    assert first.first_receiver == "值班员小林"
    assert first.received_at < office.now - timedelta(hours=4)
    reporter = Reporter.objects.get(request=first)
    assert (reporter.name, reporter.phone, reporter.wants) == ("赵女士", "13800001234", "call")
    assert Reporter.objects.get(request=second).wants == "nothing"
    clock = running_clock(time_zone="Asia/Shanghai", since=second.received_at)
    assert second.due_at == clock.end(since=second.received_at, seconds=3 * 86400, runs="working_days")
    rows = HotlineRow.objects.filter(batch=batch).order_by("row")
    assert [(bool(one.cells), one.request_id) for one in rows] == [(False, first.pk), (False, second.pk), (True, None)]
    assert set(AuditEntry.objects.filter(object_type="casework.hotline_batch").values_list("verb", flat=True)) == {
        "uploaded", "took_sheet", "brought_in_sheet",
    }  # fmt: skip
    assert not Message.objects.filter(recipient_kind="addressee").exists(), "they are called, not written to"


def test_cells_are_encrypted(office, told, tmp_path) -> None:  # noqa: F811
    stage(office, told, tmp_path, [row(office, "A1")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM casework_hotlinerow")
        [(kept,)] = cursor.fetchall()
    assert kept
    assert "赵女士" not in kept


def test_the_same_sheet_again_changes_nothing(office, told, tmp_path) -> None:  # noqa: F811
    rows = [row(office, f"A{n}") for n in range(3)]
    bring_in(office, told, stage(office, told, tmp_path, rows))
    early, late = stage(office, told, tmp_path, rows), stage(office, told, tmp_path, [*rows, row(office, "A9")])
    assert {outcome for outcome, _ in outcomes(early)} == {"known"}
    bring_in(office, told, early)
    bring_in(office, told, late)
    assert Request.objects.count() == 4


def test_two_sheets_read_before_either_is_brought_in_make_each_case_once(office, told, tmp_path) -> None:  # noqa: F811
    rows = [row(office, "A1"), row(office, "A2")]
    one, two = stage(office, told, tmp_path, rows), stage(office, told, tmp_path, rows)
    bring_in(office, told, one)
    assert [outcome for outcome, _ in outcomes(two)] == ["new", "new"]
    bring_in(office, told, two)
    assert Request.objects.count() == 2
    assert {outcome for outcome, _ in outcomes(two)} == {"known"}
    assert not HotlineRow.objects.exclude(cells="").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_several_workers_at_once_bring_each_case_in_once(tmp_path) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share one connection to a SQLite database in memory, and SQLite has one writer at a time")
    office, now = Office(), timezone.now()  # noqa: F811
    told = {"by": office.by(office.desk), "now": office.now}
    batch = stage(office, told, tmp_path, [row(office, f"A{n}") for n in range(6)])
    act.ask_hotline_taking(batch_id=batch.pk, **told)
    failed: list[Exception] = []

    def work() -> None:
        try:
            while take_hotline_rows(now=now, limit=3):
                pass
        except Exception as error:  # noqa: BLE001 - a thread tells the test what went wrong
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    assert Request.objects.count() == 6
    assert set(HotlineRow.objects.values_list("outcome", flat=True)) <= {"new", "known"}
    assert HotlineBatch.objects.get().state == "done"


def test_the_same_number_twice_in_a_sheet(office, told, tmp_path) -> None:  # noqa: F811
    batch = stage(office, told, tmp_path, [row(office, "A1"), row(office, "A1"), row(office, "A1", text="别的事")])
    assert outcomes(batch) == [("new", ""), ("known", "twice:2"), ("error", "twice-other:2")]


def test_a_number_of_another_community_is_not_here_already(office, told, tmp_path) -> None:  # noqa: F811
    bring_in(office, told, stage(office, told, tmp_path, [row(office, "A1")]))
    secretary = {"by": office.by(office.other_post), "now": office.now}
    path = saved(tmp_path, book([HEAD, row(office, "A1")]))
    batch = act.stage_hotline_sheet(community_id=office.other.pk, path=path, file_name="x.xlsx", **secretary)
    assert outcomes(batch) == [("new", "")]


def test_what_was_chosen_for_the_columns_is_remembered(office, told, tmp_path) -> None:  # noqa: F811
    head = ("工单编号", "联系电话", "甲", "诉求内容")
    rows = [["A1", "13800001234", "厨房漏水了", "办理意见"]]
    batch = stage(office, told, tmp_path, rows, head)
    act.choose_hotline_columns(batch_id=batch.pk, fields={0: "number", 1: "phone", 2: "text", 3: "nonsense"}, **told)
    batch.refresh_from_db()
    assert batch.columns["fields"] == {"0": "number", "1": "phone", "2": "text"}
    again = stage(office, told, tmp_path, rows, head)
    assert again.columns["fields"] == batch.columns["fields"]
    bring_in(office, told, again)
    assert Request.objects.get().text == "厨房漏水了"
    for wrong in ({}, {0: "number"}, {2: "text"}):
        with pytest.raises(ColumnsMissing):
            act.choose_hotline_columns(batch_id=batch.pk, fields=wrong, **told)


def test_other_columns_judge_every_row_anew(office, told, tmp_path) -> None:  # noqa: F811
    rows = [row(office, "A1", text=""), row(office, "A2")]
    batch = stage(office, told, tmp_path, rows)
    fields = dict(enumerate(["number", "name", "phone", "", "text"]))
    act.choose_hotline_columns(batch_id=batch.pk, fields=fields, **told)
    assert [outcome for outcome, _ in outcomes(batch)] == ["new", "new"]


def test_files_that_are_no_sheet_of_the_hotline_are_refused(office, told, tmp_path) -> None:  # noqa: F811
    with pytest.raises(NoHotlineSheet):
        stage(office, told, tmp_path, [["赵", "138"]], ("姓名", "电话"))
    with pytest.raises(EmptyHotlineSheet):
        stage(office, told, tmp_path, [])
    assert not HotlineBatch.objects.exists()


def test_ratings_are_taken_once_for_the_present_answer(office, told, tmp_path) -> None:  # noqa: F811
    bring_in(office, told, stage(office, told, tmp_path, [row(office, f"A{n}") for n in range(3)]))
    happy, unhappy, unanswered = Request.objects.order_by("outside_number")
    who = {"by": office.by(office.secretary), "now": office.now}
    for request in (happy, unhappy):
        resolve_request(request_id=request.pk, text="修好了", **who)
    rows = [
        ["A0", "是", "是", "是", "满意", ""], ["A1", "是", "是", "否", "不满意", "还漏"], ["A2", "是", "是", "是", "满意", ""],
        ["A7", "是", "是", "是", "满意", ""], ["A0", "是", "是", "是", "满意", ""], ["A0", "否", "", "", "", ""],
    ]  # fmt: skip
    batch = stage(office, told, tmp_path, rows, RATING_HEAD)
    assert outcomes(batch) == [
        ("new", ""), ("new", ""), ("error", "not-answered"), ("error", "no-such"), ("known", "twice:2"), ("known", "twice:2"),
    ]  # fmt: skip
    other = stage(office, told, tmp_path, rows, RATING_HEAD)
    bring_in(office, told, batch)
    bring_in(office, told, other)
    assert [(one.request_id, one.via, one.satisfaction, one.round) for one in Rating.objects.order_by("pk")] == [
        (happy.pk, "sheet", "satisfied", 1), (unhappy.pk, "sheet", "unsatisfied", 1),
    ]  # fmt: skip
    unhappy.refresh_from_db()
    assert unhappy.state == "reopen_asked"
    assert [reason for _, reason in outcomes(other)][:2] == ["rated", "rated"]
    reopen_request(request_id=unhappy.pk, text="再修", **who)
    resolve_request(request_id=unhappy.pk, text="这次修好了", **who)
    bring_in(office, told, stage(office, told, tmp_path, [["A1", "是", "是", "是", "满意", ""]], RATING_HEAD))
    assert Rating.objects.filter(request=unhappy).count() == 2
    assert not Rating.objects.filter(request=unanswered).exists()


def test_who_was_not_reached_is_kept_once_and_counted_nowhere(office, told, tmp_path) -> None:  # noqa: F811
    bring_in(office, told, stage(office, told, tmp_path, [row(office, "A1"), row(office, "A2")]))
    one, open_one = Request.objects.order_by("outside_number")
    resolve_request(request_id=one.pk, text="修好了", by=office.by(office.secretary), now=office.now)
    rows = [["A1", "否", "", "", "", ""], ["A2", "无人接听", "", "", "", ""]]
    sheets = [stage(office, told, tmp_path, rows, RATING_HEAD) for _ in range(2)]
    assert outcomes(sheets[0]) == [("new", "not-reached"), ("error", "not-answered")]
    for sheet in sheets:
        bring_in(office, told, sheet)
    assert outcomes(stage(office, told, tmp_path, rows, RATING_HEAD))[0] == ("known", "not-reached")
    tried = CallTry.objects.get()
    assert (tried.request_id, tried.outcome, tried.round) == (one.pk, "at_hotline", 1)
    assert not Rating.objects.exists()
    assert not open_one.call_tries.exists()
    bring_in(office, told, stage(office, told, tmp_path, [["A1", "是", "是", "是", "满意", ""]], RATING_HEAD))
    assert Rating.objects.get().satisfaction == "satisfied"


def test_answers_go_out_as_the_hotline_wants_them(office, told, tmp_path) -> None:  # noqa: F811
    bring_in(office, told, stage(office, told, tmp_path, [row(office, "A1"), row(office, "A2")]))
    office.enters()
    resolve_request(
        request_id=Request.objects.get(outside_number="A1").pk,
        text="水管换了",
        by=office.by(office.secretary),
        now=office.now,
    )
    days = {"since_on": office.today, "until_on": office.today}
    rows = export_hotline_replies(community_id=office.community.pk, state="answered", **days, **told)
    assert len(REPLY_HEAD) == len(rows[0]) == 7
    assert rows[0][:2] == ["A1", "水管换了"]
    assert rows[0][3:5] == ["邻里示范社区", "否"]
    wide = days | {"since_on": office.today - DAY}
    assert len(export_hotline_replies(community_id=office.community.pk, state="all", **wide, **told)) == 2
    assert AuditEntry.objects.filter(verb="exported", object_type="casework.hotline_batch").count() == 2
    with pytest.raises(NotFound):
        export_hotline_replies(community_id=office.other.pk, state="all", **days, **told)


def test_a_sheet_is_dealt_with_once(office, told, tmp_path) -> None:  # noqa: F811
    batch = stage(office, told, tmp_path, [row(office, "A1")])
    act.drop_hotline_sheet(batch_id=batch.pk, **told)
    assert not HotlineRow.objects.exclude(cells="").exists()
    for deed in (act.drop_hotline_sheet, act.ask_hotline_taking):
        with pytest.raises(SheetNotNow):
            deed(batch_id=batch.pk, **told)


def test_old_sheets_are_let_go(office, told, tmp_path) -> None:  # noqa: F811
    waiting = stage(office, told, tmp_path, [row(office, "A1")])
    done = stage(office, told, tmp_path, [row(office, "A2"), row(office, "A3", text="")])
    act.ask_hotline_taking(batch_id=done.pk, **told)
    while take_hotline_rows(now=office.now):
        pass
    assert empty_hotline_sheets(now=office.now + 29 * DAY) == 0
    assert empty_hotline_sheets(now=office.now + 31 * DAY) == 2
    waiting.refresh_from_db()
    assert waiting.state == "dropped"
    assert not HotlineRow.objects.exclude(cells="").exists()
    assert counts_of(batch=done).error == 1
    assert empty_hotline_sheets(now=office.now + 31 * DAY) == 0


def test_only_the_office_of_the_whole_community_has_to_do_with_sheets(office, told, tmp_path) -> None:  # noqa: F811
    batch = stage(office, told, tmp_path, [row(office, "A1")])
    for post in (office.grid_lead, office.unit_captain):
        with pytest.raises(NotAllowed):
            stage(office, {"by": office.by(post), "now": office.now}, tmp_path, [row(office, "A1")])
        with pytest.raises(NotAllowed):
            act.ask_hotline_taking(batch_id=batch.pk, by=office.by(post), now=office.now)
    outsider = {"by": office.by(office.other_post), "now": office.now}
    for deed in (act.ask_hotline_taking, act.drop_hotline_sheet, act.take_hotline_errors):
        with pytest.raises(SheetNotFound):
            deed(batch_id=batch.pk, **outsider)
    with pytest.raises(NotFound):
        stage(office, outsider, tmp_path, [row(office, "A1")])


def test_who_lost_the_post_meanwhile_brings_nothing_in(office, told, tmp_path) -> None:  # noqa: F811
    batch = stage(office, told, tmp_path, [row(office, "A1")])
    act.ask_hotline_taking(batch_id=batch.pk, **told)
    type(office.desk).objects.filter(pk=office.desk.pk).update(until_on=office.today - DAY)
    while take_hotline_rows(now=office.now):
        pass
    assert not Request.objects.exists()
    assert outcomes(batch) == [("error", "refused:not-allowed")]


@pytest.mark.parametrize(
    ("levels", "text", "code"),
    [
        (("漏水跑水", "民生"), "别的", "water_leak"), (("楼道灯",), "别的", "light"), (("供水", "水电气暖"), "停水了", "no_water"),
        (("市容", "环境卫生"), "楼下垃圾没人管，楼道灯也不亮", "rubbish"), ((), "电梯困人", "lift"), (("其他",), "", "other"),
    ],
)  # fmt: skip
def test_a_category_is_found_by_the_sheets_titles_then_by_words(office, levels, text, code) -> None:  # noqa: F811
    categories = categories_of(community_id=office.community.pk, on=office.today)
    found = category_of_levels(levels=levels, text=text, categories=categories)
    assert found is not None
    assert found.code == code
    assert category_of_levels(levels=("没有这个",), text="嗯", categories=categories) is None


def test_what_fits_nowhere_goes_to_the_fallback(office, told, tmp_path) -> None:  # noqa: F811
    bring_in(office, told, stage(office, told, tmp_path, [row(office, "A1", text="嗯嗯", one="甲", two="乙")]))
    assert Request.objects.get().category == Category.objects.get(community=office.community, code="other")
