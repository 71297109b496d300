"""The stream of live changes, without a server around it."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from config import live
from linli.accounts.idle import SEEN, STAYS
from linli.accounts.models import User


@pytest.fixture(autouse=True)
def in_the_tests_transaction(monkeypatch) -> None:
    """A thread of ours drops stale connections first; here that would be the connection that holds the test's transaction."""
    monkeypatch.setattr(live, "close_old_connections", lambda: None)


@pytest.fixture
def hub() -> live.Hub:
    one = live.Hub()
    one.client = SimpleNamespace(is_connected=True, stats={"reconnects": 0})
    return one


@pytest.fixture
def quick(monkeypatch) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(live, "LOOK_AT_SESSION_SECONDS", 0.05)


async def always() -> bool:
    return True


async def never() -> bool:
    return False


async def next_of(events) -> str:
    return (await asyncio.wait_for(anext(events), 5)).decode()


async def test_a_page_hears_at_once_that_the_line_is_up(hub) -> None:
    events = hub.events(live.Reader(None), still_allowed=always)
    assert await next_of(events) == "retry: 2000\nevent: beat\ndata: up\n\n"


async def test_a_page_hears_of_its_own_communities_only(hub) -> None:
    events = hub.events(live.Reader(frozenset({1})), still_allowed=always)
    await next_of(events)
    hub._heard(2, "incident-8")
    hub._heard(1, "incident-7")
    assert await next_of(events) == "event: change\ndata: incident-7\n\n"


async def test_topics_that_come_together_are_sent_together(hub) -> None:
    events = hub.events(live.Reader(None), still_allowed=always)
    await next_of(events)
    hub._heard(1, "incidents")
    assert await next_of(events) == "event: change\ndata: incidents\n\n"
    for topic in ("messages", "incidents", "messages", "bad\ntopic"):
        hub._heard(1, topic)
    assert await next_of(events) == "event: change\ndata: bad topic incidents messages\n\n"


async def test_a_page_hears_that_the_broker_is_away(hub, quick) -> None:
    events = hub.events(live.Reader(None), still_allowed=always)
    await next_of(events)
    hub.client.is_connected = False
    assert await next_of(events) == "event: beat\ndata: down\n\n"


async def test_a_page_is_told_to_look_for_itself_while_the_broker_is_away(hub, monkeypatch) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.01)
    hub.client.close = asyncio.Event().wait
    hub.client.is_connected = False
    events = hub.events(live.Reader(None), still_allowed=always)
    await next_of(events)
    running = asyncio.create_task(hub.run())
    for _ in range(2):
        assert await next_of(events) == "event: change\ndata: *\n\n"
    hub.client.is_connected = True
    assert await next_of(events) == "event: change\ndata: *\n\n"
    running.cancel()


async def test_a_stream_ends_when_the_session_has_ended(hub, quick) -> None:
    async with asyncio.timeout(5):
        sent = [event async for event in hub.events(live.Reader(None), still_allowed=never)]
    assert sent
    assert not hub._readers


async def test_all_streams_end_when_the_server_stops(hub) -> None:
    events = hub.events(live.Reader(None), still_allowed=always)
    await next_of(events)
    waiting = asyncio.create_task(next_of(events))
    await asyncio.sleep(0)
    hub.close()
    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_a_page_that_goes_away_is_forgotten(hub) -> None:
    sent = []
    leaves = asyncio.Event()

    async def receive():
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        leaves.set()

    await asyncio.wait_for(live._stream(hub, live.Reader(None), always, receive, send), 5)
    assert sent[0]["status"] == 200
    assert (b"x-accel-buffering", b"no") in sent[0]["headers"]
    assert not hub._readers


async def test_there_is_no_public_stream_without_the_demo(hub, settings) -> None:
    settings.LINLI_DEMO = False
    sent = []

    async def send(message):
        sent.append(message)

    await live.live_demo(hub, {}, None, send)
    assert sent[0]["status"] == 404


@pytest.fixture
def user(db) -> User:
    return User.objects.create_user(username="wang", name="Wang", password="a good long one")


def cookie_of(user: User, **values) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "linli.accounts.backends.RoleBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(values)
    session.save()
    return f"other=1; sessionid={session.session_key}"


def test_a_signed_in_user_is_let_in(user) -> None:
    assert live._scope_behind(cookie_of(user)) is not None


@pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=nonsense", "a b; c=\x00", "other=1"])
def test_a_stranger_is_not_let_in(cookie, db) -> None:
    assert live._scope_behind(cookie) is None


def test_a_user_who_may_no_longer_sign_in_is_shut_out(user) -> None:
    cookie = cookie_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert live._scope_behind(cookie) is None


def test_a_changed_password_ends_the_stream(user) -> None:
    cookie = cookie_of(user)
    user.set_password("another good long one")
    user.save()
    assert live._scope_behind(cookie) is None


def test_a_session_left_alone_is_shut_out_unless_it_is_a_wall_screen(user, settings) -> None:
    settings.LINLI_IDLE_SECONDS = 60
    long_ago = int(time.time()) - 3600
    assert live._scope_behind(cookie_of(user, **{SEEN: long_ago})) is None
    assert live._scope_behind(cookie_of(user, **{SEEN: long_ago, STAYS: True})) is not None
