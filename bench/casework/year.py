"""A year of requests for measuring in, written with COPY into PostgreSQL. All of it is invented.

    python -m bench.casework.year --requests 1000000

Communities as `bench.registry.city` builds them, with fewer residents in each; four steps a request, a reporter, three of five
answers rated. Phones are hashed for everybody, but encrypted only ten thousand times, as there.
"""

from __future__ import annotations

import argparse
import os
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import django

from bench.registry.city import ENDS, build, phone_of, write_rows
from bench.town import mend_sequences

COMMUNITIES, RESIDENTS_EACH = 140, 500
DAYS = 365
HERE = ZoneInfo("Asia/Shanghai")
PEOPLE = 700_000
CHUNK = 20_000
CHANNELS = {"phone": 45, "counter": 18, "captain": 10, "wechat": 10, "hotline": 10, "door": 4, "web": 3}
HOURS = (1, 1, 1, 1, 1, 2, 4, 10, 22, 30, 28, 20, 12, 14, 24, 26, 22, 16, 12, 10, 8, 5, 3, 2)
WHERE = ("厨房", "卫生间", "楼道", "门口", "地下室", "阳台", "顶楼", "单元门", "小广场", "停车棚")
SINCE = ("昨天开始", "有一个星期了", "反复好几次了", "今天早上发现", "上个月就说过", "下雨以后更厉害", "夜里最严重")
ASKED = (
    "请尽快来人看看",
    "麻烦给个准信",
    "家里有老人不方便",
    "打过物业电话没人接",
    "邻居也都这么说",
    "希望能彻底解决",
    "谢谢",
)
ANSWERS = (
    "已上门处理好，居民在场确认。",
    "已联系物业维修，今天修好。",
    "已向居民解释政策，居民表示理解。",
    "已列入本月计划，月底前完成。",
)


@dataclass(slots=True)
class Place:
    """A community with what requests of it point to."""

    pk: int
    categories: Sequence[tuple[int, str, Sequence[str], int, int]]
    category_sums: Sequence[int]
    units: Sequence[tuple[int, int, str]]
    posts: Sequence[int]


def build_year(*, requests: int) -> None:
    """Fills an empty, migrated PostgreSQL."""
    from django.db import connection, transaction

    build(residents=COMMUNITIES * RESIDENTS_EACH, each=RESIDENTS_EACH)
    places = _places()
    with transaction.atomic(), connection.cursor() as cursor:
        # As a restore does: indexes and foreign keys afterwards. What is written here is right by construction.
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '512MB'")
        indexes = _indexes(cursor)
        for name, _made in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        year = Year(requests)
        for chunk in year.chunks(places):
            for model, rows in chunk.items():
                write_rows(model, COLUMNS[model.__name__], rows)
        cursor.execute(STEPS)
        for _name, made in indexes:
            cursor.execute(made)
        write_rows(_model("DayCount"), ("community", "on", "last"), year.day_counts())
    mend_sequences()  # PostgreSQL looks at what there is
    _tally(places)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


