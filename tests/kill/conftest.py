"""One PostgreSQL, one sink and one built town for all tests that kill; every test gets a copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.sink import SinkProcess, running_sink
from tests.kill.stage import Templates
from tests.postgres import postgres

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sink() -> Iterator[SinkProcess]:
    with running_sink() as one:
        yield one


@pytest.fixture(scope="session")
def templates(sink, tmp_path_factory) -> Iterator[Templates]:
    with postgres() as server:
        yield Templates(folder=tmp_path_factory.mktemp("kill"), sink=sink, server=server)


@pytest.fixture(params=DATABASES)
def kind(request) -> str:
    """The database of a test."""
    return request.param
