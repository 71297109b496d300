"""A relative far away, with a message on the phone and nothing installed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults_of
from tests.browser.test_desk import close_everything

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NEWEST = (
    "() => Math.max(0, ...[...document.querySelectorAll('.bubble a')].map(a => +a.pathname.match(/l.([0-9]+)/)[1]))"
)


def new_links(page, *, after):
    """Links of the messages that came after the one of this number."""
    links = [link.get_attribute("href") for link in page.locator(".bubble a").all()]
    return [link for link in links if int(link.split("/")[2].partition(".")[0]) > after]


@pytest.fixture
def family_link(demo, open_page):
    """The link a relative just got, read off the demo's phones, where it appeared by itself."""
    phones, reader = open_page("/demo/phones/"), open_page("/")
    newest = phones.evaluate(NEWEST)
    demo.says("alarm", demo.serials[0])
    try:
        phones.wait_for_function(f"newest => ({NEWEST})() > newest", arg=newest)
        phones.reload()  # not while it changes
        for link in new_links(phones, after=newest):
            reader.goto(demo.base + link)
            if reader.locator("h2", has_text="您看怎么办").count():
                break
        else:
            raise AssertionError("no relative was told")
        yield link
    finally:
        close_everything(open_page("/desk/", role="duty_officer"), demo)


def test_one_tap_answers_and_the_desk_sees_it(demo, open_page, family_link):
    desk = open_page("/desk/", role="duty_officer")
    page = open_page(family_link, width=360)
    page.locator("button[value=going]").click()
    expect(page.locator("#link-state")).to_contain_text("大家都知道您去处理了")
    expect(desk.locator(".incident-row")).to_contain_text("我去处理")
    tall = page.locator(".choices .button, .button-big").first.bounding_box()
    assert tall["height"] >= 60


def test_a_false_alarm_is_told_in_two_taps(open_page, family_link):
    page = open_page(family_link, width=360)
    page.locator("a[href$='?ask=cause']").click()
    page.locator("button[name=note]").first.click()
    expect(page.locator("#link-state")).to_contain_text("值班台知道原因了")


def test_it_works_on_a_phone_without_scripts(chromium, demo, family_link):
    context = chromium.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(demo.base + family_link)
    page.locator("button[value=help]").click()
    expect(page.locator("#link-state")).to_contain_text("已经叫人帮忙了")
    context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_can_read_the_links_pages(demo, open_page, family_link, language):
    page = open_page(family_link, language=language)
    faults = {"asks": faults_of(page)}
    page.goto(demo.base + family_link + "?ask=cause")
    faults["cause"] = faults_of(page)
    page.locator(".form button").click()
    faults["cause, refused"] = faults_of(page)
    page.goto(demo.base + family_link)
    page.locator("button[value=going]").first.click()
    expect(page.locator("details.details")).to_be_visible()
    faults["answered"] = faults_of(page)
    for path in ("/l/nonsense/", "/demo/phones/"):
        page.goto(demo.base + path)
        faults[path] = faults_of(page)
    assert not {where: what for where, what in faults.items() if what}