COLUMNS: Mapping[str, Sequence[str]] = {
    "Request": (
        "id", "community", "number", "key", "source", "outside_number", "channel", "received_at", "text", "search_text", "category",
        "sensitive", "attributes", "priority", "place", "building", "unit", "state", "lead", "first_receiver", "runs", "clock_from",
        "allowance_seconds", "due_at", "due_by", "late_at", "respond_due_at", "paused_at", "next_alarm", "next_alarm_at", "contacted_at",
        "taken_at", "resolved_at", "ended_at", "answer", "returns", "rounds", "merged_into", "public_text", "version", "state_step",
        "lead_step", "category_step",
    ),
    "Reporter": ("id", "community", "request", "name", "phone", "phone_hash", "wants", "language", "since"),
    "Rating": (
        "community", "request", "reporter", "round", "via", "rated_at", "contacted", "solved", "satisfaction", "text", "written_by",
        "counts_at", "objection", "objection_text", "objected_at", "objected_by", "decided_at", "decided_by", "decision",
    ),
    "CaseLink": (
        "community", "request", "kind", "reporter", "to_name", "to_phone", "text", "round", "created_at", "expires_at", "state",
        "answered_at", "answer",
    ),
    "CallTry": ("community", "request", "reporter", "round", "at", "by", "outcome"),
}  # fmt: skip
STEPS = """
INSERT INTO casework_step (id, community_id, request_id, at, aspect, verb, actor_kind, actor_label, text, state, place, params,
                           category_id, lead_id, due_at)
SELECT r.id * 4 - 3 + n, r.community_id, r.id,
       CASE n WHEN 3 THEN coalesce(r.ended_at, r.resolved_at, r.taken_at, r.received_at) ELSE r.received_at END,
       (ARRAY['state', 'category', 'lead', 'state'])[n + 1], (ARRAY['received', 'sorted', 'leads', 'changed'])[n + 1], 'user', '值班员',
       CASE n WHEN 0 THEN r.text WHEN 3 THEN r.answer ELSE '' END,
       CASE n WHEN 0 THEN 'received' WHEN 3 THEN r.state ELSE '' END, '', '{}',
       CASE n WHEN 1 THEN r.category_id END, CASE n WHEN 2 THEN r.lead_id END, NULL
FROM casework_request r CROSS JOIN generate_series(0, 3) AS n
"""


