import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from linli.audit.models import AuditEntry
from linli.desk.tables import share_words, span
from linli.incidents.models import Drill, Incident
from linli.incidents.queries import Share

PAGE = "/desk/statistics/"
TABLES = ("week", "answer", "kind", "cause", "hour", "building", "times")


@pytest.fixture
def years_work(town):
    """One real incident with its answers, closed as a test; one of a drill."""
    town.device("502").leaks()
    town.later(seconds=70)
    town.phone("王芳").answers("going")
    town.later(seconds=20)
    town.desk_acknowledges()
    town.desk_closes(cause="test")
    town.device("501").leaks()
    drill = Drill.objects.create(
        community=town.community, title="演练", kind_id="gas_leak", started_at=town.now, started_by="陈书记"
    )
    Incident.objects.filter(place="8栋3单元501").update(drill=drill)
    return town


@pytest.fixture(autouse=True)
def today(monkeypatch, town):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *given: town.now.date())


def page(client, query=""):
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_statistics_leave_drills_out_and_say_so(desk, years_work, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        html = page(desk)
    assert "不含 1 次演练" in html
    assert "<dd>1</dd>" in html
    assert "70 秒" in html
    assert html.count('<svg class="chart" width') == 6
    assert html.count("<table") == 7


def test_an_empty_time_teaches(desk, town):
    assert "这段时间没有报警" in page(desk)


@pytest.mark.parametrize(
    "query", ["?since=2026-11-24&until=2026-11-23", "?since=x", "?kind=flood", "?since=0001-01-01"]
)
def test_odd_dates_break_nothing(desk, years_work, query):
    page(desk, query)


@pytest.mark.parametrize("table", TABLES)
def test_each_table_can_be_taken_away(desk, years_work, table):
    answer = desk.get(reverse("desk:statistics-file", args=[table, "csv"]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) > 1
    book = openpyxl.load_workbook(io.BytesIO(desk.get(reverse("desk:statistics-file", args=[table, "xlsx"])).content))
    assert book.active.max_row == len(rows)
    entry = AuditEntry.objects.latest("id")
    assert (entry.verb, entry.object_ref, entry.details["as"]) == ("exported", table, "xlsx")


@pytest.mark.parametrize("path", ["week/pdf", "nonsense/csv"])
def test_other_files_are_not_there(desk, town, path):
    assert desk.get(f"{PAGE}{path}/").status_code == 404


def test_a_captain_counts_the_own_stairwell_only(captain, years_work):
    Incident.objects.update(unit=None, building=None)
    assert "这段时间没有报警" in page(captain)


def test_small_numbers_stay_counts():
    assert share_words(Share(3, 12)) == "12 起中 3 起"
    assert "%" not in share_words(Share(29, 29))
    assert "25%" in share_words(Share(10, 40))
    assert share_words(Share(0, 0)) == "—"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "—"),
        (0, "0 秒"),
        (89, "89 秒"),
        (90, "2 分钟"),
        (3600, "60 分钟"),
        (7260, "2 小时 1 分"),
        (400000, "5 天"),
    ],
)
def test_times_are_said_as_people_say_them(seconds, words):
    assert span(seconds) == words


def search(client, **query):
    answer = client.get("/desk/history/", query)
    assert answer.status_code == 200
    body = answer.content.decode()
    return {place for place in ("8栋3单元502", "8栋3单元501") if f">{place}</a>" in body}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"8栋3单元502"}),
        ({"state": "all"}, {"8栋3单元502", "8栋3单元501"}),
        ({"state": "open"}, {"8栋3单元501"}),
        ({"state": "all", "drill": "yes"}, {"8栋3单元501"}),
        ({"state": "all", "drill": "no"}, {"8栋3单元502"}),
        ({"false_alarm": "yes"}, {"8栋3单元502"}),
        ({"false_alarm": "no"}, set()),
        ({"cause": "test"}, {"8栋3单元502"}),
        ({"cause": "fire"}, set()),
        ({"who": "王芳", "state": "all"}, {"8栋3单元502"}),
        ({"who": "赵玉兰"}, {"8栋3单元502"}),
        ({"who": "李梅", "state": "all"}, {"8栋3单元501"}),
        ({"words": "GAS502 燃气"}, {"8栋3单元502"}),
        ({"words": "敲门", "state": "all"}, {"8栋3单元501"}),
        ({"words": "没有这个词", "state": "all"}, set()),
    ],
)
def test_incidents_are_found_again(desk, years_work, query, found, django_assert_max_num_queries):
    open_one = Incident.objects.get(closed_at__isnull=True)
    desk.post(reverse("desk:note", args=[open_one.pk]), {"text": "上楼敲门没人应"})
    with django_assert_max_num_queries(18):
        assert search(desk, **query) == found


def test_what_was_found_is_taken_away_without_formulas(desk, years_work):
    Incident.objects.filter(closed_at__isnull=False).update(
        outcome="=HYPERLINK(1)", closed_at=years_work.now + timedelta(hours=1)
    )
    text = desk.get("/desk/history/file/csv/?words=502").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "8栋3单元502" in text
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/desk/history/file/xlsx/?words=502").content))
    assert book.active["L2"].value == "'=HYPERLINK(1)"
    entry = AuditEntry.objects.filter(verb="exported").latest("id")
    assert (entry.details["rows"], entry.details["filter"]) == (1, "words=502")
    assert desk.get("/desk/history/file/pdf/").status_code == 404
