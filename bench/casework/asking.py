"""Asks an installation that holds a year: lists, searches, the three rates through Django's client; a request is written down. Prints JSON.

python -m bench.casework.asking --each 40
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import django

from bench.registry.city import CITY, ROOT, WORKER

LISTS = {
    "list: open": {"tab": "open"},
    "list: open, page 20": {"tab": "open", "page": 20},
    "list: due within a day": {"tab": "due"},
    "list: to be decided": {"tab": "decide"},
    "list: answered": {"tab": "answered"},
    "list: all": {"tab": "all"},
    "list: all, of a channel": {"tab": "all", "channel": "door"},
}
WORDS = ("漏水", "垃圾", "消防", "路灯", "纠纷", "装修", "门禁", "老人", "诈骗", "结冰")
CHANGED_MONTHS = 5
"""Full community months that have changed since they were counted, while the figures of the district are asked for. A million requests a
year are some 35 changes in a minute of a working day; the worker counts up to 60 months in a minute, so that seldom more than two wait."""
Measured = dict[str, list[float]]


def _got(client: Any, address: str, asked: Any) -> None:
    answer = client.get(address, asked)
    assert answer.status_code == 200, f"{address} {asked}: {answer.status_code}"


def _client(reader: str) -> Any:
    from django.test import Client

    from linli.accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    client.force_login(User.objects.get(username=reader))
    return client


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


class Asking:
    """One reader, asking one question after the other, the kinds mixed; each kind once before it counts."""

    def __init__(self, *, reader: str, each: int) -> None:
        from linli.accounts.models import User
        from linli.casework.context import reach_for

        self.chance, self.each, self.client = random.Random(23), each, _client(reader)
        self.reach, self.measured = reach_for(User.objects.get(username=reader)), defaultdict(list)
        self.whole = reader != WORKER

    def all(self) -> dict[str, Measured]:
        kinds = [*self.lists(), *self.searches(), *self.rates(), *self.cases()]
        for _name, ask in kinds:
            ask()
        gc.collect()
        gc.freeze()  # as a web process does once it has started
        rounds = [kind for kind in kinds for _ in range(self.each)]
        self.chance.shuffle(rounds)
        for name, ask in rounds:
            began = time.perf_counter()
            ask()
            self.measured[name].append(time.perf_counter() - began)
        return self.measured

    def lists(self) -> Iterator[tuple[str, Callable[[], None]]]:
        for name, asked in LISTS.items():
            yield name, lambda asked=asked: _got(self.client, "/casework/", asked)  # type: ignore[misc]

    def searches(self) -> Iterator[tuple[str, Callable[[], None]]]:
        for name, words in self._words().items():
            yield (
                f"search: {name}",
                lambda words=words: _got(self.client, "/casework/", {"q": self.chance.choice(words)}),
            )  # type: ignore[misc]

    def _words(self) -> dict[str, list[str]]:
        from linli.casework.models import Reporter, Request

        rows = Request.objects.filter(self.reach.covers(), pk__gt=1000).order_by("pk")
        some = list(rows.select_related("category")[:20_000:200])
        told = Reporter.objects.filter(request__in=[one.pk for one in some])
        return {
            "a number": [one.number for one in some],
            "a number at the hotline": [one.outside_number for one in some if one.outside_number],
            "two characters": list(WORDS),
            "four characters and a place": [f"{one.place[:3]} {one.category.title_zh[:2]}" for one in some],
            "a name": [one.name for one in told],
            "a phone": [one.phone for one in told],
            "nothing found": ["饕餮", "尉迟恭", "xyzzy"],
        }

    def rates(self) -> Iterator[tuple[str, Callable[[], None]]]:
        today = _today()
        last = today.replace(day=1) - timedelta(days=1)
        monday = today - timedelta(days=today.weekday())
        periods = {
            "this month": {},
            "last month": {"since": f"{last.replace(day=1)}", "until": f"{last}"},
            "this year": {"since": f"{today.year}-01-01", "until": f"{today.year}-12-31"},
            "last week": {"since": f"{monday - timedelta(days=7)}", "until": f"{monday - timedelta(days=1)}"},
            "any 335 days": {
                "since": f"{today.replace(day=15) - timedelta(days=350)}",
                "until": f"{today.replace(day=15) - timedelta(days=16)}",
            },
        }
        for name, asked in periods.items():
            yield f"three rates: {name}", lambda asked=asked: _got(self.client, "/casework/rates/", asked)  # type: ignore[misc]
        for table in ("hour", "category", "community" if self.whole else "building"):
            address = f"/casework/rates/table/{table}/"
            yield (
                f"three rates: its table by {table}, this year",
                lambda to=address: _got(self.client, to, periods["this year"]),
            )  # type: ignore[misc]
        asked = {**periods["last month"], "category": "utilities"}
        yield "three rates: last month, a category", lambda: _got(self.client, "/casework/rates/", asked)

    def cases(self) -> Iterator[tuple[str, Callable[[], None]]]:
        year = {"since": f"{_today().year}-01-01", "until": f"{_today().year}-12-31"}
        for which in ("unsatisfied", "overdue", "in_vain"):
            yield (
                f"cases behind a figure, this year: {which}",
                (
                    lambda which=which: _got(self.client, "/casework/rates/cases/", {**year, "which": which})  # type: ignore[misc]
                ),
            )


def entered(*, each: int) -> Measured:
    """Requests written down through the action, one after the other, in one community."""
    from django.utils import timezone

    from linli.accounts.actors import actor_of
    from linli.accounts.models import User
    from linli.casework.actions.entering import Given, PlaceGiven, enter_request
    from linli.casework.actions.reporters import ReporterGiven
    from linli.registry.models import Community

    by = actor_of(User.objects.get(username=WORKER))
    community = Community.objects.filter(code__startswith="c").order_by("pk")[0]
    measured: Measured = defaultdict(list)
    for number in range(each + 3):
        given = Given(
            text=f"厨房漏水，第{number}次反映，请尽快来人看看。",
            channel="phone",
            place=PlaceGiven(words="8-3"),
            reporter=ReporterGiven(name="王秀英", phone=f"160{number:08d}", wants="call"),
        )
        began = time.perf_counter()
        enter_request(by=by, now=timezone.now(), community_id=community.pk, given=given)
        measured["a request is written down"].append(time.perf_counter() - began)
    return {name: values[3:] for name, values in measured.items()}


def counted() -> Measured:
    """Months counted anew, as the worker does for each month in which something changed."""
    from linli.casework.actions.tallies import count_marked

    measured: Measured = defaultdict(list)
    while True:
        began = time.perf_counter()
        if not count_marked(limit=1):
            return measured
        measured["a month of a community is counted anew"].append(time.perf_counter() - began)


@contextmanager
def changed_months() -> Iterator[None]:
    """As long as it lasts, so many months of communities are not counted up to date."""
    from linli.casework.models import Tally, TallyMark

    full = (_today() - timedelta(days=20)).replace(
        day=1
    )  # on the first of a month there would be next to nothing in it
    communities = Tally.objects.filter(month=full, sort="all").order_by("-community_id")[:CHANGED_MONTHS]
    TallyMark.objects.bulk_create(TallyMark(community_id=one.community_id, month=full) for one in communities)
    yield


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--readers", nargs="+", choices=(WORKER, CITY, ROOT), default=(WORKER, CITY, ROOT))
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    told: dict[str, Measured] = {}
    with changed_months():
        for reader in args.readers:
            told[reader] = Asking(reader=reader, each=args.each).all()
    told["writing"] = {**entered(each=args.each), **counted()}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
