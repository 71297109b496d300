"""A relative far away, with a message on the phone and nothing installed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults_of
from tests.browser.test_desk import close_everything

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

APPEARED = "known => [...document.querySelectorAll('.bubble a')].some(a => !known.includes(a.getAttribute('href')))"


def links_on(phones):
    return [link.get_attribute("href") for link in phones.locator(".bubble a").all()]


def new_link_for_a_relative(demo, page, *, known):
    """Looks at the phones until one shows a message that was not there before and asks its reader what they will do."""
    for _look in range(40):
        page.goto(demo.base + "/demo/phones/")
        for link in links_on(page):
            if link not in known:
                known.append(link)
                page.goto(demo.base + link)
                if page.locator("h2", has_text="您看怎么办").count():
                    return link
                break
        else:
            page.wait_for_timeout(500)
    raise AssertionError("no relative was told")


@pytest.fixture
def family_link(demo, open_page):
    """The link a relative just got, read off the demo's phones, where it appeared by itself."""
    page = open_page("/demo/phones/")
    known = links_on(page)
    demo.says("alarm", demo.serials[0])
    try:
        page.wait_for_function(APPEARED, arg=known)
        yield new_link_for_a_relative(demo, page, known=known)
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
