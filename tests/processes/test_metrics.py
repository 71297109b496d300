"""What /metrics says, and to whom. The processes' part of it is played."""

from __future__ import annotations

import re

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from config import metrics
from config.live import Hub
from linli.core import metrics as counted
from linli.watching.queries.gauges import Gauge

LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+0-9.eInf]+')


@pytest.fixture(autouse=True)
def fresh_counts():
    counted.forget()
    yield
    counted.forget()


def answer(**more):
    return {"part": "worker", "slot": "worker-1", "seconds": 5.0, **counted.snapshot(), **more}


async def ask(headers: dict[bytes, bytes] | None = None, client=("127.0.0.1", 5)) -> tuple[int, str]:
    sent = []

    async def send(message) -> None:
        sent.append(message)

    class Gatherer:
        async def text(self) -> str:
            return "all of it\n"

    scope = {"headers": list((headers or {}).items()), "client": client}
    await metrics.metrics(Gatherer(), scope, send)
    return sent[0]["status"], sent[1]["body"].decode()


def test_a_histogram_is_cumulated_and_ends_with_infinity() -> None:
    for seconds in (0.004, 0.02, 0.02, 99.0):
        counted.commit_to_sent.observe(seconds)
    lines = metrics._counted([answer()])
    assert 'linli_commit_to_sent_seconds_bucket{le="0.005",part="worker",slot="worker-1"} 1' in lines
    assert 'linli_commit_to_sent_seconds_bucket{le="0.025",part="worker",slot="worker-1"} 3' in lines
    assert 'linli_commit_to_sent_seconds_bucket{le="+Inf",part="worker",slot="worker-1"} 4' in lines
    assert 'linli_commit_to_sent_seconds_count{part="worker",slot="worker-1"} 4' in lines


def test_every_line_is_in_prometheus_form() -> None:
    counted.publish_to_commit.observe(0.3)
    counted.count("linli_errors_logged_total", labels={"logger": "linli.worker"}, by=2)
    gauges = [Gauge("linli_alive", "Parts.", 1.0, {"part": "web"}), Gauge("linli_disk_free_bytes", "Free.", 1.5e10)]
    lines = [*metrics._standing(gauges), *metrics._counted([answer()])]
    assert all(line.startswith("# ") or LINE.fullmatch(line) for line in lines), lines
    assert 'linli_errors_logged_total{logger="linli.worker",part="worker",slot="worker-1"} 2' in lines
    assert "linli_disk_free_bytes 15000000000" in lines


def test_a_label_cannot_break_out_of_its_quotes() -> None:
    assert metrics._labelled({"a": 'x"} 1\n'}) == '{a="x\\"} 1\\n"}'


async def test_without_a_token_only_this_machine_may_read_and_not_through_a_proxy(settings) -> None:
    settings.LINLI_METRICS_TOKEN = ""
    assert (await ask())[0] == 200
    assert (await ask(client=("192.0.2.7", 5)))[0] == 403
    assert (await ask({b"x-forwarded-for": b"127.0.0.1"}))[0] == 403


async def test_with_a_token_whoever_brings_it_may_read(settings) -> None:
    settings.LINLI_METRICS_TOKEN = "a long token"
    assert (await ask(client=("192.0.2.7", 5)))[0] == 403
    assert (await ask({b"authorization": b"Bearer a long token"}, client=("192.0.2.7", 5))) == (200, "all of it\n")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_broker_that_is_away_is_a_number_and_the_rest_is_still_said(settings) -> None:
    settings.LINLI_CANARY = False
    gatherer = metrics.Metrics(hub=Hub())
    text = await gatherer.text()
    let_go = sync_to_async(lambda: connection.close(), thread_sensitive=False, executor=gatherer._thread)  # noqa: PLW0108 - another thread's
    await let_go()  # the gatherer keeps a connection of its own
    assert "linli_broker_up 0" in text
    assert "linli_database_up 1" in text
    assert 'linli_devices{state="fine"} 0' in text
