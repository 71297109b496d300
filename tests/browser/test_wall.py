"""A wall that hangs for a year: the line drops, the house is deployed, the link is ended."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults_of
from tests.browser.test_desk import close_everything

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
DROPS = 200
WARM_UP = 20
MEBIBYTE = 1024 * 1024


def drop_the_line(page):
    root = page.locator("html")
    page.context.set_offline(True)
    expect(root).to_have_attribute("data-line", "down")
    page.context.set_offline(False)
    expect(root).to_have_attribute("data-line", "up")


def kept(page):
    """What the page holds on to: bytes of scripts, nodes, listeners."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    for _twice in range(2):
        session.send("HeapProfiler.collectGarbage")
    counted = session.send("Memory.getDOMCounters")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used, counted["nodes"], counted["jsEventListeners"]


def test_a_wall_survives_a_day_of_dropped_lines(demo, open_page):
    page = open_page("/wall/", role="duty_officer")
    expect(page.locator("html")).to_have_attribute("data-line", "up")
    page.evaluate("window.neverReloaded = true")
    for _drop in range(WARM_UP):
        drop_the_line(page)
    before = kept(page)
    for _drop in range(DROPS - WARM_UP):
        drop_the_line(page)
    after = kept(page)
    assert page.evaluate("window.neverReloaded")
    assert after[0] - before[0] < MEBIBYTE, (before, after)
    assert after[1] - before[1] < 200, (before, after)
    assert after[2] - before[2] < 20, (before, after)
    demo.says("alarm", demo.serials[0])
    expect(page.locator(".wall-row")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("data-sounding", "life")
    close_everything(open_page("/", role="duty_officer"), demo)
    expect(page.locator(".wall-calm")).to_be_visible()


def test_a_wall_says_since_when_it_is_old(demo, open_page):
    page = open_page("/wall/", role="duty_officer")
    page.clock.install()
    page.reload()
    expect(page.locator("[data-wall-stale]")).to_be_hidden()
    page.route("**/wall/**", lambda route: route.abort())
    page.clock.run_for(120_000)
    expect(page.locator("[data-wall-stale]")).to_be_visible()
    expect(page.locator("[data-wall-since]")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    page.unroute("**/wall/**")
    page.clock.run_for(40_000)
    expect(page.locator("[data-wall-stale]")).to_be_hidden()


def test_a_wall_loads_itself_anew_after_a_deploy(demo, open_page):
    page = open_page("/wall/", role="duty_officer")
    page.evaluate("window.old = true")

    def newer(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'data-build="\w+"', 'data-build="newer"', answer.text()))

    # Only the first news comes from the newer build: a second one on its way would have the page loaded twice.
    page.route("**/wall/**", newer, times=1)
    with page.expect_navigation():
        page.evaluate("htmx.trigger('#wall-live', 'live')")
    page.unroute_all(behavior="ignoreErrors")
    assert page.evaluate("window.old === undefined")


def test_a_screen_with_a_wall_link_needs_nobody_and_ends_with_it(demo, open_page):
    secretary = open_page("/wall/links/", role="secretary")
    secretary.locator("#id_name").fill("一楼大厅")
    secretary.locator(".action-bar button").click()
    address = secretary.locator(".wall-address").inner_text()
    assert not faults_of(secretary)
    screen = open_page(address.removeprefix(demo.base))
    expect(screen.locator(".wall-calm")).to_be_visible()
    expect(screen.locator("html")).to_have_attribute("data-line", "up")
    demo.says("alarm", demo.serials[1])
    expect(screen.locator(".wall-row")).to_have_count(1)
    close_everything(open_page("/", role="duty_officer"), demo)
    secretary.locator("form[action$='/revoke/'] button").click()
    expect(secretary.locator("table")).to_contain_text("已停用")
    screen.evaluate("htmx.trigger('#wall-live', 'live')")
    expect(screen.locator("body")).to_contain_text("这个大屏链接已经停用")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_wall_can_be_read_by_everybody(demo, open_page, language):
    page = open_page("/wall/", role="duty_officer", language=language)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    faults = {"calm": faults_of(page)}
    demo.says("alarm", demo.serials[2])
    expect(page.locator(".wall-row")).to_have_count(1)
    faults["one"] = faults_of(page)
    page.locator("[data-theme-switch]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    faults["light"] = faults_of(page)
    close_everything(open_page("/", role="duty_officer", language=language), demo)
    assert not {where: what for where, what in faults.items() if what}


def test_the_wall_shows_the_communitys_time_wherever_its_screen_was_set_up(demo, open_page):
    page = open_page("/wall/", role="duty_officer")  # a browser in Greenwich
    page.clock.install(time="2026-11-23T21:13:30Z")
    page.goto(page.url)
    page.clock.run_for(2_000)
    expect(page.locator("[data-wall-clock]")).to_have_text("05:13")
