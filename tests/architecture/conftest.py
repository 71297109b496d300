from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.source import REPOSITORY, House, Law, plant


@pytest.fixture(scope="session")
def the_house() -> House:
    """The repository itself."""
    return House(REPOSITORY)


@pytest.fixture
def breaks(tmp_path: Path) -> Callable[..., bool]:
    """``breaks(law, {"linli/room/views.py": "..."})``: whether the law objects to such a house."""

    def broken(law: Law, files: dict[str, str]) -> bool:
        return bool(law(plant(tmp_path, files)))

    return broken
