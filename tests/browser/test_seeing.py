"""The building chart, the numbers, the reports, the registers: by keyboard, and by everybody."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults_of
from tests.browser.test_desk import close_everything

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_door_is_reached_by_keyboard(demo, open_page):
    page = open_page("/desk/chart/?by=elders", role="duty_officer")
    house = page.locator(".chart-house").first
    house.locator("figcaption a").focus()
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.querySelector('title').textContent")
    page.keyboard.press("ArrowRight")
    right = page.evaluate("document.activeElement.querySelector('title').textContent")
    assert right != first
    assert page.evaluate("document.activeElement.getAttribute('tabindex')") == "0"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/registry/households/\d+/$"))
    expect(page.locator("h1")).to_contain_text(first.partition(" ")[0])


def test_a_building_opens_large_and_as_a_table(demo, open_page):
    page = open_page("/desk/chart/", role="duty_officer")
    page.locator(".chart-house figcaption a").first.click()
    expect(page.locator(".chart-unit").first).to_be_visible()
    page.get_by_role("link", name="看表格").click()
    expect(page.locator("tbody tr").first).to_be_visible()
    page.locator("#by").select_option("elders")
    page.wait_for_url(re.compile("by=elders"))
    expect(page.locator("table").first).to_be_visible()


def test_several_are_ticked_and_taken_without_a_mouse(demo, open_page):
    page = open_page("/desk/", role="duty_officer")
    for serial in demo.serials[:3]:
        demo.says("alarm", serial)
    expect(page.locator(".incident-row")).to_have_count(3)
    bar = page.locator("[data-take-many]")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    demo.says("alarm", demo.serials[3])
    expect(page.locator(".incident-row")).to_have_count(4)
    expect(page.locator("[data-tick]:checked")).to_have_count(2)
    page.locator(".incident-row a").first.focus()
    page.keyboard.press("a")
    page.keyboard.type("燃气检修，已通知")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("已接手 2 起")
    expect(page.locator("[data-tick]")).to_have_count(2)
    close_everything(page, demo)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_seen_can_be_read_by_everybody(demo, open_page, language):
    page = open_page("/desk/", language=language, role="duty_officer")
    demo.says("alarm", demo.serials[4])
    expect(page.locator(".incident-row")).to_have_count(1)
    page.locator("[data-tick]").check()
    faults = {"ticked": faults_of(page)}
    page.locator(".incident-row > a").click()
    page.wait_for_url(re.compile(r"/desk/incidents/\d+/$"))
    incident = page.url
    paths = [
        "/desk/chart/",
        "/desk/chart/?by=ages",
        "/desk/chart/?view=table",
        "/desk/statistics/",
        "/desk/history/?state=all",
    ]
    for path in [*paths, incident.removeprefix(demo.base) + "report/"]:
        page.goto(demo.base + path)
        faults[path] = faults_of(page)
    page.goto(demo.base + "/desk/chart/")
    page.locator(".chart-house figcaption a").first.click()
    page.wait_for_url(re.compile(r"/desk/chart/\d+/"))
    faults["building"] = faults_of(page)
    page.goto(page.url + "&view=table")
    faults["building, table"] = faults_of(page)
    page.goto(demo.base + "/desk/statistics/")
    for summary in page.locator(".picture summary").all():
        summary.click()
    faults["statistics, tables"] = faults_of(page)
    close_everything(page, demo)
    assert not {where: what for where, what in faults.items() if what}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_registers_can_be_read_by_everybody(demo, open_page, language):
    page = open_page("/admin/", language=language, role="administrator")
    faults = {"/admin/": desktop_faults_of(page)}
    lists = ["registry/resident", "registry/unit", "incidents/escalationpolicy", "incidents/incident", "safety/device"]
    for path in lists:
        page.goto(f"{demo.base}/admin/{path}/")
        faults[path] = desktop_faults_of(page)
    for path in (
        "registry/resident/add",
        "incidents/escalationpolicy/1/change",
        "incidents/escalationpolicy/1/history",
    ):
        page.goto(f"{demo.base}/admin/{path}/")
        faults[path] = desktop_faults_of(page)
    assert not {where: what for where, what in faults.items() if what}


def desktop_faults_of(page):
    """The registers are made for a desktop; how they fold on a phone is theirs."""
    page.wait_for_load_state("load")
    expect(page.locator("#main")).to_be_visible()
    return [fault for fault in faults_of(page) if not fault.endswith("wider than the window")]
