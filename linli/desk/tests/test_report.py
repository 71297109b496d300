import io
import zipfile

import pytest
from django.urls import reverse
from docx import Document

from linli.audit.models import AuditEntry
from linli.incidents.models import Drill, Incident, TimelineEntry
from linli.registry.models import ContactPoint


@pytest.fixture
def whole(town):
    """A leak from the alarm to its end, with phones that are known."""
    for point in ContactPoint.objects.filter(contact__name="王芳"):
        ContactPoint.objects.create(
            community=town.community, contact=point.contact, kind="phone", address="13912345678", position=2
        )
    town.device("502").leaks()
    town.later(seconds=70)
    town.phone("王芳").answers("going", note="十分钟到")
    town.desk_acknowledges()
    town.device("502").clears()
    town.later(seconds=30)
    town.desk_closes(cause="stove_left_on", outcome="关了灶火，开窗通风")
    return town


def report(client, town, name="report"):
    answer = client.get(reverse(f"desk:{name}", args=[town.incident().pk]))
    assert answer.status_code == 200
    return answer


def text_of(content: bytes) -> str:
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in paper.paragraphs), *cells])


SAID = (
    "8栋3单元502", "燃气泄漏报警", "忘关灶火", "关了灶火，开窗通风", "女儿 王芳", "单元长 赵玉兰", "十分钟到", "我去处理",
    "报警器恢复正常", "139****5678", "70 秒", "第一网格", "邻里示范社区",
)  # fmt: skip


def test_the_report_writes_itself(desk, whole, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        html = report(desk, whole).content.decode()
    for words in SAID:
        assert words in html, words
    assert "13912345678" not in html


def test_the_word_file_says_the_same(desk, whole):
    answer = report(desk, whole, "report-file")
    text = text_of(answer.content)
    for words in SAID:
        assert words in text, words
    assert "13912345678" not in text
    assert "值班员小林" in text
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    entry = AuditEntry.objects.latest("id")
    assert (entry.verb, entry.object_ref, entry.actor_label) == ("exported", str(whole.incident().pk), "值班员小林")


def test_the_first_line_is_the_oldest(desk, whole):
    lines = report(desk, whole).content.decode().partition('<ol class="report-lines">')[2]
    assert lines.index("GAS502") < lines.index("王芳") < lines.index("忘关灶火")


def test_signs_that_no_file_can_hold_do_not_break_it(desk, whole):
    TimelineEntry.objects.create(
        community=whole.community, incident=whole.incident(), at=whole.now, verb="noted", actor_kind="user",
        actor_label="小林", params={"text": "铃\x07声\x0b😀"},
    )  # fmt: skip
    content = report(desk, whole, "report-file").content
    assert "铃声" in text_of(content)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_an_incident_nobody_answered_has_a_report_too(desk, town):
    town.device("502").leaks()
    assert "还没人应" in report(desk, town).content.decode()
    assert "8栋3单元502" in text_of(report(desk, town, "report-file").content)


def test_a_drill_says_so_in_its_report(desk, town):
    town.device("502").leaks()
    drill = Drill.objects.create(
        community=town.community, title="x", kind_id="gas_leak", started_at=town.now, started_by="陈书记"
    )
    Incident.objects.update(drill=drill)
    assert "【演练】8栋3单元502" in report(desk, town).content.decode()


def test_a_report_is_for_those_of_the_place(captain, town):
    town.device("502").leaks()
    report(captain, town)
    Incident.objects.update(unit=None, building=None)
    assert captain.get(reverse("desk:report", args=[town.incident().pk])).status_code == 404


def test_the_report_is_whole_in_english(desk, whole):
    desk.cookies["linli_language"] = "en"
    assert "Report of an incident" in report(desk, whole).content.decode()
    assert "Who was told" in text_of(report(desk, whole, "report-file").content)
