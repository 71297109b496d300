"""`linli up` as a whole: real processes, a real broker, real signals."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import aiohttp
import psutil
import pytest

from linli.core.broker import tell
from tests.processes.house import LINLI, House, environment, linli

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
PARTS = ["broker", "doorkeeper", "web", "listener-1", "worker-1"]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    """One house with a small demo, for all the tests that leave it standing."""
    one = House(tmp_path_factory.mktemp("linli") / "var")
    for words in (["migrate"], ["demo", "--households", "60", "--detectors", "20"]):
        done = linli(*words, env=one.env)
        assert done.returncode == 0, done.stderr
    one.start()
    try:
        one.wait_until_up()
        yield one
    finally:
        one.end()


def test_everything_comes_up_and_says_so(house) -> None:
    assert house.get("/healthz") == (200, b"ok\n")
    assert house.is_ready()
    assert set(house.parts()) == set(PARTS)
    assert house.login("duty_officer")["password"] in house.output
    assert f"http://127.0.0.1:{house.http}/" in house.output


def test_check_finds_all_of_it_fine(house) -> None:
    done = linli("check", "--json", env=house.env)
    # In December it misses the holidays of a year that no library may know yet: that is the calendar's matter.
    broken = [line for line in json.loads(done.stdout) if not line["fine"] and line["part"] not in {"calendar", "日历"}]
    assert broken == [], done.stderr


def test_a_second_up_is_refused(house) -> None:
    done = linli("up", env=house.env)
    assert done.returncode == 2
    assert "already running" in done.stderr
    assert str(house.pid) in done.stderr


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_heals_by_itself(part, house) -> None:
    house.wait_for(lambda: set(house.parts()) == set(PARTS) and house.is_ready())
    before = house.parts()
    before[part].kill()
    begun = time.monotonic()
    house.wait_for(lambda: (now := house.parts().get(part)) and now.pid != before[part].pid)
    back = time.monotonic() - begun
    house.wait_for(house.is_ready)
    if part != "broker":
        house.wait_for(lambda: (now := house.parts().get(part)) and now.pid in house.alive().values())
    print(f"{part}: a new process after {back:.2f} s, all ready after {time.monotonic() - begun:.2f} s")
    others = {name: process.pid for name, process in house.parts().items() if name != part}
    assert others == {name: process.pid for name, process in before.items() if name != part}


def test_nobody_is_turned_away_while_the_web_server_is_started_again(house) -> None:
    house.wait_for(house.is_ready)
    house.parts()["web"].kill()
    assert house.get("/healthz") == (200, b"ok\n")


async def events_of(answer: aiohttp.ClientResponse):
    """Name and data of each event as it comes."""
    name = ""
    async for raw in answer.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, line.removeprefix("data: ")


async def heard(events, name: str, data: str) -> None:
    """Return when this event has come."""
    async for event in events:
        if event == (name, data):
            return
    raise AssertionError("the stream ended")


async def sign_in(session: aiohttp.ClientSession, house: House) -> None:
    address = f"http://127.0.0.1:{house.http}/accounts/sign-in/"
    async with session.get(address) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', await page.text())
    assert token
    login = house.login("duty_officer")
    form = {"csrfmiddlewaretoken": token[1], "name": login["username"], "password": login["password"], "next": ""}
    async with session.post(address, data=form, headers={"Referer": address}, allow_redirects=False) as answer:
        assert answer.status in {302, 303}, await answer.text()


def browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=200))


async def test_a_stranger_gets_no_live_line(house) -> None:
    house.wait_for(house.is_ready)
    async with browser() as session, session.get(f"http://127.0.0.1:{house.http}/live/") as answer:
        assert answer.status == 403


async def say_again(nc, *, topic: str) -> None:
    """Notices may be lost while a line comes back: whoever wants to be heard says it again."""
    while True:
        await tell(nc, community_id=1, topic=topic)
        await asyncio.sleep(0.5)


@pytest.mark.parametrize("address", ["/live/", "/live/demo/"])
async def test_a_change_reaches_an_open_page_and_the_line_survives_the_broker(address, house) -> None:
    house.wait_for(house.is_ready)
    nc = await house.connect()
    async with browser() as session:
        await sign_in(session, house)
        async with session.get(f"http://127.0.0.1:{house.http}{address}") as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            events = events_of(answer)
            await heard(events, "beat", "up")
            await asyncio.sleep(0.5)
            await tell(nc, community_id=1, topic="incident-7")
            await nc.flush()
            await heard(events, "change", "incident-7")
            house.parts()["broker"].kill()
            await heard(events, "change", "*")
            house.wait_for(house.is_ready)
            saying = asyncio.create_task(say_again(nc, topic="incident-8"))
            await heard(events, "change", "incident-8")
            saying.cancel()
    await nc.close()


async def test_a_session_that_has_ended_opens_no_line(house) -> None:
    house.wait_for(house.is_ready)
    async with browser() as session:
        await sign_in(session, house)
        key = next(cookie.value for cookie in session.cookie_jar if cookie.key == "sessionid")
    forget = f"from django.contrib.sessions.models import Session; Session.objects.filter(pk={key!r}).delete()"
    code = f"import django; django.setup(); {forget}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, env={**house.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    )
    assert await process.wait() == 0
    async with (
        browser() as session,
        session.get(f"http://127.0.0.1:{house.http}/live/", headers={"Cookie": f"sessionid={key}"}) as answer,
    ):
        assert answer.status == 403


def processes_that_leave(left: list[psutil.Process]) -> list[psutil.Process]:
    """Those still there after ten seconds."""
    return psutil.wait_procs(left, timeout=10)[1]


@pytest.fixture
def short_house(tmp_path) -> Iterator[House]:
    """A house that the test brings down."""
    one = House(tmp_path / "var")
    try:
        yield one
    finally:
        one.end()


async def test_ctrl_c_ends_all_of_it_within_ten_seconds_even_with_pages_open(short_house) -> None:
    done = linli("migrate", env=short_house.env)
    assert done.returncode == 0, done.stderr
    done = linli("demo", "--households", "3", "--detectors", "1", env=short_house.env)
    assert done.returncode == 0, done.stderr
    short_house.start("--listeners", "2", "--workers", "2")
    short_house.wait_until_up()
    processes = short_house.processes()
    assert set(short_house.parts()) == {*PARTS, "listener-2", "worker-2"}
    async with browser() as session, session.get(f"http://127.0.0.1:{short_house.http}/live/demo/") as answer:
        await heard(events_of(answer), "beat", "up")
        begun = time.monotonic()
        code = await asyncio.to_thread(short_house.interrupt)
        took = time.monotonic() - begun
    print(f"stopped after {took:.1f} s")
    assert code == 0
    assert took < 10
    assert not processes_that_leave(processes)
    assert "did not stop in time" not in short_house.output
    assert "Traceback" not in short_house.output


def test_not_even_a_killed_supervisor_leaves_anything_running(short_house) -> None:
    short_house.start("--no-demo")
    short_house.wait_until_up()
    processes = short_house.processes()
    assert len(processes) == 6
    processes[0].kill()
    assert not processes_that_leave(processes)


def test_two_that_migrate_at_once_do_not_trip_over_each_other(tmp_path) -> None:
    env = environment(tmp_path / "var")
    both = [subprocess.Popen([*LINLI, "migrate"], env=env, stderr=subprocess.PIPE) for _ in range(2)]
    for one in both:
        _out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err.decode()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"LINLI_HTTP_PORT": "eighty"}, "LINLI_HTTP_PORT"),
        ({"DATABASE_URL": "mysql://localhost/linli"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://linli@127.0.0.1:1/linli"}, "does not answer"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/linli.sqlite3"}, "cannot be opened"),
        ({"LINLI_SECRET_KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_sentence(settings, says, tmp_path) -> None:
    one = House(tmp_path / "var")
    done = linli("up", env={**one.env, **settings})
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_database_is_said_to_be_damaged(tmp_path) -> None:
    one = House(tmp_path / "var")
    one.directory.mkdir()
    (one.directory / "linli.sqlite3").write_bytes(b"this is not a database at all " * 400)
    done = linli("up", env=one.env)
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_an_unprepared_database_sends_the_installer_to_migrate(tmp_path) -> None:
    done = linli("demo", env=House(tmp_path / "var").env)
    assert done.returncode == 2
    assert "linli migrate" in done.stderr
    assert "Traceback" not in done.stderr
