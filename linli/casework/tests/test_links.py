"""Links without an account and what comes of them: answered once, over in time, written down; ratings, objections, calls."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.casework.access import reach_of_actor
from linli.casework.actions.answering import close_request, reopen_request, resolve_request, resume_request
from linli.casework.actions.joining import merge_request
from linli.casework.actions.links import answer_case_link, ask_reporter, expire_case_links, give_outside
from linli.casework.actions.rating import (
    CALLED,
    Rated,
    decide_objection,
    object_to_rating,
    put_away_unrated,
    rate_by_call,
    rate_by_link,
    rate_by_slip,
    record_call_try,
)
from linli.casework.actions.reporters import subscribe_reporter
from linli.casework.errors.requests import (
    LinkNotFound,
    LinkOver,
    NotFromHere,
    NotYourRequest,
    ObjectionWrong,
    RatedAlready,
    RatingWrong,
    ReasonMissing,
    ReporterUnknown,
    TextMissing,
)
from linli.casework.models import CallTry, CaseLink, Policy, Rating, Request, Step
from linli.casework.queries.calls import calls_to_make
from linli.casework.queries.public import track_screen
from linli.casework.tests.conftest import CALLER, DAUGHTER, NOBODY
from linli.core.actors import system_actor
from linli.core.errors import Invalid, NotAllowed
from linli.notifications.models import Message

FINE = Rated(contacted=True, solved=True, satisfaction="satisfied", text="谢谢")
POOR = Rated(contacted=True, solved=False, satisfaction="unsatisfied", text="没修好")
SOON = timedelta(seconds=1)


def common(office, request, by=None):
    return {"by": by or office.captain, "now": office.now, "request_id": request.pk}


@pytest.fixture
def asked(office):
    """A request whose reporter was asked something."""
    request = office.enter()
    link = ask_reporter(**common(office, request), reporter_id=request.reporters.get().pk, text=" 哪一层？ ")
    return office.again(request), link


@pytest.fixture
def answered(office):
    """A request that was answered; the daughter has a link to rate it."""
    request = office.enter()
    office.now += timedelta(hours=2)
    resolve_request(**common(office, request), text="换了灯泡")
    return office.again(request)


def rating_link(request):
    return CaseLink.objects.get(request=request, kind="rating", state="open")


def verbs(request):
    return list(Step.objects.filter(request=request).order_by("pk").values_list("verb", flat=True))


# ---------------------------------------------------------------- questions


def test_a_question_waits_and_its_answer_goes_on(office, asked):
    request, link = asked
    assert (request.state, request.paused_at, request.next_alarm_at) == ("waiting", office.now, None)
    assert (link.text, link.expires_at) == ("哪一层？", office.now + timedelta(days=5))
    message = Message.objects.get(wording="request.question")
    assert (message.about, message.recipient_name) == (f"case-link:{link.pk}", "王芳")
    office.now += timedelta(hours=3)
    answer_case_link(now=office.now, link_id=link.pk, text=" 三层 ")
    after = office.again(request)
    link.refresh_from_db()
    assert (after.state, after.contacted_at, link.state, link.answer) == ("in_hand", office.now, "answered", "三层")
    step = Step.objects.get(verb="link_answered")
    assert (step.text, step.actor_kind, step.actor_label) == ("三层", "visitor", "王芳")


def test_a_link_is_answered_once(office, asked):
    _request, link = asked
    answer_case_link(now=office.now, link_id=link.pk, text="三层")
    with pytest.raises(LinkOver):
        answer_case_link(now=office.now, link_id=link.pk, text="四层")
    link.refresh_from_db()
    assert link.answer == "三层"


def test_an_empty_answer_is_refused_and_the_link_stays(office, asked):
    _request, link = asked
    with pytest.raises(TextMissing):
        answer_case_link(now=office.now, link_id=link.pk, text=" \n")
    answer_case_link(now=office.now, link_id=link.pk, text="三层")


def test_what_nobody_answered_in_time_is_history_and_gives_the_request_back(office, asked):
    request, link = asked
    office.now = link.expires_at - SOON
    assert expire_case_links(now=office.now) == 0
    office.now = link.expires_at
    with pytest.raises(LinkOver):
        answer_case_link(now=office.now, link_id=link.pk, text="晚了")
    assert expire_case_links(now=office.now) == 1
    assert expire_case_links(now=office.now) == 0
    after = office.again(request)
    link.refresh_from_db()
    assert (after.state, after.contacted_at, link.state, link.answered_at) == ("in_hand", None, "expired", None)
    assert Step.objects.get(verb="link_expired").actor_label == "casework"


@pytest.mark.parametrize("deed", ["resume", "resolve"])
def test_what_is_no_longer_asked_is_taken_back(office, asked, deed):
    request, link = asked
    if deed == "resume":
        resume_request(**common(office, request))
    else:
        resolve_request(**common(office, request), text="修好了")
    link.refresh_from_db()
    assert link.state == "withdrawn"
    with pytest.raises(LinkOver):
        answer_case_link(now=office.now, link_id=link.pk, text="三层")


def test_a_question_is_asked_of_somebody_who_told_us_and_says_something(office):
    request, other = office.enter(), office.enter(reporter=CALLER)
    with pytest.raises(ReporterUnknown):
        ask_reporter(**common(office, request), reporter_id=other.reporters.get().pk, text="哪一层？")
    with pytest.raises(ReasonMissing):
        ask_reporter(**common(office, request), reporter_id=request.reporters.get().pk, text=" ")
    with pytest.raises(NotYourRequest):
        ask_reporter(
            **common(office, request, office.staff(office.building_post)),
            reporter_id=request.reporters.get().pk, text="哪一层？",
        )  # fmt: skip
    assert not CaseLink.objects.exists()


def test_an_address_that_is_not_ours_leads_nowhere(office, answered):
    with pytest.raises(LinkNotFound):
        answer_case_link(now=office.now, link_id=99_999, text="x")
    with pytest.raises(LinkNotFound):
        answer_case_link(now=office.now, link_id=rating_link(answered).pk, text="x")
    with pytest.raises(LinkNotFound):
        rate_by_link(now=office.now, link_id=99_999, rated=FINE)


# ---------------------------------------------------------------- outside parties


def test_an_outside_party_answers_and_the_clock_went_on(office):
    request = office.enter()
    link = give_outside(**common(office, request), to_name="燃气公司", text="请看一下", to_phone="0431-8888 0000")
    assert (office.again(request).state, link.expires_at) == ("outside", office.now + timedelta(days=14))
    assert office.again(request).due_at == request.due_at
    assert not Message.objects.filter(about=f"case-link:{link.pk}").exists()
    office.now += timedelta(days=3)
    answer_case_link(now=office.now, link_id=link.pk, text="已更换阀门")
    after = office.again(request)
    assert (after.state, after.due_at, after.contacted_at) == ("in_hand", request.due_at, None)
    assert Step.objects.get(verb="link_answered").actor_label == "燃气公司"


def test_an_outside_party_that_says_nothing_gives_it_back(office):
    request = office.enter()
    give_outside(**common(office, request), to_name="燃气公司", text="请看一下")
    office.now += timedelta(days=14)
    assert expire_case_links(now=office.now) == 1
    assert office.again(request).state == "in_hand"


@pytest.mark.parametrize(("name", "text"), [("", "请看"), (" ", "请看"), ("燃气公司", " ")])
def test_who_gets_it_and_why_must_be_said(office, name, text):
    with pytest.raises(ReasonMissing):
        give_outside(**common(office, office.enter()), to_name=name, text=text)


def test_a_late_word_from_outside_is_kept_and_changes_nothing(office):
    """While the resident is being asked, the outside party's answer is a line of history."""
    request = office.enter()
    link = give_outside(**common(office, request), to_name="燃气公司", text="请看一下")
    ask_reporter(**common(office, request), reporter_id=request.reporters.get().pk, text="在家吗？")
    answer_case_link(now=office.now, link_id=link.pk, text="已更换阀门")
    assert office.again(request).state == "waiting"
    assert Step.objects.get(verb="link_answered").text == "已更换阀门"


