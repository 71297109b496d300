"""The rota's pages, as those who plan, stand watch or only look see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.scheduling import actions
from linli.scheduling.models import CalendarDay, CalendarYear, Duty, HandoverNote, Rota, Shift, Swap
from linli.scheduling.presets import PRESETS
from linli.scheduling.tests.conftest import HOUR, SYSTEM, Station


@pytest.fixture
def live(station: Station) -> Station:
    """A rota as of this minute: pages read the clock."""
    now = timezone.now()
    day = timezone.localdate(now)
    pk = station.community.pk
    since = day - timedelta(days=1)
    actions.lay_down_shifts(by=SYSTEM, now=now, community_id=pk, shifts=PRESETS["two"].shifts, since_on=since)
    posts = [post.pk for post in station.officers[:3]]
    actions.plan_rota(by=SYSTEM, now=now, community_id=pk, first_on=day, weeks=3, post_ids=posts)
    return station


def running() -> Duty:
    now = timezone.now()
    return Duty.objects.select_related("post").get(starts_at__lte=now, ends_at__gt=now)


def coming() -> Duty:
    now = timezone.now()
    return Duty.objects.select_related("post").filter(starts_at__gt=now + HOUR).order_by("starts_at")[0]


def text_of(client, name: str, *args, **query) -> str:
    client.cookies["linli_language"] = "en"
    response = client.get(reverse(f"scheduling:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_sees_the_week_and_the_month(live, django_assert_max_num_queries) -> None:
    for name in (live.secretary, "linju甲", "linju单元长"):
        client = live.browser(name)
        text_of(client, "rota")
        for query in ({}, {"view": "month"}, {"on": "2026-02-30"}, {"on": "0001-01-01"}, {"community": "x"}):
            with django_assert_max_num_queries(24):
                text = text_of(client, "rota", **query)
        assert running().post.holder_name in text
    assert client.get(reverse("scheduling:rota"), {"community": "999999"}).status_code == 404


def test_a_captain_sees_names_and_no_links_to_change_them(live) -> None:
    text = text_of(live.browser("linju单元长"), "rota")
    assert coming().post.holder_name in text
    assert "/rota/duties/" not in text
    for name in ("plan", "handover"):
        assert live.browser("linju单元长").get(reverse(f"scheduling:{name}")).status_code == 403
    client = live.browser("linju甲")
    assert client.get(reverse("scheduling:plan")).status_code == 403
    assert client.post(reverse("scheduling:kept"), {"kept": "no"}).status_code == 403


def test_people_of_another_community_see_nothing_of_it(live, elsewhere) -> None:
    client = elsewhere.browser(elsewhere.secretary)
    duty = coming()
    assert client.get(reverse("scheduling:duty", args=[duty.pk])).status_code == 404
    assert client.get(reverse("scheduling:rota"), {"community": live.community.pk}).status_code == 404
    assert client.post(reverse("scheduling:change", args=[duty.pk, "give"]), {"post": "0"}).status_code == 404
    text = text_of(client, "rota")
    assert "linju" not in text
    assert "There is no rota yet" in text


def test_a_secretary_begins_with_shifts_and_then_shares_out_duties(station) -> None:
    client, url = station.browser(station.secretary), reverse("scheduling:plan")
    assert "Begin with the shifts" in text_of(client, "rota")
    assert client.post(url, {"preset": "nonsense"}).status_code == 422
    assert client.post(url, {"preset": "office"}).status_code == 302
    assert Shift.objects.count() == 3
    people = [str(post.pk) for post in station.officers]
    day = timezone.localdate()
    data = {"people": people, "first_on": day.isoformat(), "weeks": "2", "replacing": "nothing"}
    assert client.post(url, data | {"people": []}).status_code == 422
    assert client.post(url, data | {"weeks": "99"}).status_code == 422
    past = client.post(url, data | {"first_on": (day - timedelta(days=3)).isoformat()})
    assert past.status_code == 422
    assert "What is past cannot be planned" in past.content.decode()
    assert client.post(url, data).status_code == 302
    assert Rota.objects.get().is_kept
    assert set(Duty.objects.values_list("post_id", flat=True)) <= {post.pk for post in station.officers}


def test_a_gap_is_said_loudly_on_the_rota_and_on_today(live) -> None:
    client, duty = live.browser(live.secretary), coming()
    url = reverse("scheduling:change", args=[duty.pk, "give"])
    assert client.post(url, {"post": "0", "reason": "生病"}).status_code == 302
    assert "Nobody is on duty:" in text_of(client, "rota")
    client.cookies["linli_language"] = "en"
    today = client.get("/").content.decode()
    assert "On duty now" in today
    assert "Nobody is on duty:" in today


def test_the_card_says_who_is_on_duty_until_when_and_who_is_next(live) -> None:
    duty = running()
    after = Duty.objects.filter(starts_at=duty.ends_at).get()
    client = live.browser("linju甲")
    client.cookies["linli_language"] = "en"
    today = client.get("/").content.decode()
    assert duty.post.holder_name in today
    assert after.post.holder_name in today
    Rota.objects.update(is_kept=False)
    assert "On duty now" not in client.get("/").content.decode()


def test_a_duty_is_given_exchanged_and_refused_on_its_page(live) -> None:
    client, duty = live.browser(live.secretary), coming()
    page = text_of(client, "duty", duty.pk)
    assert "Give it to somebody else at once" in page
    assert "Ask somebody to take it" not in page
    give = reverse("scheduling:change", args=[duty.pk, "give"])
    assert client.post(give, {"post": "x"}).status_code == 422
    assert client.post(give, {"post": str(live.officers[3].pk)}).status_code == 302
    twin = Shift.objects.get(pk=duty.shift_id)
    twin.pk, twin.name = None, "第二岗"
    twin.save(force_insert=True)
    second = Duty.objects.create(
        community=live.community, shift=twin, on=duty.on, starts_at=duty.starts_at, ends_at=duty.ends_at
    )
    refused = client.post(
        reverse("scheduling:change", args=[second.pk, "give"]), {"post": str(live.officers[3].pk), "reason": "x"}
    )
    assert refused.status_code == 422
    assert "error-summary" in refused.content.decode()
    other = Duty.objects.filter(starts_at__gt=duty.ends_at).exclude(post=live.officers[3]).order_by("starts_at")[2]
    exchange = reverse("scheduling:change", args=[duty.pk, "exchange"])
    assert client.post(exchange, {"exchange-other": str(other.pk)}).status_code == 302
    other.refresh_from_db()
    assert other.post_id == live.officers[3].pk
    assert client.post(reverse("scheduling:change", args=[duty.pk, "nonsense"])).status_code == 404


def test_an_officer_asks_and_a_colleague_accepts_with_two_taps(live) -> None:
    duty = coming()
    me, colleague = live.browser(duty.post.holder_name), live.browser("linju丁")
    assert "Give it to somebody else" not in text_of(me, "duty", duty.pk)
    ask = reverse("scheduling:change", args=[duty.pk, "ask"])
    theirs = Duty.objects.filter(starts_at__gt=duty.ends_at).exclude(post=duty.post).order_by("starts_at")[0]
    data = {"ask-whom": str(live.officers[3].pk), "ask-note": "孩子发烧"}
    assert me.post(ask, data | {"ask-in_return": str(theirs.pk)}).status_code == 422  # not a duty of 丁
    assert me.post(ask, data).status_code == 302
    assert me.post(ask, data).status_code == 422  # asked already
    swap = Swap.objects.get()
    assert "no answer yet" in text_of(me, "rota")
    assert "孩子发烧" in text_of(colleague, "rota")
    colleague.cookies["linli_language"] = "en"
    assert "asks you to take a duty" in colleague.get("/").content.decode()
    assert me.post(reverse("scheduling:answer", args=[swap.pk, "accept"])).status_code == 403
    assert colleague.post(reverse("scheduling:answer", args=[swap.pk, "accept"])).status_code == 302
    duty.refresh_from_db()
    assert duty.post_id == live.officers[3].pk
    assert colleague.post(reverse("scheduling:answer", args=[swap.pk, "accept"])).status_code == 409
    assert colleague.post(reverse("scheduling:answer", args=[swap.pk, "nonsense"])).status_code == 404
    assert "accepted" in text_of(me, "duty", duty.pk)


def test_the_hand_over_is_written_and_confirmed_and_stays_to_read(live) -> None:
    now = timezone.now()
    duty = running()
    Duty.objects.filter(pk=duty.pk).update(starts_at=now - HOUR)
    leaving = live.browser(duty.post.holder_name)
    relief = live.browser("linju丁")
    url = reverse("scheduling:handover")
    assert "nothing for you to hand over" in text_of(relief, "handover")
    assert leaving.post(url, {"text": " "}).status_code == 422
    assert leaving.post(url, {"text": "3栋水泵在修\n<b>502</b> 等回电"}).status_code == 302
    assert "&lt;b&gt;502" in text_of(relief, "handover")
    note = HandoverNote.objects.get()
    confirm = reverse("scheduling:confirm", args=[note.pk])
    assert leaving.post(confirm).status_code == 409
    assert relief.post(confirm).status_code == 302
    page = text_of(relief, "handover")
    assert "linju丁" in page
    assert "Not confirmed yet" not in page


def test_a_make_up_day_a_holiday_and_an_unknown_year_are_named(live) -> None:
    client = live.browser("linju甲")
    day = timezone.localdate()
    assert "not on file yet" in text_of(client, "rota")
    CalendarYear.objects.create(pk=day.year, source="x")
    CalendarDay.objects.create(year_id=day.year, on=day, kind="holiday", name="邻里节")
    assert "邻里节" in text_of(client, "rota")


def test_a_rota_is_paused_and_kept_again(live) -> None:
    client, url = live.browser(live.secretary), reverse("scheduling:kept")
    assert client.post(url, {"kept": "no"}).status_code == 302
    assert "every duty officer is called" in text_of(client, "rota")
    assert client.post(url, {"kept": "yes"}).status_code == 302
    assert Rota.objects.get().is_kept
