"""A town to watch over."""

from __future__ import annotations

import pytest

from tests.harness import Town


@pytest.fixture
def town(db) -> Town:
    return Town()