# ---------------------------------------------------------------- ratings


def test_everybody_who_wants_a_link_gets_one_for_each_answer(office):
    request = office.enter()
    subscribe_reporter(by=office.desk, now=office.now, request_id=request.pk, given=CALLER)
    for times in (1, 2):
        resolve_request(**common(office, request), text="换了灯泡")
        assert Message.objects.filter(wording="request.resolved").count() == times
        assert [one.name for one in calls_to_make(reach=reach(office))] == ["刘大爷"]
        if times == 1:
            reopen_request(**common(office, request, office.desk), text="又坏了")
            assert not calls_to_make(reach=reach(office))
    assert list(CaseLink.objects.order_by("pk").values_list("state", "round")) == [("withdrawn", 1), ("open", 2)]


def reach(office):
    return reach_of_actor(by=office.desk, now=office.now)


def test_a_happy_rating_counts_at_once_and_is_put_away_after_a_day(office, answered):
    link = rating_link(answered)
    assert link.expires_at == office.now + timedelta(days=14)
    rating = rate_by_link(now=office.now, link_id=link.pk, rated=FINE)
    assert (rating.counts_at, rating.round, rating.via, rating.reporter.name) == (office.now, 1, "link", "王芳")
    assert office.again(answered).state == "resolved"
    for again in (FINE, POOR):
        with pytest.raises(LinkOver):
            rate_by_link(now=office.now, link_id=link.pk, rated=again)
    tidy = {"by": system_actor(part="casework")}
    assert put_away_unrated(now=office.now + timedelta(hours=23), **tidy) == 0
    assert put_away_unrated(now=office.now + timedelta(days=1), **tidy) == 1
    assert office.again(answered).state == "closed"


