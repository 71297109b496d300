"""Asks one installation: the search query in process, and pages through Django's client. Prints what it took as JSON.

python -m bench.registry.asking --residents 7000
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import django

from bench.registry.city import CAPTAIN, CITY, ROOT, WORKER
from bench.registry.questions import questions

READERS = (WORKER, CAPTAIN, CITY, ROOT)
EACH, WARM = 10, 1
PAGES = 200
Measured = dict[str, list[float]]


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def searches(*, reader: str, asked: Sequence[tuple[str, str]]) -> dict[str, Measured]:
    """Seconds by kind of question: of the query alone, and of the whole page for a signed-in reader."""
    from django.utils import timezone

    from linli.accounts.models import User
    from linli.registry.context import scope_for
    from linli.registry.queries import search

    scope, today, client = scope_for(User.objects.get(username=reader)), timezone.localdate(), _client(reader)
    query: Measured = defaultdict(list)
    page: Measured = defaultdict(list)
    for kind, words in asked:
        query[kind].append(seconds(lambda: search(scope=scope, words=words, on=today)))  # noqa: B023
    for kind, words in asked:
        page[kind].append(seconds(lambda: _got(client, "/registry/search/", {"q": words})))  # noqa: B023
    return {"query": query, "page": page}


def pages(*, reader: str) -> Measured:
    """Seconds of household pages all over what a reader sees, and of lists of residents."""
    from linli.accounts.models import User
    from linli.registry.context import scope_for
    from linli.registry.models import Building, Household

    scope, client = scope_for(User.objects.get(username=reader)), _client(reader)
    seen = Household.objects.filter(scope.covers_households())
    ids = list(seen.values_list("pk", flat=True))
    step = max(1, len(ids) // PAGES)
    building = Building.objects.filter(pk__in=seen.filter(pk=ids[0]).values("dwelling__unit__building")).get()
    place = {"community": building.community_id}
    lists = {
        "list": {},
        "list of a community": place,
        "list of a community, page 30": place | {"page": 30},
        "list of a building": place | {"building": building.pk},
        "list of a group": place | {"group": "advanced_age"},
        "list of those over 60 alone": place | {"age_from": 60, "alone": "on"},
    }
    measured = {"household": [seconds(lambda: _got(client, f"/registry/households/{pk}/", {})) for pk in ids[::step]]}  # noqa: B023
    for name, asked in lists.items():
        measured[name] = [seconds(lambda: _got(client, "/registry/list/", asked)) for _ in range(PAGES // 10)]  # noqa: B023
    return measured


def _client(reader: str) -> Any:
    from django.test import Client

    from linli.accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    client.force_login(User.objects.get(username=reader))
    return client


def _got(client: Any, url: str, asked: Any) -> None:
    answer = client.get(url, asked)
    assert answer.status_code in {200, 302}, f"{url} {asked}: {answer.status_code}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, required=True)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=READERS)
    parser.add_argument("--each", type=int, default=EACH)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    warming = questions(seed=1, each=WARM, residents=args.residents)
    asked = questions(seed=2, each=args.each, residents=args.residents)
    told: dict[str, Any] = {}
    for reader in args.readers:
        searches(reader=reader, asked=warming)
        told[reader] = searches(reader=reader, asked=asked) | {"pages": pages(reader=reader)}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
