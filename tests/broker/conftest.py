"""Fixtures: one broker, or three; a door; a pull. Everything started here is stopped here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from linli.core.broker import Pull, ensure_streams
from tests.broker.servers import Broker, Door, cluster, single


@pytest.fixture
def broker(tmp_path) -> Iterator[Broker]:
    one = single(tmp_path)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def brokers(tmp_path) -> Iterator[list[Broker]]:
    three = cluster(tmp_path)
    for one in three:
        one.start()
    yield three
    for one in three:
        one.stop()


@pytest.fixture
async def nc(broker) -> AsyncIterator:
    line = await broker.connect()
    await ensure_streams(line)
    yield line
    await line.close()


@pytest.fixture
async def pull(nc) -> AsyncIterator[Pull]:
    one = await Pull.open(nc)
    yield one
    await one.close()


@pytest.fixture
async def door(broker) -> AsyncIterator[Door]:
    one = Door(broker)
    one.know("GD1", "GD2")
    await one.open()
    yield one
    await one.close()
