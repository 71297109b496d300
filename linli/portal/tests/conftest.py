"""The town of the stories, with everybody told of a leak at 8-3-502."""

import pytest
from django.utils import timezone

from tests.harness import Town


@pytest.fixture
def town(db):
    town = Town()
    town.now = timezone.now()  # the pages' doors read the real clock, and links expire by it
    town.device("502").leaks()
    return town


@pytest.fixture
def link_of(town):
    """The path of the link in somebody's newest message."""

    def path(name: str) -> str:
        return "/l/" + town.phone(name).messages[-1].link.split("/l/", 1)[1]

    return path
