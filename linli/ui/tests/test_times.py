from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from linli.ui import times

NOW = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)  # 14:05 in Changchun


@pytest.fixture(autouse=True)
def _changchun():
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        yield


def say(html: str) -> str:
    return html.split(">", 1)[1].removesuffix("</time>")


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=3, seconds=59), "3 min ago"),
        (timedelta(hours=2, minutes=40), "2 h ago"),
        (timedelta(days=3), "20 Nov, 14:05"),
        (-timedelta(seconds=20), "in under a minute"),
        (-timedelta(minutes=5), "in 5 min"),
        (-timedelta(hours=3), "in 3 h"),
    ],
)
def test_ago_says_how_long_since(since, words):
    assert say(times.ago(at=NOW - since, now=NOW)) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "today 14:05"),
        (NOW - timedelta(days=1), "yesterday 14:05"),
        (NOW + timedelta(days=1), "tomorrow 14:05"),
        (NOW - timedelta(hours=14, minutes=6), "yesterday 23:59"),
        (NOW - timedelta(days=2), "21 Nov, 14:05"),
        (NOW - timedelta(days=365), "23 Nov 2025, 14:05"),
    ],
)
def test_clock_names_the_day_of_the_community_not_of_greenwich(at, words):
    assert say(times.clock(at=at, now=NOW)) == words


def test_both_carry_the_exact_time_for_machines_and_on_hover():
    for html in (times.ago(at=NOW, now=NOW), times.clock(at=NOW, now=NOW)):
        assert 'datetime="2026-11-23T06:05:00+00:00"' in html
        assert 'title="2026-11-23 14:05:00"' in html


def test_a_missing_time_is_a_dash():
    assert Template("{% load linli %}{{ at|ago }}{{ at|clock }}").render(Context({"at": None})) == "——"


def test_a_naive_time_is_a_bug():
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(TypeError):
        times.ago(at=naive, now=NOW)
    with pytest.raises(ValueError, match="naive"):
        times.clock(at=naive, now=NOW)
