"""The pages of the hotline."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from linli.casework.actions.answering import resolve_request
from linli.casework.actions.hotline_taking import take_hotline_rows
from linli.casework.models import HotlineBatch, HotlineRow, Request
from linli.casework.tests.office_town import Office, office, page_of  # noqa: F401
from linli.casework.tests.sheets import HEAD, RATING_HEAD, book
from linli.casework.tests.test_hotline_actions import row


def url(name: str = "", *args) -> str:
    return reverse(f"casework:hotline{name}", args=args)


@pytest.fixture
def client(office: Office):  # noqa: F811
    return office.browser(office.desk)


def upload(client, content: bytes, name: str = "热线工单.xlsx"):
    return client.post(url(), {"file": SimpleUploadedFile(name, content)})


def values_of(answer) -> list[tuple]:
    assert answer.status_code == 200
    return [line for line in load_workbook(io.BytesIO(answer.content)).active.values if any(line)]


def test_a_clerk_brings_in_a_sheet(office, client, django_assert_max_num_queries) -> None:  # noqa: F811
    assert "Choose the file" in page_of(client.get(url()))
    rows = [row(office, "A1"), row(office, "A2", text=""), row(office, "A3", phone="1234")]
    assert upload(client, book([HEAD, *rows])).status_code == 302
    batch = HotlineBatch.objects.get()
    with django_assert_max_num_queries(16):
        text = page_of(client.get(url("-sheet", batch.pk)))
    assert "2 cases would be brought in" in text
    assert "138****1234" in text
    assert "13800001234" not in text
    assert "“1234” is no phone number" in text
    assert "It does not say what it is about." in text
    assert "A1" not in page_of(client.get(url("-sheet", batch.pk), {"outcome": "error"}))
    assert client.post(url("-do", batch.pk)).status_code == 302
    assert "Being brought in" in page_of(client.get(url("-sheet", batch.pk)))
    assert "HX-Refresh" not in client.get(url("-progress", batch.pk)).headers
    while take_hotline_rows(now=timezone.now()):
        pass
    assert client.get(url("-progress", batch.pk)).headers["HX-Refresh"] == "true"
    done = page_of(client.get(url("-sheet", batch.pk)))
    assert "2 rows were brought in" in done
    assert Request.objects.get(outside_number="A1").number in done
    assert client.post(url("-do", batch.pk)).status_code == 409


def test_rows_not_understood_come_back_as_a_file(office, client) -> None:  # noqa: F811
    upload(client, book([HEAD, row(office, "A1"), row(office, "", text="没有编号的")]))
    head, bad = values_of(client.get(url("-errors", HotlineBatch.objects.get().pk)))[:2]
    assert head[-2:] == ("原因", "原行号")
    assert bad[3] == "没有编号的"
    assert bad[-2:] == ("The number of the case is missing.", 3)


def test_columns_are_put_right_by_hand(office, client) -> None:  # noqa: F811
    upload(client, book([("工单编号", "内容", "别的"), ("A1", "", "厨房漏水 13800001234")]))
    batch = HotlineBatch.objects.get()
    text = page_of(client.get(url("-columns", batch.pk)))
    assert "厨房漏水 138****1234" in text
    assert client.post(url("-columns", batch.pk), {"c-0": "number", "c-2": "text"}).status_code == 302
    assert HotlineRow.objects.get().outcome == "new"
    assert "which column holds the number" in page_of(
        client.post(url("-columns", batch.pk), {"c-2": "text", "c-9": "x"}), 422
    )
    client.post(url("-do", batch.pk), {"do": "drop"})
    assert client.get(url("-columns", batch.pk)).status_code == 302
    assert "put away" in page_of(client.get(url("-sheet", batch.pk)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 x", "PDF"), (b"PK\x03\x04" + b"x" * 300, "damaged"), (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "picture"),
        (book([("姓名", "电话"), ("赵", "138")]), "no sheet of the hotline"), (book([HEAD]), "nothing under the headings"),
        (b"", "empty"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_said_beside_the_file(office, client, content, said) -> None:  # noqa: F811
    assert said in page_of(upload(client, content), 422)
    assert "Choose the file first" in page_of(client.post(url(), {}), 422)
    assert not HotlineBatch.objects.exists()


def test_ratings_are_shown_as_they_would_be_taken(office, client) -> None:  # noqa: F811
    request = office.enters(outside_number="A1", channel="hotline")
    resolve_request(by=office.by(office.secretary), now=office.now, request_id=request.pk, text="换了灯泡")
    upload(client, book([RATING_HEAD, ["A1", "是", "是", "是", "满意", "谢谢"]]))
    text = page_of(client.get(url("-sheet", HotlineBatch.objects.get().pk)))
    assert "1 rating would be brought in" in text
    assert "contacted · solved · satisfied" in text


def test_answers_are_taken_out_and_copied(office, client) -> None:  # noqa: F811
    request = office.enters(outside_number="A1", channel="hotline")
    assert client.get(url("-reply", request.pk)).status_code == 409
    resolve_request(by=office.by(office.secretary), now=office.now, request_id=request.pk, text="换了灯泡")
    page_of(client.get(url("-replies")))
    today = timezone.localdate()
    asked = {"since_on": (today - timedelta(days=1)).isoformat(), "until_on": today.isoformat(), "state": "answered"}
    head, line = values_of(client.get(url("-replies"), asked))[:2]
    assert head == ("工单编号", "办理结果", "办结时间", "承办单位", "是否联系", "联系时间", "备注")
    assert line[:2] == ("A1", "换了灯泡")
    for wrong in ({"until_on": "2026-01-01"}, {"since_on": "1066-10-14"}, {"state": "x"}, {"since_on": "never"}):
        page_of(client.get(url("-replies"), asked | wrong), 422)
    part = page_of(client.get(url("-reply", request.pk), headers={"HX-Request": "true"}))
    assert "工单编号：A1\n办理结果：换了灯泡\n联系情况：未联系" in part
    assert "<html" not in part
    assert "<html" in page_of(client.get(url("-reply", request.pk)))


def test_nobody_else_comes_in(office, client) -> None:  # noqa: F811
    upload(client, book([HEAD, row(office, "A1")]))
    pk = HotlineBatch.objects.get().pk
    request = office.enters(outside_number="A5")
    inner = [url("-sheet", pk), url("-columns", pk), url("-progress", pk), url("-errors", pk)]
    for post in (office.grid_lead, office.building_captain, office.unit_captain):
        for address in (url(), url("-replies"), url("-reply", request.pk), *inner):
            assert office.browser(post).get(address).status_code == 403
    outsider = office.browser(office.other_post)
    for address in (*inner, url("-reply", request.pk)):
        assert outsider.get(address).status_code == 404
    assert outsider.post(url("-do", pk)).status_code == 404
    assert outsider.get(url(), {"community": office.community.pk}).status_code == 404


def test_numbers_typed_apart_are_masked_too(office, client) -> None:  # noqa: F811
    upload(
        client, book([HEAD, row(office, "A1", text="漏水，打 139 1234 5678 或 0431-8888 0000", phone="138 0000 1234")])
    )
    pk = HotlineBatch.objects.get().pk
    for address in (url("-sheet", pk), url("-columns", pk)):
        text = page_of(client.get(address))
        assert not [
            number for number in ("139 1234 5678", "13912345678", "8888 0000", "138 0000 1234") if number in text
        ]
        assert "139****5678" in text
    assert "A1" in page_of(client.get(url("-columns", pk)))
