"""The town of the stories, and browsers of the people in it."""

import pytest
from django.test import Client

from linli.accounts.models import User
from tests.harness import Town


@pytest.fixture
def town(db):
    return Town()


@pytest.fixture
def browser_of(town):
    """Signs in whoever holds a post of that name."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(name=name))
        return client

    return sign_in


@pytest.fixture
def desk(browser_of):
    return browser_of("值班员小林")


@pytest.fixture
def captain(browser_of):
    return browser_of("赵玉兰")