class Year:
    """Makes the rows of one request after the other, in the order in which they were received."""

    def __init__(self, requests: int) -> None:
        from bench.registry.names import names
        from linli.core.fields import sealed

        self.requests, self.chance = requests, random.Random(17)
        self.now = datetime.now(UTC)
        self.phones = [sealed(phone_of(number)) for number in range(ENDS)]
        found = names(seed=18)
        self.names = [next(found)["name"] for _ in range(50_000)]
        self.numbers: Counter[tuple[int, str]] = Counter()
        self.channels = list(accumulate(CHANNELS.values()))
        self.hours = list(accumulate(HOURS))

    def chunks(self, places: Sequence[Place]) -> Iterator[Mapping[Any, list[tuple[Any, ...]]]]:
        models = {name: _model(name) for name in COLUMNS}
        rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
        for number, received in enumerate(self.times(), 1):
            self.request(number, received, self.chance.choice(places), rows)
            if number % CHUNK == 0 or number == self.requests:
                yield {models[name]: made for name, made in rows.items()}
                rows = {name: [] for name in COLUMNS}

    def times(self) -> Iterator[datetime]:
        """Sorted: more in the morning than at night, fewer on days off, up to a minute ago."""
        days = [self.now.astimezone(HERE).date() - timedelta(days=back) for back in range(DAYS, -1, -1)]
        shares = list(accumulate(10 if day.weekday() < 5 else 5 for day in days))
        counts = Counter(self.chance.choices(range(len(days)), cum_weights=shares, k=self.requests))
        latest = self.now - timedelta(minutes=1)
        for at, day in enumerate(days):
            hours = self.chance.choices(range(24), cum_weights=self.hours, k=counts[at])
            midnight = datetime.combine(day, time(), tzinfo=HERE)
            yield from sorted(
                min(latest, midnight + timedelta(hours=h, seconds=self.chance.randrange(3600))).astimezone(UTC)
                for h in hours
            )

    def request(self, number: int, received: datetime, place: Place, rows: dict[str, list[tuple[Any, ...]]]) -> None:
        from linli.casework.sought import kept_for_search
        from linli.registry.keeping import phone_hash

        chance = self.chance
        category, title, words, seconds, sensitive = chance.choices(place.categories, cum_weights=place.category_sums)[
            0
        ]
        building, unit, house = chance.choice(place.units)
        day = f"{received.astimezone(HERE):%Y%m%d}"
        self.numbers[place.pk, day] += 1
        named = f"{day}-{self.numbers[place.pk, day]:03d}"
        label = f"{house}{chance.choice(WHERE)}"
        text = f"{label}{chance.choice(words)}，{chance.choice(SINCE)}，{title}的事{chance.choice(ASKED)}。"
        channel = chance.choices(tuple(CHANNELS), cum_weights=self.channels)[0]
        outside = f"DH{number:09d}" if channel == "hotline" else ""
        due = received + timedelta(seconds=seconds)
        state, taken, resolved, ended, rounds = self.course(received, seconds)
        standing = state in {"waiting", "resolved", "reopen_asked", "closed", "cancelled", "merged"}
        step = number * 4
        rows["Request"].append((
            number, place.pk, named, uuid.UUID(int=chance.getrandbits(128)), "", outside, channel, received, text,
            kept_for_search(named, outside, label, text), category, bool(sensitive), "{}", 3, label, building, unit, state,
            chance.choice(place.posts), "值班员", "always" if seconds <= 86_400 else "working_days", received, seconds, due, "grade",
            received + timedelta(seconds=3 * seconds), received + timedelta(seconds=seconds // 6), taken if state == "waiting" else None,
            "" if standing else "warn", None if standing else max(due - timedelta(seconds=seconds // 4), self.now + timedelta(hours=1)),
            taken, taken,
            resolved, ended, chance.choice(ANSWERS) if resolved else "", chance.choices((0, 1, 2), (94, 5, 1))[0], rounds,
            number - 1 if state == "merged" else None, "", 4, step, step - 1, step - 2,
        ))  # fmt: skip
        person = chance.randrange(PEOPLE)
        link = chance.random() < 0.55
        rows["Reporter"].append((
            number, place.pk, number, self.names[person % len(self.names)], self.phones[person % ENDS], phone_hash(phone_of(person)),
            "link" if link else "call", "zh-hans", received,
        ))  # fmt: skip
        if resolved:
            self.after(number=number, place=place.pk, resolved=resolved, rounds=rounds, link=link, rows=rows)

    def course(
        self, received: datetime, seconds: int
    ) -> tuple[str, datetime | None, datetime | None, datetime | None, int]:
        """State, taken, resolved, ended, rounds, as far as it can have come by now."""
        chance, now = self.chance, self.now
        fate = chance.random()
        if fate < 0.015:
            ended = received + timedelta(hours=chance.randrange(1, 30))
            if ended < now:
                return ("merged" if fate < 0.006 else "cancelled"), None, None, ended, 0
        taken = received + timedelta(minutes=chance.randrange(5, 600))
        if taken > now:
            return "assigned", None, None, None, 0
        took = seconds * chance.betavariate(2, 3) * (1.6 if chance.random() < 0.08 else 1.0)
        resolved = max(taken + timedelta(minutes=5), received + timedelta(seconds=took))
        if resolved > now or fate > 0.998:
            return ("waiting" if fate > 0.93 else "in_hand"), taken, None, None, 0
        rounds = 2 if chance.random() < 0.04 else 1
        ended = resolved + timedelta(days=chance.choice((1, 2, 3, 14)))
        if ended > now:
            return ("reopen_asked" if fate > 0.985 else "resolved"), taken, resolved, None, rounds
        return "closed", taken, resolved, ended, rounds

    def after(
        self,
        *,
        number: int,
        place: int,
        resolved: datetime,
        rounds: int,
        link: bool,
        rows: dict[str, list[tuple[Any, ...]]],
    ) -> None:
        chance = self.chance
        rated_at = resolved + timedelta(hours=chance.randrange(1, 150))
        rated = chance.random() < 0.6 and rated_at < self.now
        if rounds == 2:
            earlier = resolved - timedelta(hours=1)
            self.rating(number=number, place=place, rounds=1, at=earlier, satisfaction="unsatisfied", rows=rows)
        if rated:
            satisfaction = chance.choices(("satisfied", "mostly", "unsatisfied"), (82, 13, 5))[0]
            self.rating(number=number, place=place, rounds=rounds, at=rated_at, satisfaction=satisfaction, rows=rows)
        elif not link and chance.random() < 0.3:
            rows["CallTry"].append((place, number, number, rounds, min(rated_at, self.now), "值班员", "no_answer"))
        if link:
            expires = resolved + timedelta(days=14)
            state = "answered" if rated else "expired" if expires < self.now else "open"
            rows["CaseLink"].append((
                place, number, "rating", number, "", "", "", rounds, resolved, expires, state, rated_at if rated else None, "",
            ))  # fmt: skip

    def rating(
        self,
        *,
        number: int,
        place: int,
        rounds: int,
        at: datetime,
        satisfaction: str,
        rows: dict[str, list[tuple[Any, ...]]],
    ) -> None:
        chance = self.chance
        unhappy = satisfaction == "unsatisfied"
        counts = at + timedelta(days=3) if unhappy else at
        objection = "" if not unhappy or chance.random() > 0.08 else chance.choice(("upheld", "rejected"))
        if objection and counts > self.now:
            objection = "open"
        decided = counts if objection in {"upheld", "rejected"} else None
        rows["Rating"].append((
            place, number, number, rounds, chance.choice(("link", "call")), at, chance.random() < 0.97,
            not unhappy or chance.random() < 0.2, satisfaction, "", "", counts, objection, "已经上门三次" if objection else "",
            at if objection else None, "", decided, "", "情况属实" if decided else "",
        ))  # fmt: skip

    def day_counts(self) -> list[tuple[Any, ...]]:
        return [(place, f"{day[:4]}-{day[4:6]}-{day[6:]}", last) for (place, day), last in self.numbers.items()]


def _places() -> list[Place]:
    from linli.casework.actions.presets import lay_down_categories
    from linli.casework.models import Category
    from linli.casework.preset.grades import BY_CODE, USUAL
    from linli.registry.models import Community, Post, Unit

    made = []
    for community in Community.objects.filter(code__startswith="c").order_by("pk"):
        lay_down_categories(community_id=community.pk)
        below = Category.objects.filter(community=community, parent__isnull=False).order_by("pk")
        categories = []
        for one in below:
            grade = BY_CODE.get(one.grade, BY_CODE[USUAL])
            seconds = grade.seconds if grade.runs == "always" else grade.seconds * 7 // 5
            categories.append((one.pk, one.title_zh, one.keywords.split() or [one.title_zh], seconds, one.sensitive))
        shares = list(accumulate(1 + 60 // (n + 3) for n in range(len(categories))))
        units = [
            (unit.building_id, unit.pk, f"{unit.building.number}栋{unit.number}单元")
            for unit in Unit.objects.filter(community=community).select_related("building")
        ]
        posts = list(Post.objects.filter(community=community).order_by("pk").values_list("pk", flat=True)[:40])
        made.append(Place(community.pk, categories, shares, units, posts))
    return made


def _indexes(cursor: Any) -> list[tuple[str, str]]:
    """Name and statement of those that no constraint stands on."""
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)",
        [[f"casework_{name}" for name in ("request", "step", "reporter", "rating", "caselink", "calltry")]],
    )
    return list(cursor.fetchall())


def _tally(places: Sequence[Place]) -> None:
    """Count the months, as the worker does."""
    from linli.casework.actions.tallies import count_marked
    from linli.casework.models import Request, TallyMark

    first = Request.objects.order_by("received_at").values_list("received_at", flat=True)[0].astimezone(HERE).date()
    months, today = [first.replace(day=1)], datetime.now(HERE).date()
    while (after := (months[-1] + timedelta(days=31)).replace(day=1)) <= today:
        months.append(after)
    TallyMark.objects.bulk_create(TallyMark(community_id=place.pk, month=month) for place in places for month in months)
    while count_marked(limit=100):
        pass


def _model(name: str) -> Any:
    from django.apps import apps

    return apps.get_model("casework", name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, required=True)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    build_year(requests=args.requests)


if __name__ == "__main__":
    main()
