"""The worker: what is slow has room of its own, and a full line puts messages back untried."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from linli.notifications import worker as worker_module
from linli.notifications.channels import Accepted, CarrierRefused, NotDelivered, NotNow
from linli.notifications.delivering import Claimed
from linli.notifications.tests.providers import envelope
from linli.notifications.worker import Worker
from linli.registry.queries import PointCard


class FakeChannels:
    """A provider of texts that never answers, beside everything else that answers at once."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.sent: list[str] = []
        self.trouble: Exception | None = None

    def carries(self, kind: str) -> bool:
        return kind != "phone"

    async def send(self, *, kind, address, envelope):
        self.sent.append(kind)
        if self.trouble is not None and kind in {"sms", "push"}:
            raise self.trouble
        if kind == "sms":
            await self.open.wait()
            return Accepted(1, "aliyun", "sms", f"P{envelope.message_id}")
        return None

    async def close(self) -> None:
        self.open.set()


@pytest.fixture
async def worker():
    one = Worker(owner="test")
    one._channels = FakeChannels()
    yield one
    one._channels.open.set()
    await asyncio.gather(*one._slow, *one._in_flight, return_exceptions=True)
    if one._settling:
        one._settling.cancel()
    one._database.shutdown()


def claimed(number: int, kind: str, **changes) -> Claimed:
    message = envelope(message_id=number)
    return replace(
        Claimed(1, message, (PointCard(kind, "16000001111", 1),), attempts=1, point=0, point_attempts=0), **changes
    )


async def test_a_thousand_texts_that_hang_leave_all_room_to_the_rest(worker):
    for number in range(worker_module.MOST_SLOW_IN_FLIGHT):
        worker._start(claimed(number, "sms"))
    assert not worker._in_flight
    worker._start(claimed(5000, "webhook"))
    await asyncio.gather(*worker._in_flight)
    assert [one.claimed.envelope.message_id for one in worker._done] == [5000]
    worker._start(claimed(5001, "sms"))  # one more finds no room: it is put back, and counts as no attempt
    assert [one.envelope.message_id for one, _ in worker._put_back] == [5001]


async def test_a_text_that_finds_no_line_goes_back_untried(worker):
    worker._channels.trouble = NotNow("all lines to aliyun are taken", seconds=2)
    worker._start(claimed(1, "sms"))
    await asyncio.gather(*worker._slow)
    assert [(one.envelope.message_id, seconds) for one, seconds in worker._put_back] == [(1, 2)]
    assert not worker._done


async def test_what_a_provider_calls_it_is_recorded(worker):
    worker._channels.open.set()
    worker._start(claimed(7, "sms"))
    await asyncio.gather(*worker._slow)
    (attempt,) = worker._done
    assert attempt.accepted == Accepted(1, "aliyun", "sms", "P7")


async def test_what_is_recorded_while_a_provider_takes_its_time_loses_nothing(worker):
    worker._start(claimed(7, "sms"))
    await asyncio.sleep(0)
    worker._done = []  # a round takes what is done and leaves a new list
    worker._channels.open.set()
    await asyncio.gather(*worker._slow)
    assert [one.claimed.envelope.message_id for one in worker._done] == [7]


async def test_a_refusal_is_recorded_with_its_contract(worker):
    worker._channels.trouble = CarrierRefused(carrier_id=3, code="X", sentence="no")
    worker._start(claimed(7, "sms"))
    await asyncio.gather(*worker._slow)
    (attempt,) = worker._done
    assert attempt.refused == (3, "X: no")
    assert attempt.error == "X: no"


async def test_browsers_are_told_as_well_and_their_failure_decides_nothing(worker):
    worker._channels.trouble = NotDelivered("ended", gone=True)
    worker._start(claimed(7, "webhook", beside=(PointCard("push", "{}", 2, 9),)))
    await asyncio.gather(*worker._in_flight, *worker._slow)
    fates = {one.claimed.way.kind: (one.error, one.decides, one.gone) for one in worker._done}
    assert fates == {"webhook": ("", True, False), "push": ("ended", False, True)}


@pytest.mark.django_db
def test_what_is_put_back_waits_visibly_and_keeps_its_attempts():
    from linli.notifications.choosing import let_go
    from linli.notifications.models import Message
    from linli.notifications.tests.carriers_desk import Desk

    desk = Desk()
    desk.way("sms")
    message = desk.owes()
    (held,) = desk.claims()
    until = desk.now.replace(second=2)
    let_go([(held, Message.Held.LINE, until, until)])
    message.refresh_from_db()
    assert (message.state, message.held_by, message.attempts, message.due_at) == ("owed", "line", 0, until)
    desk.later(seconds=3)
    assert desk.sends() == ["sms"]


@pytest.mark.django_db
def test_when_a_message_was_owed_is_an_aware_instant_on_both_databases():
    """A naive one once kept every first message from being recorded as sent."""
    from django.utils import timezone

    from linli.notifications.tests.carriers_desk import Desk

    desk = Desk()
    desk.way("sms")
    desk.owes()
    assert timezone.is_aware(desk.claims()[0].owed_at)