def test_an_unhappy_rating_asks_to_open_it_again_and_a_person_decides(office, answered):
    rating = rate_by_link(now=office.now, link_id=rating_link(answered).pk, rated=POOR)
    assert rating.counts_at == office.now + timedelta(days=3)
    after = office.again(answered)
    assert (after.state, after.ended_at) == ("reopen_asked", None)
    assert put_away_unrated(now=office.now + timedelta(days=60), by=system_actor(part="casework")) == 0
    for who in (office.captain, office.desk):
        with pytest.raises(NotAllowed):
            close_request(**common(office, answered, who), text="已解释")
    with pytest.raises(ReasonMissing):
        close_request(**common(office, answered, office.secretary), text=" ")
    reopen_request(**common(office, answered, office.desk), text="确实没修好")
    assert (office.again(answered).state, office.again(answered).rounds) == ("reopened", 1)
    resolve_request(**common(office, answered), text="换了线路")
    rate_by_link(now=office.now, link_id=rating_link(answered).pk, rated=FINE)
    assert list(Rating.objects.order_by("round").values_list("round", "satisfaction")) == [
        (1, "unsatisfied"),
        (2, "satisfied"),
    ]


@pytest.mark.parametrize(
    ("rated", "asks"),
    [
        (Rated(True, True, "mostly"), False),
        (Rated(True, False, "satisfied"), True),
        (Rated(True, True, "unsatisfied"), True),
        (Rated(False, True, "satisfied"), False),
        (Rated(True, False, "unsatisfied", again=False), False),
        (Rated(True, True, "satisfied", again=True), True),
    ],
)
def test_who_was_asked_whether_it_shall_be_opened_again_is_heard(office, answered, rated, asks):
    rating = rate_by_link(now=office.now, link_id=rating_link(answered).pk, rated=rated)
    assert office.again(answered).state == ("reopen_asked" if asks else "resolved")
    assert (rating.counts_at > office.now) is rated.is_unhappy


@pytest.mark.parametrize(
    "missing", [{"contacted": None}, {"solved": None}, {"satisfaction": ""}, {"satisfaction": "superb"}]
)
def test_a_rating_has_three_answers(office, answered, missing):
    given = {"contacted": True, "solved": True, "satisfaction": "mostly"} | missing
    with pytest.raises(RatingWrong) as wrong:
        rate_by_link(now=office.now, link_id=rating_link(answered).pk, rated=Rated(**given))
    assert set(wrong.value.fields) == set(missing)
    assert rating_link(answered).state == "open"


