"""What programs write: a request with everything it needs, or a clear no that says all that is wrong."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from linli.casework.actions.open311 import end_api_key, make_api_key
from linli.casework.models import ApiKey, Category, Question, Request
from linli.registry.models import Community
from tests.harness.town import SYSTEM

FORM = "application/x-www-form-urlencoded"


def sentences(answer) -> list[str]:
    return [error["description"] for error in answer.json()]


def test_a_program_writes_a_request_down(program, town) -> None:
    answer = program.post(
        description="楼道灯不亮，\r\n三楼最黑 🔦",
        address_string="8号楼3单元楼道",
        first_name="秀兰",
        last_name="赵",
        phone="138-0013-8000",
        email="zhao@example.org",
        device_id="d1",
        account_id="a-77",
        lat="43.8801",
        long="125.3228",
        media_url="https://pictures.example/1.jpg",
    )
    assert answer.status_code == 200
    request = Request.objects.get()
    assert answer.json() == [
        {"service_request_id": f"demo-{request.number}", "service_notice": None, "account_id": "a-77"}
    ]
    assert request.text.splitlines()[:2] == ["楼道灯不亮，", "三楼最黑 🔦"]
    assert "https://pictures.example/1.jpg" in request.text
    assert "43.8801,125.3228" in request.text
    assert (request.channel, request.first_receiver, request.category.code) == ("web", "街道办小程序", "light")
    assert (request.building_id, request.unit_id) == (town.building.pk, town.unit.pk)
    assert request.api_key.name == "街道办小程序"
    reporter = request.reporters.get()
    assert (reporter.name, reporter.phone, reporter.wants, reporter.language) == (
        "赵秀兰",
        "13800138000",
        "call",
        "zh-hans",
    )


def test_the_answer_in_xml_is_a_list_of_one(program) -> None:
    Category.objects.filter(code="light").update(urgent_zh="先打 119")
    root = ElementTree.fromstring(program.post("xml").content)
    number = Request.objects.get().number
    assert root.tag == "service_requests"
    assert root.findtext("request/service_request_id") == f"demo-{number}"
    assert root.findtext("request/service_notice") == "先打 119"
    assert root.find("request/token") is None


def test_without_a_description_the_service_says_what_it_is(program) -> None:
    assert program.post(asked="?locale=en").status_code == 200
    request = Request.objects.get()
    assert request.text == "楼道灯路灯"
    assert request.reporters.get().wants == "nothing"
    assert request.reporters.get().language == "en"


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ({"address_string": None, "lat": "43.88", "long": "125.32"}, "43.88,125.32"),
        ({"address_string": "小广场"}, "小广场"),
    ],
)
def test_a_place_can_be_said_in_more_than_one_way(program, where, place) -> None:
    assert program.post(**where).status_code == 200
    assert Request.objects.get().place == place


def test_an_address_id_is_a_building(program, town) -> None:
    assert program.post(address_string=None, address_id=str(town.building.pk)).status_code == 200
    assert Request.objects.get().building_id == town.building.pk
    other = Community.objects.create(code="other", name="别的社区")
    strange = program.post(address_string=None, address_id="999999", jurisdiction_id="demo")
    assert (strange.status_code, len(strange.json())) == (400, 1)
    assert other.pk


def test_attributes_come_in_both_spellings(program, town) -> None:
    category = Category.objects.get(code="light")
    for code, kind in (
        ("rooms", "multivaluelist"),
        ("floor", "number"),
        ("seen", "datetime"),
        ("one", "singlevaluelist"),
    ):
        choices = [["a", "甲", "a"], ["b", "乙", "b"]] if "list" in kind else []
        Question.objects.create(
            category=category, code=code, kind=kind, title_zh="问", title_en="q", choices=choices, required=True
        )
    told = {
        "attribute[rooms][]": ["a", "b"], "attribute[floor]": "3", "attribute[seen]": "2026-11-30T08:00:00Z", "attribute[one]": "b",
    }  # fmt: skip
    assert program.post(**told).status_code == 200
    assert Request.objects.get().attributes == {
        "rooms": ["a", "b"],
        "floor": "3",
        "seen": "2026-11-30T08:00:00Z",
        "one": "b",
    }
    assert program.post(**{**told, "attribute[rooms][]": None, "attribute[rooms]": "a"}).status_code == 200
    wrong = program.post(
        **{
            "attribute[rooms][]": ["a", "x"],
            "attribute[floor]": "three",
            "attribute[seen]": "soon",
            "attribute[one]": ["a", "b"],
        }
    )
    assert wrong.status_code == 400
    assert [sentence.split("]")[0] for sentence in sentences(wrong)] == [
        f"attribute[{code}" for code in ("rooms", "floor", "seen", "one")
    ]
    assert len(sentences(program.post())) == 4


def test_an_attribute_that_nobody_asks_for_is_refused(program) -> None:
    answer = program.post(**{"attribute[colour]": "red"})
    assert answer.status_code == 400
    assert "attribute[colour]" in sentences(answer)[0]


def test_a_required_attribute_must_be_there(program, must_say) -> None:
    assert program.post().status_code == 400
    assert "attribute[kind]" in sentences(program.post())[0]
    assert program.post(**{"attribute[kind]": "sun"}).status_code == 400
    assert "street, stairs" in sentences(program.post(**{"attribute[kind]": "sun"}))[0]
    assert program.post(**{"attribute[kind]": "street"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_code": None},
        {"address_string": None},
        {"address_string": None, "lat": "43.88"},
        {"address_string": None, "lat": "91", "long": "0"},
        {"lat": "nan", "long": "inf"},
        {"address_string": "街" * 121},
        {"description": "长" * 4001},
        {"description": "看 <script>alert(1)</script>"},
        {"description": "<img src=x>"},
        {"description": "<!-- x -->"},
        {"email": "nobody"},
        {"phone": "12"},
        {"phone": "abc"},
        {"first_name": "长" * 61},
        {"media_url": "javascript:alert(1)"},
        {"media_url": "https://[::1"},
        {"account_id": "x" * 501},
    ],
)
@pytest.mark.parametrize("fmt", ["xml", "json"])
def test_what_is_wrong_is_said_and_nothing_is_written(program, wrong, fmt) -> None:
    answer = program.post(fmt, **wrong)
    assert answer.status_code == 400
    codes = (
        [error["code"] for error in answer.json()]
        if fmt == "json"
        else [int(node.text) for node in ElementTree.fromstring(answer.content).iter("code")]
    )
    assert codes == [400]
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    "text", ["温度 <20 度", "a<b>c", "<3 邻里", "👨‍👩‍👧‍👦" * 500, "长" * 4000, "Zhao <zhao@example.org>"]
)
def test_what_only_looks_like_markup_or_is_just_long_enough_is_taken(program, text) -> None:
    answer = program.post(description=text)
    assert answer.status_code == (400 if text == "a<b>c" else 200)


def test_an_unknown_service_is_not_found_and_the_rest_is_said_with_it(program) -> None:
    answer = program.post(service_code="fraud", phone="12", description="x" * 4001)
    assert answer.status_code == 404
    assert [error["code"] for error in answer.json()] == [404, 400, 400]


def test_errors_are_chinese_first_and_english_by_locale(program) -> None:
    assert "service_code is missing" in sentences(program.post(service_code=None, asked="?locale=en"))[0]
    assert program.post(service_code=None)["Content-Language"] == "zh-hans"


def test_a_key_is_needed_and_may_stand_in_the_address(program, town) -> None:
    assert program.post(api_key=None).status_code == 403
    assert program.post(api_key="wrong").status_code == 403
    path = f"/open311/v2/requests.json?api_key={program.key}"
    told = program.client.post(path, "service_code=light&address_string=8", content_type=FORM)
    assert told.status_code == 200
    other = Community.objects.create(code="other", name="别的社区")
    _key, elsewhere = make_api_key(by=SYSTEM, now=town.now, community_id=other.pk, name="x", per_minute=5)
    assert program.post(api_key=elsewhere, jurisdiction_id="demo").status_code == 403
    _key, everywhere = make_api_key(by=SYSTEM, now=town.now, community_id=None, name="x", per_minute=5)
    assert program.post(api_key=everywhere, jurisdiction_id="demo").status_code == 200
    end_api_key(by=SYSTEM, now=town.now, key_id=ApiKey.objects.get(name="街道办小程序").pk)
    assert program.post(jurisdiction_id="demo").status_code == 403


def test_a_form_in_parts_is_taken_and_files_are_only_counted(program) -> None:
    answer = program.post(description="看照片", photo1=SimpleUploadedFile("a.jpg", b"x" * 4_000_000, "image/jpeg"))
    assert answer.status_code == 200
    text = Request.objects.get().text
    assert text.startswith("看照片\n")
    assert text.endswith("1")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"service_code": "light"}', "application/json"),
        (b"x", ""),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=" + "é" * 10),
        (b"a=1", f"{FORM}; charset=utf-16"),
        (b"a=" + b"x" * 3_000_000, FORM),
        (b"&".join(b"a%d=1" % n for n in range(1001)), FORM),
    ],
)
@pytest.mark.parametrize("fmt", ["xml", "json"])
def test_a_body_that_cannot_be_read_is_said_in_the_asked_format(program, body, kind, fmt) -> None:
    answer = program.client.generic("POST", f"/open311/v2/requests.{fmt}", body, content_type=kind)
    assert answer.status_code in {400, 403}
    assert answer["Content-Type"].startswith("text/xml" if fmt == "xml" else "application/json")
    assert str(answer.status_code).encode() in answer.content


def test_the_same_report_sent_twice_is_one_request(program) -> None:
    first = program.post(description="灯不亮", device_id="d1")
    again = program.post(description="灯不亮", device_id="d1")
    assert first.json() == again.json()
    assert program.post(description="灯不亮", device_id="d2").json() != first.json()
    assert program.post(description="灯不亮了", device_id="d1").json() != first.json()
    assert Request.objects.count() == 3


def test_after_ten_minutes_the_same_report_is_a_new_request(program) -> None:
    program.post()
    Request.objects.update(received_at=timezone.now() - timedelta(minutes=9, seconds=50))
    program.post()
    assert Request.objects.count() == 1
    kept = Request.objects.get()
    said, part = kept.source.rsplit(":", 1)
    Request.objects.update(received_at=timezone.now() - timedelta(minutes=11), source=f"{said}:{int(part) - 1}")
    program.post()
    assert Request.objects.count() == 2


def test_a_report_of_ten_minutes_that_begin_in_between_is_still_the_same(program) -> None:
    program.post()
    said, part = Request.objects.get().source.rsplit(":", 1)
    Request.objects.update(source=f"{said}:{int(part) - 1}")
    program.post()
    assert Request.objects.count() == 1


def test_what_was_sent_can_be_read_again(program) -> None:
    [told] = program.post(description="<3 灯").json()
    [found] = program.get(f"requests/{told['service_request_id']}.json").json()
    assert (found["status"], found["service_code"], found["description"]) == ("open", "light", None)
