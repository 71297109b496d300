"""The front desk, lists, one request's page, calls, and pages without an account, through the client."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.accounts.actors import actor_of
from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.casework.actions.answering import resolve_request
from linli.casework.actions.entering import Given, enter_request
from linli.casework.actions.handing import take_request
from linli.casework.actions.links import ask_reporter, give_outside
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.addresses import hands_path, link_path, track_path
from linli.casework.models import CallTry, CaseLink, Rating, Reporter, Request
from linli.registry.models import Resident
from tests.harness.town import Town

PHONE = "16000001234"


@pytest.fixture
def town(db: Any) -> Town:
    from django.utils import timezone

    return Town(start=timezone.now())


def client_of(town: Town, post: Any) -> Client:
    client = Client()
    client.force_login(post.user)
    return client


@pytest.fixture
def office(town: Town) -> Client:
    return client_of(town, town.secretary_post)


def entered(town: Town, **more: Any) -> Request:
    by = actor_of(town.secretary_post.user)
    given = Given(
        **{"text": "厨房漏水，楼下湿了", "reporter": ReporterGiven(name="张三", phone=PHONE, wants="link"), **more}
    )
    return enter_request(by=by, now=town.now, community_id=town.community.pk, given=given)


def typed(town: Town, **more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "community": town.community.pk,
        "who": "",
        "text": "楼道灯不亮",
        "where": "8-3",
        **more,
    }


def test_a_clerk_saves_three_fields_and_gets_a_number(town: Town, office: Client) -> None:
    answer = office.post(reverse("casework:new"), typed(town, who="王大爷"))
    request = Request.objects.get()
    assert answer.url == reverse("casework:saved", args=[request.pk])
    assert (request.place, request.category.code, request.lead.holder_name) == ("8栋3单元", "light", "赵玉兰")
    assert request.number in office.get(answer.url).content.decode()
    slip = office.get(reverse("casework:slip", args=[request.pk])).content.decode()
    assert request.number in slip
    assert track_path(request_id=request.pk) in slip


def test_a_double_click_is_one_request(town: Town, office: Client) -> None:
    form = typed(town)
    first, second = (office.post(reverse("casework:new"), form) for _click in range(2))
    assert first.url == second.url
    assert Request.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "长" * 4001])
def test_what_cannot_be_saved_comes_back_with_all_that_was_typed(town: Town, office: Client, text: str) -> None:
    answer = office.post(reverse("casework:new"), typed(town, text=text, who="王大爷", where="小广场"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "王大爷" in page
    assert "小广场" in page
    assert text.strip() in page
    assert not Request.objects.exists()


def test_a_phone_typed_as_the_name_is_the_phone(town: Town, office: Client) -> None:
    office.post(reverse("casework:new"), typed(town, who="160 0000 1234"))
    reporter = Reporter.objects.get()
    assert (reporter.name, reporter.phone, reporter.wants) == ("", PHONE, "call")


def test_a_bad_phone_is_said_beside_its_field(town: Town, office: Client) -> None:
    answer = office.post(reverse("casework:new"), typed(town, phone="12ab", wants="link"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="12ab"' in page
    assert "电话" in page
    assert not Request.objects.exists()


def test_a_resident_without_a_number_is_written_down_and_nobody_has_to_say_how_to_answer(
    town: Town, office: Client
) -> None:
    resident = Resident.objects.filter(household=town.household_502).order_by("pk")[0]
    Resident.objects.filter(pk=resident.pk).update(phone="")
    answer = office.post(reverse("casework:new"), typed(town, resident=resident.pk))
    assert answer.status_code == 302
    assert (Reporter.objects.get().resident_id, Reporter.objects.get().wants) == (resident.pk, "nothing")
    refused = office.post(reverse("casework:new"), typed(town, resident=resident.pk, wants="call"))
    assert refused.status_code == 422


def test_people_are_offered_while_one_types(town: Town, office: Client) -> None:
    page = office.post(reverse("casework:new-people"), {"who": "8-3-502"}).content.decode()
    assert "赵秀兰" in page
    assert 'name="resident"' in page


def test_the_words_point_to_a_category_and_to_who_told_us_the_same(town: Town, office: Client) -> None:
    known = entered(town, place=_place("8-3-502"))
    page = office.post(
        reverse("casework:new-about"), {"community": town.community.pk, "text": "我家也漏水", "where": "8-3-501"}
    ).content.decode()
    assert "selected" in page
    assert known.number in page
    office.post(reverse("casework:new"), typed(town, text="我家也漏水", who="李四", join=str(known.pk)))
    assert Request.objects.count() == 1
    assert sorted(known.reporters.values_list("name", flat=True)) == ["张三", "李四"]


def _place(words: str) -> Any:
    from linli.casework.actions.entering import PlaceGiven

    return PlaceGiven(words=words)


def test_emergencies_are_said_first(town: Town, office: Client) -> None:
    entered(town)  # lays the categories down
    page = office.post(
        reverse("casework:new-about"), {"community": town.community.pk, "text": "着火了"}
    ).content.decode()
    assert "119" in page


def test_the_list_finds_by_number_words_place_name_and_phone(town: Town, office: Client) -> None:
    request = entered(town, place=_place("8-3-502"))
    entered(town, text="想问高龄津贴", reporter=ReporterGiven(name="王五"))
    for words in (request.number, "漏水", "8栋3单元502", "张三", PHONE, "160-0000-1234"):
        page = office.get(reverse("casework:list"), {"q": words}).content.decode()
        assert request.number in page, words
        assert page.count('scope="row"') == 1, words
    assert request.number not in office.get(reverse("casework:list"), {"q": "电梯"}).content.decode()


@pytest.mark.parametrize("tab", ["mine", "open", "due", "loose", "decide", "answered", "all", "no-such-tab", ""])
def test_every_tab_opens_with_few_queries(
    town: Town, office: Client, tab: str, django_assert_max_num_queries: Any
) -> None:
    for _one in range(3):
        entered(town)
    with django_assert_max_num_queries(36):
        assert office.get(reverse("casework:list"), {"tab": tab}).status_code == 200


def test_a_request_opens_with_few_queries(town: Town, office: Client, django_assert_max_num_queries: Any) -> None:
    request = entered(town, place=_place("8-3-502"))
    with django_assert_max_num_queries(48):
        page = office.get(reverse("casework:request", args=[request.pk])).content.decode()
    assert PHONE not in page
    assert "160****1234" in page


def do(client: Client, request: Request, what: str, **typed: Any) -> Any:
    return client.post(reverse("casework:do", args=[request.pk, what]), {"seen": request.version, **typed})


def test_a_request_is_taken_answered_and_rated_over_its_slip(town: Town, office: Client) -> None:
    request = entered(town)
    assert do(office, request, "take").status_code == 302
    request.refresh_from_db()
    assert do(office, request, "resolve", text="已修好").status_code == 302
    request.refresh_from_db()
    assert (request.state, request.answer) == ("resolved", "已修好")
    track = Client()
    address = track_path(request_id=request.pk)
    assert "已修好" in track.get(address).content.decode()
    assert track.post(address, {"contacted": "yes"}).status_code == 422
    track.post(address, {"contacted": "yes", "solved": "no", "satisfaction": "unsatisfied", "text": "还漏"})
    request.refresh_from_db()
    assert request.state == "reopen_asked"
    assert Rating.objects.get().satisfaction == "unsatisfied"


def test_two_clerks_see_each_other_and_lose_nothing(town: Town, office: Client) -> None:
    request = entered(town)
    take_request(by=actor_of(town.secretary_post.user), now=town.now, request_id=request.pk)
    seen = Request.objects.get().version
    other = client_of(town, town.desk_post)
    assert do(other, Request.objects.get(), "rank", priority="1").status_code == 302
    answer = office.post(
        reverse("casework:do", args=[request.pk, "resolve"]), {"seen": seen, "text": "水管已换，请再看看"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "水管已换，请再看看" in page
    assert 'id="changes"' in page
    assert Request.objects.get().state == "in_hand"
    again = re.search(r'id="do-resolve".*?name="seen" value="(\d+)"', page, re.S)
    assert again is not None
    office.post(reverse("casework:do", args=[request.pk, "resolve"]), {"seen": again[1], "text": "水管已换，请再看看"})
    assert Request.objects.get().answer == "水管已换，请再看看"


@pytest.mark.parametrize(
    "what",
    [
        "resolve",
        "ask",
        "outside",
        "hand",
        "return",
        "raise",
        "note",
        "cancel",
        "time",
        "split",
        "merge",
        "sort",
        "place",
    ],
)
def test_a_form_sent_empty_says_what_is_missing(town: Town, office: Client, what: str) -> None:
    request = entered(town)
    answer = do(office, request, what)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode() or "error" in answer.content.decode()
    assert Request.objects.get(pk=request.pk).state == request.state


def test_what_nobody_offers_is_not_found(town: Town, office: Client) -> None:
    assert do(office, entered(town), "explode").status_code == 404


def test_a_number_is_shown_with_a_reason_and_in_the_trail(town: Town, office: Client) -> None:
    reporter = entered(town).reporters.get()
    address = reverse("casework:reporter-phone", args=[reporter.pk])
    assert office.post(address, {"reason": ""}).status_code == 422
    assert PHONE in office.post(address, {"reason": "约上门时间"}).content.decode()
    assert AuditEntry.objects.filter(verb="revealed_phone", reason="约上门时间").exists()
    captain = client_of(town, town.post("别的单元长", Role.UNIT_CAPTAIN, unit=town.unit))
    assert captain.post(address, {"reason": "约上门时间"}).status_code in {403, 404}


def test_numbers_in_the_words_are_masked(town: Town, office: Client) -> None:
    request = entered(town, text=f"漏水，请打 {PHONE}")
    for address in (
        reverse("casework:request", args=[request.pk]),
        reverse("casework:list"),
        track_path(request_id=request.pk),
    ):
        assert PHONE not in office.get(address).content.decode(), address
    assert (
        PHONE in office.post(reverse("casework:text", args=[request.pk]), {"reason": "给反映人回电"}).content.decode()
    )


def test_a_captain_sees_the_own_stairwell_and_nothing_of_the_office(town: Town) -> None:
    mine, sensitive = (
        entered(town, place=_place("8-3-502")),
        entered(town, text="家暴，打人了", place=_place("8-3-501")),
    )
    elsewhere = entered(town, text="建议多办活动")
    captain = client_of(town, town.post("另一位单元长", Role.UNIT_CAPTAIN, unit=town.unit))
    assert captain.get(reverse("casework:request", args=[mine.pk])).status_code == 200
    for hidden in (sensitive, elsewhere):
        Request.objects.filter(pk=hidden.pk).update(lead=town.secretary_post)
        assert captain.get(reverse("casework:request", args=[hidden.pk])).status_code == 404
    for name in ("calls", "list-file"):
        assert captain.get(reverse(f"casework:{name}")).status_code == 403


def test_a_call_is_written_down_or_tried_again(town: Town, office: Client) -> None:
    request = entered(town, reporter=ReporterGiven(name="张三", phone=PHONE, wants="call"))
    by = actor_of(town.secretary_post.user)
    take_request(by=by, now=town.now, request_id=request.pk)
    resolve_request(by=by, now=town.now, request_id=request.pk, text="修好了")
    reporter = request.reporters.get()
    assert "张三" in office.get(reverse("casework:calls")).content.decode()
    address = reverse("casework:call", args=[reporter.pk])
    office.post(address, {"in_vain": "1", "outcome": "no_answer"})
    assert (CallTry.objects.count(), Rating.objects.count()) == (1, 0)
    assert "张三" in office.get(reverse("casework:calls")).content.decode()
    office.post(address, {"contacted": "yes", "solved": "yes", "satisfaction": "satisfied"})
    assert Rating.objects.get().via == "call"
    assert "张三" not in office.get(reverse("casework:calls")).content.decode()


def test_a_link_is_answered_once_without_an_account(town: Town) -> None:
    request = entered(town)
    by = actor_of(town.secretary_post.user)
    link = ask_reporter(
        by=by, now=town.now, request_id=request.pk, reporter_id=request.reporters.get().pk, text="哪个房间？"
    )
    visitor, address = Client(), link_path(link_id=link.pk)
    assert "哪个房间" in visitor.get(address).content.decode()
    assert visitor.post(address, {"text": " "}).status_code == 422
    visitor.post(address, {"text": "厨房"})
    assert CaseLink.objects.get().answer == "厨房"
    visitor.post(address, {"text": "改了"})
    assert CaseLink.objects.get().answer == "厨房"
    assert visitor.get(address).status_code == 200


def test_an_outside_party_reads_no_name_and_answers(town: Town) -> None:
    request = entered(town)
    by = actor_of(town.secretary_post.user)
    link = give_outside(by=by, now=town.now, request_id=request.pk, to_name="燃气公司", text="请检修")
    visitor, address = Client(), link_path(link_id=link.pk)
    page = visitor.get(address).content.decode()
    assert "请检修" in page
    assert "张三" not in page
    visitor.post(address, {"text": "已检修"})
    assert Request.objects.get().state == "in_hand"


def test_a_captain_without_an_account_works_behind_the_link(town: Town) -> None:
    request = entered(town, place=_place("8-3-502"))
    address = hands_path(request_id=request.pk, post_id=request.lead_id or 0)
    captain = Client()
    assert captain.post(address, {"what": "resolve", "text": ""}).status_code == 422
    captain.post(address, {"what": "take"})
    captain.post(address, {"what": "resolve", "text": "修好了"})
    assert Request.objects.get().state == "resolved"
    stranger = hands_path(request_id=request.pk, post_id=town.desk_post.pk)
    assert captain.post(stranger, {"what": "return", "text": "x"}).status_code in {200, 404, 422}
    assert Request.objects.get().state == "resolved"


@pytest.mark.parametrize("name", ["link", "track", "hands"])
def test_a_link_that_is_not_ours_leads_nowhere(db: Any, name: str) -> None:
    for token in ("x", "1.x", "999999.abc", "1-1.abc"):
        assert Client().get(reverse(f"casework:{name}", args=[token])).status_code == 404


def test_today_and_the_household_tell_of_requests(town: Town, office: Client) -> None:
    resident = Resident.objects.get()
    request = entered(town, reporter=ReporterGiven(resident_id=resident.pk))
    page = office.get(reverse("registry:household", args=[resident.household_id])).content.decode()
    assert reverse("casework:request", args=[request.pk]) in page
    Request.objects.update(lead=town.secretary_post)
    assert reverse("casework:request", args=[request.pk]) in office.get("/").content.decode()


def test_a_list_leaves_as_a_file_without_who_told_us(town: Town, office: Client) -> None:
    entered(town, text=f"漏水 {PHONE}")
    answer = office.get(reverse("casework:list-file"))
    assert answer.status_code == 200
    assert AuditEntry.objects.filter(verb="exported", object_type="casework.request").exists()
    from tests.harness.walk import words_of

    assert PHONE not in words_of(answer)
    assert "张三" not in words_of(answer)
