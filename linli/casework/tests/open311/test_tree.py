"""One tree, two formats, as written by hand."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.casework.open311.formats import FORMATS
from linli.casework.open311.numbers import id_of, number_in
from linli.casework.open311.tree import Document, Rows, as_json, as_xml, fit_for_xml

SERVICES = Document(
    "services", Rows("service", [{"service_code": "001", "metadata": True, "group": None, "keywords": "a, b"}])
)
DEFINITION = Document(
    "service_definition",
    {
        "service_code": "DMV66",
        "attributes": Rows(
            "attribute",
            [
                {
                    "variable": True,
                    "required": False,
                    "order": 1,
                    "values": Rows("value", [{"key": "1", "name": "福特"}]),
                }
            ],
        ),
    },
)


def test_xml_has_a_declaration_words_for_booleans_and_empty_elements() -> None:
    assert as_xml(SERVICES).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<services><service><service_code>001</service_code><metadata>true</metadata><group/>"
        "<keywords>a, b</keywords></service></services>\n"
    )


def test_json_drops_the_root_and_keeps_a_list_of_one() -> None:
    assert json.loads(as_json(SERVICES)) == [
        {"service_code": "001", "metadata": True, "group": None, "keywords": "a, b"}
    ]


def test_a_definition_is_an_object_with_lists_in_it() -> None:
    assert json.loads(as_json(DEFINITION)) == {
        "service_code": "DMV66",
        "attributes": [{"variable": True, "required": False, "order": 1, "values": [{"key": "1", "name": "福特"}]}],
    }
    assert "<attributes><attribute><variable>true</variable><required>false</required>" in as_xml(DEFINITION).decode()
    assert "<values><value><key>1</key><name>福特</name></value></values>" in as_xml(DEFINITION).decode()


def test_an_empty_list_is_an_empty_container() -> None:
    nothing = Document("service_requests", Rows("request", []))
    assert as_xml(nothing).decode().endswith("\n<service_requests/>\n")
    assert as_json(nothing) == b"[]"


def test_a_list_of_texts_is_a_list_of_texts() -> None:
    formats = Document("discovery", {"formats": Rows("format", ["text/xml"])})
    assert as_json(formats) == b'{"formats":["text/xml"]}'
    assert as_xml(formats).decode().endswith("<discovery><formats><format>text/xml</format></formats></discovery>\n")


def test_content_types_are_those_of_the_specification() -> None:
    assert [one.content_type for one in FORMATS.values()] == [
        "text/xml; charset=utf-8",
        "application/json; charset=utf-8",
    ]


@given(st.text(alphabet=st.characters()))
def test_any_text_survives_both_formats_the_same(text: str) -> None:
    document = Document("a", {"b": text})
    in_xml = ElementTree.fromstring(as_xml(document)).findtext("b")
    assert in_xml == json.loads(as_json(document))["b"] == fit_for_xml(text)


@pytest.mark.parametrize("text", ["\x00\x07\x1f", "\ud800", "\ufffe\uffff"])
def test_what_xml_cannot_hold_is_dropped(text: str) -> None:
    assert fit_for_xml(f"a{text}b") == "ab"


def test_signs_of_markup_are_escaped() -> None:
    assert b"<b>&lt;script&gt; &amp; \"'</b>" in as_xml(Document("a", {"b": "<script> & \"'"}))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("demo-20261130-012", "20261130-012"),
        ("20261130-012", "20261130-012"),
        ("other-20261130-012", None),
        ("demo-20261130", None),
        ("demo-20261130-012\n", None),
        ("", None),
        ("二〇二六", None),
        ("demo-２０２６1130-012", None),
    ],
)
def test_an_id_means_a_number_of_its_community(text: str, number: str | None) -> None:
    assert number_in(text, community="demo") == number


def test_a_code_that_looks_like_a_number_is_no_trouble() -> None:
    assert number_in(id_of(community="a-20261130", number="20261130-012"), community="a-20261130") == "20261130-012"
