"""What the database counts is what the rows say, however it is grouped, and whether a month was counted before or not."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from linli.accounts.roles import Role
from linli.casework.access import reach_of_actor, reach_of_user
from linli.casework.actions.answering import cancel_request, resolve_request
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.rating import Rated, decide_objection, object_to_rating, rate_by_call, record_call_try
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.actions.tallies import count_marked
from linli.casework.models import Policy, Rating, Request, Tally, TallyMark
from linli.casework.queries.cases import OF_RATINGS, OF_REQUESTS, ratings_behind, requests_behind
from linli.casework.queries.rates import (
    DRAWN,
    NOBODY,
    RatesFilter,
    drawn_figures,
    figures_by,
    figures_of,
    weights_in_force,
)
from linli.casework.rules.rates import NAMES, Counts, counts_of_ratings, standing_of
from linli.core.actors import Actor
from linli.registry.models import Building, Community, Grid, Post
from tests.harness.town import SYSTEM, Town

DECIDES = Actor(kind="system", label="decides")
HAPPY = Rated(contacted=True, solved=True, satisfaction="satisfied")
FAIR = Rated(contacted=True, solved=True, satisfaction="mostly")
UNHAPPY = Rated(contacted=False, solved=False, satisfaction="unsatisfied", again=False)


@pytest.fixture
def town(db) -> Town:
    return Town(start=datetime.fromisoformat("2026-10-05T09:00:00+08:00"))


@pytest.fixture
def reach(town):
    return reach_of_actor(by=SYSTEM, now=town.now)


def told(
    town: Town, text: str, *, community: Community | None = None, where: str = "8-3-502", channel: str = "phone"
) -> Request:
    given = Given(
        text=text,
        channel=channel,
        place=PlaceGiven(words=where),
        reporter=ReporterGiven(name="王婶", phone="13900001111", wants="call"),
    )
    return enter_request(by=SYSTEM, now=town.now, community_id=(community or town.community).pk, given=given)


def answered(town: Town, request: Request, rated: Rated | None = None) -> Rating | None:
    resolve_request(by=SYSTEM, now=town.now, request_id=request.pk, text="修好了")
    if rated is None:
        return None
    reporter = request.reporters.get()
    return rate_by_call(by=SYSTEM, now=town.now, request_id=request.pk, reporter_id=reporter.pk, rated=rated)


def passes(town: Town, **by: int) -> None:
    town.now += timedelta(**by)


def a_little_of_everything(town: Town, **at) -> None:
    """Over seven weeks: rated well and badly, objected to, not rated, called in vain, taken back, late, open."""
    for rated in (HAPPY, FAIR, HAPPY, UNHAPPY):
        answered(town, told(town, "厨房漏水", **at), rated)
        passes(town, days=6, hours=5)
    objected = [answered(town, told(town, "电梯坏了", **at), UNHAPPY) for _ in range(3)]
    for rating in objected:
        assert rating is not None
        object_to_rating(by=SYSTEM, now=town.now, rating_id=rating.pk, text="去过两次")
    for rating, decision in zip(objected, ("upheld", "rejected"), strict=False):
        assert rating is not None
        decide_objection(by=DECIDES, now=town.now, rating_id=rating.pk, upheld=decision, text="情况属实")
    passes(town, days=4)
    for tries in (0, 1, 2):
        request = told(town, "楼道灯不亮", channel="counter", **at)
        answered(town, request)
        for _ in range(tries):
            record_call_try(
                by=SYSTEM,
                now=town.now,
                request_id=request.pk,
                reporter_id=request.reporters.get().pk,
                outcome="no_answer",
            )
    cancel_request(by=SYSTEM, now=town.now, request_id=told(town, "重复登记", **at).pk, text="登记了两次")
    late = told(town, "停水了", **at)
    passes(town, days=15)
    answered(town, late, HAPPY)
    told(town, "燃气味很大", **at)
    passes(town, days=2)
    answered(town, told(town, "太吵", where="小广场", **at), UNHAPPY)


def everything(town: Town, **more) -> RatesFilter:
    return RatesFilter(date(2026, 10, 1), date(2026, 12, 31), **more)


def by_hand(now: datetime, requests, prefix_ratings) -> Counts:
    """The same from the rows, one by one."""
    rows, ratings = list(requests), list(prefix_ratings)
    aside = {"merged", "cancelled"}
    done = [one for one in rows if one.resolved_at and one.state not in aside]
    unrated = [one for one in done if not one.ratings.filter(round=one.rounds).exists()]
    vain = [one for one in unrated if one.call_tries.filter(round=one.rounds).exists()]
    at_work = {"received", "assigned", "in_hand", "outside", "returned", "reopened"}
    counted = counts_of_ratings(
        ratings=[
            (standing_of(objection=r.objection, counts_at=r.counts_at, now=now), r.contacted, r.solved, r.satisfaction)
            for r in ratings
        ]
    )
    return counted + Counts(
        received=len(rows),
        aside=sum(one.state in aside for one in rows),
        taken=sum(one.taken_at is not None and one.state not in aside for one in rows),
        answered=len(done),
        in_time=sum(one.resolved_at <= one.due_at for one in done),
        overdue=sum(one.state in at_work and one.due_at < now for one in rows),
        returned=sum(one.returns > 0 for one in rows),
        returns=sum(one.returns for one in rows),
        unrated=len(unrated),
        in_vain=len(vain),
    )


def test_the_whole_is_what_the_rows_say(town, reach) -> None:
    a_little_of_everything(town)
    figures = figures_of(reach=reach, wanted=everything(town, community_id=town.community.pk), now=town.now)
    assert figures.total == by_hand(town.now, Request.objects.all(), Rating.objects.all())
    told_of = figures.total
    assert (told_of.struck, told_of.disputed, told_of.objectable, told_of.in_vain, told_of.may_still_rate) == (
        1,
        1,
        1,
        2,
        1,
    )
    assert (told_of.counted, told_of.late, told_of.overdue, told_of.aside) == (6, 1, 1, 1)


def test_every_grouping_adds_up_to_the_whole(town, reach) -> None:
    a_little_of_everything(town)
    figures = figures_of(reach=reach, wanted=everything(town, community_id=town.community.pk), now=town.now)
    for groups in (figures.weeks, figures.hours, figures.categories, figures.buildings, figures.leads):
        assert sum(groups.values(), Counts()) == figures.total
    assert set(figures.buildings) == {str(town.building.pk), ""}
    assert Counter(timezone.localtime(one.received_at).hour for one in Request.objects.all()) == {
        int(hour): counts.received for hour, counts in figures.hours.items() if counts.received
    }


def test_each_number_leads_to_as_many_cases(town, reach) -> None:
    a_little_of_everything(town)
    wanted = everything(town, community_id=town.community.pk)
    total = figures_of(reach=reach, wanted=wanted, now=town.now).total
    asked = {"reach": reach, "wanted": wanted, "now": town.now}
    for which in OF_REQUESTS:
        assert requests_behind(which=which, **asked).count() == getattr(total, which), which
    for which in OF_RATINGS:
        assert ratings_behind(which=which, **asked).count() == getattr(total, which), which


def test_each_cell_leads_to_as_many_cases(town, reach) -> None:
    a_little_of_everything(town)
    wanted = everything(town, community_id=town.community.pk)
    figures = figures_of(reach=reach, wanted=wanted, now=town.now)
    for hour, counts in figures.hours.items():
        of_hour = everything(town, community_id=town.community.pk, hour=int(hour))
        assert ratings_behind(reach=reach, wanted=of_hour, which="counted", now=town.now).count() == counts.counted
    for code, counts in figures.categories.items():
        of_main = everything(town, community_id=town.community.pk, category=code)
        assert requests_behind(reach=reach, wanted=of_main, which="answered", now=town.now).count() == counts.answered
        below = figures_of(reach=reach, wanted=of_main, now=town.now)
        assert below.total == counts
        assert sum(below.categories.values(), Counts()) == counts
    nowhere = everything(town, community_id=town.community.pk, building_id=NOBODY)
    assert figures_of(reach=reach, wanted=nowhere, now=town.now).total == figures.buildings[""]


@pytest.mark.parametrize("filters", [{"channel": "counter"}, {"hour": 9}, {"category": "lift"}, {"lead_id": NOBODY}])
def test_filters_narrow_the_whole(town, reach, filters) -> None:
    a_little_of_everything(town)
    found = figures_of(reach=reach, wanted=everything(town, **filters), now=town.now).total
    rows = [one for one in Request.objects.select_related("category__parent") if fits(one, filters)]
    ratings = Rating.objects.filter(request__in=rows)
    assert found == by_hand(town.now, rows, ratings)


def fits(request: Request, filters) -> bool:
    code = filters.get("category", request.category.code)
    assert request.category.parent is not None
    return (
        request.channel == filters.get("channel", request.channel)
        and timezone.localtime(request.received_at).hour
        == filters.get("hour", timezone.localtime(request.received_at).hour)
        and code in {request.category.code, request.category.parent.code}
        and not (filters.get("lead_id") == NOBODY and request.lead_id)
    )


def two_communities(town: Town) -> Community:
    other = Community.objects.create(code="other", name="对岸社区")
    grid = Grid.objects.create(community=other, number=1, name="第一网格")
    Building.objects.create(community=other, grid=grid, number="8", floors=6)
    Post.objects.create(community=other, role=Role.SECRETARY, holder_name="郑书记", since_on=date(2026, 1, 1))
    return other


def test_months_that_were_counted_say_the_same_as_the_rows(town, reach) -> None:
    other = two_communities(town)
    start = town.now
    a_little_of_everything(town)
    town.now = start + timedelta(days=9)
    a_little_of_everything(town, community=other)
    wanted = everything(town)
    uncounted = figures_of(reach=reach, wanted=wanted, now=town.now)
    assert not Tally.objects.exists()
    while count_marked():
        pass
    assert Tally.objects.exists()
    assert figures_of(reach=reach, wanted=wanted, now=town.now) == uncounted
    assert uncounted.total == by_hand(town.now, Request.objects.all(), Rating.objects.all())
    assert sum(uncounted.communities.values(), Counts()) == uncounted.total


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 10, 11), date(2026, 11, 20)),
        (date(2026, 10, 26), date(2026, 11, 1)),
        (date(2026, 10, 6), date(2026, 10, 6)),
        (date(2026, 10, 11), date(2026, 12, 11)),
        (date(2026, 9, 30), date(2026, 10, 31)),
        (date(2027, 1, 5), date(2027, 1, 9)),
    ],
)
def test_days_that_were_counted_say_the_same_as_the_rows(town, reach, since, until, marked) -> None:
    other, start, wanted = two_communities(town), town.now, RatesFilter(since, until)
    a_little_of_everything(town)
    town.now = start + timedelta(days=9)
    a_little_of_everything(town, community=other)
    uncounted = figures_of(reach=reach, wanted=wanted, now=town.now)
    while count_marked():
        pass
    if marked:
        told(town, "电梯坏了")
        TallyMark.objects.create(community=other, month=date(2026, 10, 1))
    days = Request.objects.filter(received_at__date__gte=since, received_at__date__lte=until)
    found = figures_of(reach=reach, wanted=wanted, now=town.now)
    assert found.total == by_hand(town.now, days, Rating.objects.filter(request__in=days))
    for parts in (found.weeks, found.hours, found.categories, found.communities):
        assert sum(parts.values(), Counts()) == found.total
    if not marked:
        assert found == uncounted


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("until", [date(2026, 12, 31), date(2026, 11, 20), date(2026, 10, 20)])
@pytest.mark.parametrize("category", ["utilities", "lift", "water_leak", "nonsense"])
def test_a_category_of_several_communities_is_what_the_rows_say(town, reach, category, until, marked) -> None:
    other, start = two_communities(town), town.now
    wanted = RatesFilter(date(2026, 10, 1), until, category=category)
    a_little_of_everything(town)
    town.now = start + timedelta(days=9)
    a_little_of_everything(town, community=other)
    uncounted = figures_of(reach=reach, wanted=wanted, now=town.now)
    while count_marked():
        pass
    if marked:
        TallyMark.objects.create(community=other, month=date(2026, 10, 1))
    assert figures_of(reach=reach, wanted=wanted, now=town.now) == uncounted


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize("more", [{}, {"category": "utilities"}, {"channel": "counter"}, {"community": True}])
def test_pictures_and_single_tables_say_the_same(town, reach, more, counted) -> None:
    two_communities(town)
    a_little_of_everything(town)
    while counted and count_marked():
        pass
    if more.pop("community", False):
        more["community_id"] = town.community.pk
    asked = {"reach": reach, "wanted": everything(town, **more), "now": town.now}
    whole, drawn = figures_of(**asked), drawn_figures(**asked)
    assert drawn.total == whole.total
    tables = {
        "week": "weeks",
        "hour": "hours",
        "category": "categories",
        "community": "communities",
        "building": "buildings",
        "lead": "leads",
    }
    for table, group in tables.items():
        assert getattr(figures_by(table=table, **asked), group) == getattr(whole, group)
        of_drawn, of_whole = getattr(drawn, group), getattr(whole, group)
        assert of_drawn.keys() == of_whole.keys()
        for key, counts in of_drawn.items():
            assert {name: getattr(counts, name) for name in DRAWN} == {
                name: getattr(of_whole[key], name) for name in DRAWN
            }


def test_a_change_after_counting_is_in_the_figures_at_once(town, reach) -> None:
    two_communities(town)
    answered(town, told(town, "厨房漏水"), HAPPY)
    while count_marked():
        pass
    last = told(town, "电梯坏了")
    assert TallyMark.objects.exists()
    assert figures_of(reach=reach, wanted=everything(town), now=town.now).total.received == 2
    while count_marked():
        pass
    rating = answered(town, last, UNHAPPY)
    assert rating is not None
    while count_marked():
        pass
    before = figures_of(reach=reach, wanted=everything(town), now=town.now).total
    assert (before.counted, before.objectable) == (1, 1)
    passes(town, days=3)
    assert not TallyMark.objects.exists()
    after = figures_of(reach=reach, wanted=everything(town), now=town.now).total
    assert (after.counted, after.objectable, after.unsatisfied) == (2, 0, 1)
    assert after == by_hand(town.now, Request.objects.all(), Rating.objects.all())


def test_counting_a_month_again_changes_nothing(town) -> None:
    a_little_of_everything(town)
    while count_marked():
        pass
    columns = ("sort", "of", "month", "key")
    first = list(Tally.objects.order_by(*columns).values(*columns, *NUMBERS))
    months = set(Tally.objects.values_list("month", flat=True))
    for month in months:
        TallyMark.objects.create(community=town.community, month=month)
    assert count_marked() == len(months)
    assert list(Tally.objects.order_by(*columns).values(*columns, *NUMBERS)) == first


NUMBERS = [name for name in NAMES if name not in {"overdue", "objectable"}]


def test_the_queries_stay_few(town, reach, django_assert_max_num_queries) -> None:
    two_communities(town)
    a_little_of_everything(town)
    with django_assert_max_num_queries(10):
        figures_of(reach=reach, wanted=RatesFilter(date(2026, 10, 11), date(2026, 12, 31)), now=town.now)
    with django_assert_max_num_queries(6):
        figures_of(reach=reach, wanted=everything(town, community_id=town.community.pk, category="lift"), now=town.now)


def test_a_grid_lead_gets_the_figures_of_their_grid_only(town) -> None:
    second = Grid.objects.create(community=town.community, number=2, name="第二网格")
    Building.objects.create(community=town.community, grid=second, number="9", floors=6)
    told(town, "厨房漏水")
    told(town, "电梯坏了", where="9栋")
    post = town.post("吴网格", Role.GRID_LEAD, grid=second)
    assert post.user is not None
    reach = reach_of_user(user=post.user, on=town.now.date())
    Request.objects.filter(building__number="9").update(lead=None, team=None, state="received", lead_step=None)
    total = figures_of(reach=reach, wanted=everything(town), now=town.now).total
    assert total.received == 1


def test_the_weights_at_the_end_of_the_period_are_in_force(town, reach) -> None:
    told(town, "厨房漏水")
    Policy.objects.create(
        community=town.community, since_on=date(2026, 11, 1), response_weight="0.3", least_for_percent=10
    )
    before = weights_in_force(reach=reach, community_id=town.community.pk, on=date(2026, 10, 31))
    after = weights_in_force(reach=reach, community_id=town.community.pk, on=date(2026, 11, 30))
    assert before.weights is not None
    assert after.weights is not None
    assert (str(before.weights.response), str(after.weights.response)) == ("0.100", "0.300")
    assert (before.least, after.least, after.since_on) == (30, 10, date(2026, 11, 1))


def test_communities_that_weigh_differently_have_no_weights_together(town, reach) -> None:
    other = two_communities(town)
    told(town, "厨房漏水")
    told(town, "厨房漏水", community=other)
    Policy.objects.create(community=other, since_on=date(2026, 11, 1), mostly_weight="0.8")
    together = weights_in_force(reach=reach, community_id=None, on=date(2026, 11, 30))
    assert together.weights is None
    assert set(together.by_community) == {town.community.pk, other.pk}
