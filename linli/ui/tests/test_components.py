import re
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation

from linli.core.errors import NotAllowed
from linli.core.verdict import YES, Verdict
from linli.ui.icons import ICONS
from linli.ui.states import STATES


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source: str, **context) -> str:
    return Template("{% load linli %}" + source).render(Context(context))


@pytest.mark.parametrize("state", STATES)
def test_a_badge_is_icon_and_word_and_colour(state):
    html = render("{% badge state %}", state=state)
    assert f"state-{state}" in html
    assert "<svg" in html
    assert str(STATES[state].word) in html


def test_a_badge_takes_the_word_of_its_page_and_escapes_it():
    assert "&lt;b&gt;" in render('{% badge "soon" word %}', word="<b>")


def test_an_unknown_state_or_icon_is_a_bug():
    with pytest.raises(KeyError):
        render('{% badge "red" %}')
    with pytest.raises(KeyError):
        render('{% icon "unicorn" %}')


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in render('{% icon "flame" %}')
    assert 'role="img" aria-label="Gas"' in render('{% icon "flame" label="Gas" %}')


def test_every_icon_is_well_formed():
    from xml.etree import ElementTree

    for shape in ICONS.values():
        assert len(ElementTree.fromstring(f"<svg>{shape}</svg>")) >= 1


def test_a_button_is_a_button_or_a_link():
    assert re.search(r'<button class="button button-primary" type="submit">.*Save', render('{% button "Save" %}'))
    assert re.search(r'<a class="button button-plain" href="/x/">', render('{% button "Go" kind="plain" href="/x/" %}'))


def test_a_refused_button_is_grey_says_why_and_sends_nothing():
    html = render('{% button "Close" verdict=verdict %}', verdict=Verdict(NotAllowed("Only the desk may.")))
    assert 'aria-disabled="true"' in html
    assert 'type="button"' in html
    assert "Only the desk may." in html


def test_an_allowed_button_is_an_ordinary_one():
    assert "aria-disabled" not in render('{% button "Close" verdict=verdict %}', verdict=YES)


def test_blocks_hold_markup():
    assert "<p>in</p>" in render('{% card "T" %}<p>in</p>{% endcard %}')
    assert "<td>in</td>" in render('{% table "T" count=3 %}<tr><td>in</td></tr>{% endtable %}')
    assert "<p>in</p>" in render('{% details "More" %}<p>in</p>{% enddetails %}')


def test_a_call_button_dials_digits_only():
    assert 'href="tel:+8613900005678"' in render('{% call "+86 139-0000 5678" name="Bai" %}')


def test_a_masked_value_without_an_address_cannot_be_revealed():
    html = render('{% masked "139****5678" label="Phone" %}')
    assert "139****5678" in html
    assert "<button" not in html


def test_a_masked_value_asks_the_reason_and_posts_it():
    html = render('{% masked "139****5678" label="Phone" reveal_url="/reveal/7/" %}')
    assert 'hx-post="/reveal/7/"' in html
    assert re.search(r'<input[^>]*name="reason"[^>]*required', html)


def test_pages_keep_the_other_parameters(rf):
    page = Paginator(range(100), 10).get_page(3)
    html = render("{% pagination page %}", page=page, request=rf.get("/?q=bai&page=3"))
    assert 'href="?q=bai&amp;page=4"' in html
    assert re.search(r'page=3" aria-current="page"', html)


def test_one_page_needs_no_page_numbers(rf):
    assert render("{% pagination page %}", page=Paginator([1], 10).get_page(1), request=rf.get("/")).strip() == ""


def test_a_timeline_takes_objects_and_dicts():
    entries = [{"at": None, "text": "told"}, SimpleNamespace(at=None, text="answered", who="Bai", state="hand")]
    html = render("{% timeline entries %}", entries=entries)
    assert "told" in html
    assert "<strong>Bai</strong> answered" in html
