"""One small demo town, running as its installer starts it, and people in front of it."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.processes.house import House, linli

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 20_000
_numbers = count(1)


@dataclass
class Demo:
    """The running house with what `linli demo --json` tells about it."""

    house: House
    told: dict[str, Any]
    serials: list[str]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.house.http}"

    def says(self, kind: str, serial: str) -> None:
        """A detector speaks through the gateway's door; 202 means the broker has it."""
        body = json.dumps({"kind": kind, "id": f"browser-{next(_numbers)}", "lel": 12.5}).encode()
        asks = urllib.request.Request(
            f"{self.base}/api/v1/devices/{serial}/events",
            data=body,
            headers={"Authorization": f"Bearer {self.told['gateway']['token']}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asks, timeout=20) as answer:
            assert answer.status == 202


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[Demo]:
    # A busy or full machine would put troubles of its own on the desk these tests look at; linli/watching tests those.
    house = House(tmp_path_factory.mktemp("linli") / "var", LINLI_CANARY="0", LINLI_DISK_LOW_MB="100")
    for words in (["migrate"], ["demo", "--households", "60", "--detectors", "30"]):
        done = linli(*words, env=house.env)
        assert done.returncode == 0, done.stderr
    told = json.loads(linli("demo", "--json", env=house.env).stdout)
    kept = json.loads((house.directory / "demo.json").read_text(encoding="utf-8"))
    sample = told["mqtt"]["serial"]
    alike = sorted(serial for serial in kept["devices"] if serial[:3] == sample[:3] and serial != sample)
    house.start()
    try:
        house.wait_until_up()
        yield Demo(house, told, [sample, *alike])
    finally:
        house.end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, demo) -> Iterator[Callable[..., Page]]:
    """A fresh browser window; an error in a page's script fails the test."""
    contexts, errors = [], []

    def open_one(path: str = "/", *, width: int = 1366, language: str = "zh-hans", role: str = "") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 780}, reduced_motion="reduce")
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "linli_language", "value": language, "url": demo.base}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if role:
            sign_in(page, demo, role=role, language=language)
        page.goto(demo.base + path)
        return page

    expect.set_options(timeout=PATIENCE_MS)
    yield open_one
    for context in contexts:
        context.close()
    assert not errors, errors


def sign_in(page: Page, demo: Demo, *, role: str, language: str) -> None:
    login = demo.house.login(role)
    page.goto(demo.base + "/accounts/sign-in/")
    page.locator("#id_name").fill(login["username"])
    page.locator("#id_password").fill(login["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    switch = page.locator(f"button[lang={'zh-CN' if language == 'zh-hans' else language}]")
    if switch.count():  # the account speaks another language than this test
        if not switch.first.is_visible():
            page.locator("[data-menu-toggle]").click()
        with page.expect_navigation():
            switch.first.click()


def faults_of(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window, on a desktop and on a phone."""
    found = []
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 780})
        found += [f"{width}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{width}: the page is wider than the window")
    return found