def test_a_rating_that_nobody_gave_is_history_and_then_put_away(office, answered):
    link = rating_link(answered)
    office.now = link.expires_at
    with pytest.raises(LinkOver):
        rate_by_link(now=office.now, link_id=link.pk, rated=FINE)
    assert expire_case_links(now=office.now) == 1
    assert verbs(answered)[-1] == "link_expired"
    assert office.again(answered).state == "resolved"
    assert put_away_unrated(now=office.now, by=system_actor(part="casework")) == 1
    assert not Rating.objects.exists()


def test_who_waits_longer_for_ratings_holds_up_nobody(office, answered):
    """Of many that are answered, only those come up whose time is over."""
    later = resolve_request(**common(office, office.enter()), text="好了")
    Request.objects.filter(pk=answered.pk).update(resolved_at=office.now - timedelta(days=9))
    rate_by_link(now=office.now, link_id=CaseLink.objects.get(request=later, kind="rating").pk, rated=FINE)
    office.now += timedelta(days=2)
    tidy = {"now": office.now, "by": system_actor(part="casework"), "limit": 1}
    assert put_away_unrated(**tidy) == 1
    assert office.again(later).state == "closed"
    Policy.objects.create(community=office.community, since_on=office.now.date(), rating_days=11)
    assert put_away_unrated(**tidy) == 1
    assert office.again(answered).state == "closed"


def test_an_answer_is_rated_once_whoever_rates_it(office):
    request = office.enter()
    subscribe_reporter(by=office.desk, now=office.now, request_id=request.pk, given=CALLER)
    resolve_request(**common(office, request), text="换了灯泡")
    caller = request.reporters.get(name="刘大爷")
    rate_by_call(**common(office, request, office.desk), reporter_id=caller.pk, rated=FINE)
    with pytest.raises(RatedAlready):
        rate_by_call(**common(office, request, office.desk), reporter_id=caller.pk, rated=POOR)
    with pytest.raises(LinkOver):
        rate_by_link(now=office.now, link_id=CaseLink.objects.get().pk, rated=POOR)
    with pytest.raises(RatedAlready):
        rate_by_slip(now=office.now, request_id=request.pk, rated=POOR)
    assert Rating.objects.get().written_by == "值班员小林"


def test_what_was_not_answered_is_not_rated(office):
    request = office.enter(reporter=CALLER)
    with pytest.raises(NotFromHere):
        rate_by_call(**common(office, request, office.desk), reporter_id=request.reporters.get().pk, rated=FINE)
    with pytest.raises(NotFromHere):
        rate_by_slip(now=office.now, request_id=request.pk, rated=FINE)


def test_captains_do_not_call_who_told_us(office):
    request = office.enter(reporter=CALLER)
    resolve_request(**common(office, request), text="换了灯泡")
    pk = request.reporters.get().pk
    with pytest.raises(NotAllowed):
        rate_by_call(**common(office, request), reporter_id=pk, rated=FINE)
    with pytest.raises(NotAllowed):
        record_call_try(**common(office, request), reporter_id=pk, outcome="no_answer")


@pytest.mark.parametrize("outcome", sorted(CALLED))
def test_a_call_that_reached_nobody_is_kept_and_counted_nowhere(office, outcome):
    request = office.enter(reporter=CALLER)
    resolve_request(**common(office, request), text="换了灯泡")
    pk = request.reporters.get().pk
    record_call_try(**common(office, request, office.desk), reporter_id=pk, outcome=outcome)
    assert (CallTry.objects.get().outcome, Rating.objects.count()) == (outcome, 0)
    assert office.again(request).state == "resolved"
    with pytest.raises(Invalid):
        record_call_try(**common(office, request, office.desk), reporter_id=pk, outcome="flew away")
    rate_by_call(**common(office, request, office.desk), reporter_id=pk, rated=FINE)


# ---------------------------------------------------------------- objections


@pytest.fixture
def unhappy(office, answered):
    return rate_by_link(now=office.now, link_id=rating_link(answered).pk, rated=POOR)


def objects(office, rating, by=None, text="现场已修好，有照片"):
    return object_to_rating(by=by or office.captain, now=office.now, rating_id=rating.pk, text=text)


