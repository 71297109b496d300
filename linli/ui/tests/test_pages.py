import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from linli.core.errors import NotAllowed
from linli.ui.context import Shell

STATIC = Path(__file__).parent.parent / "static" / "ui"
TEMPLATES = Path(__file__).parent.parent / "templates"


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_error_page_needs_no_request_and_says_what_to_do(name, language):
    with translation.override(language):
        html = render_to_string(f"{name}.html")
    assert "<h1>" in html
    assert len(re.findall(r"<p>[^<]{8,}</p>", html)) == 2


def test_a_refusal_page_shows_its_sentence(rf):
    html = render_to_string("refusal.html", {"refusal": NotAllowed("Only the desk may.")}, request=rf.get("/"))
    assert "Only the desk may." in html
    assert 'data-refusal="not-allowed"' in html


def test_a_refusal_fragment_is_no_page():
    html = render_to_string("refusal_fragment.html", {"refusal": NotAllowed("No.", fields={"phone": "Too short."})})
    assert "<html" not in html
    assert "Too short." in html


def test_no_template_holds_what_a_strict_policy_forbids():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|hx-on|\sstyle=|https?://", text), path


def test_no_script_or_style_reaches_outside():
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|\beval\(", text), path


def test_every_dark_colour_has_its_light_one():
    blocks = re.findall(r":root(?:\[data-theme=\"dark\"\])? \{(.*?)\n\}", (STATIC / "tokens.css").read_text(), re.S)
    light, dark = (set(re.findall(r"(--[\w-]+): *(?:#|rgb|0)", block)) for block in blocks[:2])
    assert dark - {"--shadow"} <= light
    assert light - dark <= {"--space-1"}


def test_a_visitor_has_no_menu_and_no_name(rf):
    shell = Shell(rf.get("/"))
    assert (shell.user, shell.name, shell.menu, shell.idle_seconds) == (None, "", [], 0)


def test_a_theme_out_of_nowhere_is_the_computers_own(rf):
    request = rf.get("/")
    request.COOKIES["linli_theme"] = '"><script>'
    assert Shell(request).theme == "auto"
    request.COOKIES["linli_theme"] = "dark"
    assert Shell(request).theme == "dark"


@override_settings(LINLI_SHELL_URLS={"search": "no-such:place", "language": "set_language"})
def test_an_address_that_does_not_exist_is_left_out(rf):
    urls = Shell(rf.get("/")).urls
    assert urls["search"] == ""
    assert urls["language"].endswith("/setlang/")


def test_the_languages_are_named_in_themselves(rf):
    with translation.override("en"):
        assert [(x["name"], x["current"]) for x in Shell(rf.get("/")).languages] == [("中文", False), ("English", True)]
