"""Stories: the town, and the rule that nothing goes wrong unseen."""

import logging

import pytest

from tests.harness import Town
from tests.harness.town import START


@pytest.fixture
def start():
    return START


@pytest.fixture
def town(db, caplog, start):
    town = Town(start=start)
    with caplog.at_level(logging.WARNING):
        yield town
    town.nobody_else_was_told()
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR], caplog.text
