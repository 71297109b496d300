"""The listener with a broker made of a list: what is acknowledged, when, and what a fault of ours costs."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from linli.core.broker import Message
from linli.safety import listener as door
from linli.safety.listener import Listener

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Belt:
    """Batches to take, and what came back."""

    def __init__(self, *batches):
        self.batches, self.acked, self.given_back = list(batches), [], []

    async def take(self, *, max_messages):
        return self.batches.pop(0) if self.batches else []

    async def ack(self, messages):
        self.acked += [m.sequence for m in messages]

    async def give_back(self, messages, *, after_seconds):
        self.given_back += [m.sequence for m in messages]


def message(sequence, *, delivered=1, reply="ack", data=b"{}"):
    return Message(
        subject="linli.demo.GAS1.alarm",
        data=data,
        stored_at=NOW,
        stream="S",
        sequence=sequence,
        delivered=delivered,
        reply=reply,
    )


@pytest.fixture
def database(monkeypatch):
    """What the database was asked to record; a payload of b'bad' is a fault of ours."""
    recorded, kept = [], []

    def take(raws):
        if any(raw.data == b"bad" for raw in raws):
            raise ZeroDivisionError
        recorded.extend(raw.origin.split(":")[1] for raw in raws)

    monkeypatch.setattr(door, "_take", take)
    monkeypatch.setattr(door, "_keep", lambda raw, fault: kept.append(raw.origin.split(":")[1]))
    return recorded, kept


async def test_a_batch_is_acknowledged_after_it_is_recorded(database):
    belt = Belt([message(1), message(2)], [message(3)])
    await Listener(pull=belt).run()
    assert (database[0], belt.acked) == (["1", "2", "3"], [1, 2, 3])


async def test_a_message_that_breaks_us_costs_no_neighbour_and_ends_in_quarantine(database, caplog):
    belt = Belt([message(1), message(2, data=b"bad"), message(3)], [message(2, data=b"bad", delivered=3)])
    await Listener(pull=belt).run()
    assert database[0] == ["1", "3"]
    assert belt.given_back == [2]
    assert (database[1], belt.acked) == (["2"], [1, 3, 2])
    assert "fault of ours" in caplog.text


async def test_an_express_copy_that_breaks_us_waits_for_its_ordinary_copy(database, caplog):
    belt = Belt([message(1, reply="", data=b"bad")])
    await Listener(pull=belt).run()
    assert (database[1], belt.acked, belt.given_back) == ([], [], [])


async def test_a_database_that_is_away_is_waited_for_and_said_once(monkeypatch, caplog):
    falls, naps = [OperationalError, OperationalError], []

    def take(raws):
        if falls:
            raise falls.pop()

    async def nap(seconds):
        naps.append(seconds)

    monkeypatch.setattr(door, "_take", take)
    monkeypatch.setattr(door.asyncio, "sleep", nap)
    belt = Belt([message(1)])
    await Listener(pull=belt).run()
    assert (belt.acked, naps.count(1)) == ([1], 2)  # a second after each fall; the rest after a batch is shorter
    assert caplog.text.count("does not answer") == 1