def decides(office, rating, upheld="upheld", by=None, text="看过现场"):
    return decide_objection(by=by or office.secretary, now=office.now, rating_id=rating.pk, upheld=upheld, text=text)


@pytest.mark.parametrize("upheld", ["upheld", "rejected"])
def test_an_objection_is_decided_by_somebody_else_with_a_reason(office, unhappy, upheld):
    objects(office, unhappy)
    for who in (office.captain, office.desk, office.grid_lead):
        with pytest.raises(NotAllowed):
            decides(office, unhappy, by=who)
    with pytest.raises(ReasonMissing):
        decides(office, unhappy, text=" ")
    with pytest.raises(ObjectionWrong):
        decides(office, unhappy, upheld="open")
    office.now += timedelta(days=9)
    decided = decides(office, unhappy, upheld=upheld)
    assert (decided.objection, decided.counts_at, decided.decided_by) == (upheld, office.now, "陈书记")
    with pytest.raises(ObjectionWrong):
        decides(office, unhappy)
    with pytest.raises(ObjectionWrong):
        objects(office, unhappy)


def test_somebody_of_the_same_name_is_somebody_else(office, unhappy):
    objects(office, unhappy)
    Rating.objects.update(objected_by=office.secretary.label)
    assert decides(office, unhappy).objection == "upheld"


def test_nobody_decides_on_the_own_objection(office, unhappy):
    objects(office, unhappy, by=office.secretary)
    with pytest.raises(ObjectionWrong):
        decides(office, unhappy)


@pytest.mark.parametrize(("later", "fits"), [(timedelta(days=3) - SOON, True), (timedelta(days=3), False)])
def test_the_time_for_objections_ends(office, unhappy, later, fits):
    office.now += later
    if fits:
        assert objects(office, unhappy).objection == "open"
        return
    with pytest.raises(ObjectionWrong):
        objects(office, unhappy)


def test_the_days_are_the_communitys(office, answered):
    Policy.objects.create(community=office.community, since_on=office.now.date(), objection_days=1, rating_days=2)
    rating = rate_by_link(now=office.now, link_id=rating_link(answered).pk, rated=POOR)
    assert rating.counts_at == office.now + timedelta(days=1)
    reopen_request(**common(office, answered, office.desk), text="没修好")
    resolve_request(**common(office, answered), text="换了线路")
    assert rating_link(answered).expires_at == office.now + timedelta(days=2)


def test_objecting_needs_words_and_the_request_in_ones_hands(office, unhappy):
    with pytest.raises(ReasonMissing):
        objects(office, unhappy, text="")
    with pytest.raises(NotYourRequest):
        objects(office, unhappy, by=office.staff(office.building_post))


def test_a_happy_rating_is_not_objected_to(office, answered):
    rating = rate_by_link(now=office.now, link_id=rating_link(answered).pk, rated=FINE)
    with pytest.raises(ObjectionWrong):
        objects(office, rating)


def test_somebody_who_did_not_say_who_they_are_is_owed_nothing(office):
    request = office.enter(reporter=NOBODY)
    resolve_request(**common(office, request), text="换了灯泡")
    assert not CaseLink.objects.exists()
    assert not Message.objects.filter(wording="request.resolved").exists()
    assert not calls_to_make(reach=reach(office))


def test_a_link_that_is_open_goes_before_a_call(office, answered):
    assert not calls_to_make(reach=reach(office))
    office.now = rating_link(answered).expires_at
    expire_case_links(now=office.now)
    assert [one.name for one in calls_to_make(reach=reach(office))] == [DAUGHTER.name]


def test_a_slip_shows_how_it_goes_however_often_it_was_joined(office):
    first, second, third = (office.enter(text, reporter=CALLER) for text in ("灯一", "灯二", "灯三"))
    for request, into in ((first, second), (second, third)):
        merge_request(**common(office, request, office.desk), into_id=into.pk)
    assert track_screen(request_id=first.pk).case == third
    resolve_request(**common(office, third), text="都换了")
    assert track_screen(request_id=first.pk).asks_rating
