"""Whatever bytes come: an answer in the asked format, never a 500. The client raises what a view raises."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.casework.models import Request

NAMES = [
    "service_code", "description", "lat", "long", "address_string", "address_id", "email", "device_id", "account_id", "first_name",
    "last_name", "phone", "media_url", "jurisdiction_id", "service_request_id", "start_date", "end_date", "status", "page",
    "page_size", "locale", "extensions", "attribute[kind]", "attribute[kind][]", "attribute[]", "attribute[[]]", "attribute[\x00]",
]  # fmt: skip
PATHS = [
    "discovery",
    "services",
    "services/light",
    "services/water_leak",
    "requests",
    "requests/20261130-001",
    "tokens/1",
    "",
    "x",
]
LIKELY = [
    "", "light", "water_leak", "open", "closed", "demo", "street", "0", "-1", "99999999999999999999", "1e309", "nan", "43.88", "125.3",
    "2026-11-01", "2026-11-30T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-W01-1", "\x00", "<b>x</b>",
    "🔦" * 50, ",".join("1" * 5 for _ in range(1200)), "8号楼3单元502", "13800138000", "x@y.zz", "%", "\ud800", "\r\n\x0b", "en",
    "长" * 4001,
]  # fmt: skip
VALUES = st.one_of(st.sampled_from(LIKELY), st.text(alphabet=st.characters(), max_size=30))
FORMS = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), VALUES), max_size=14)
QUIET = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def encoded(pairs: list[tuple[str, str]]) -> str:
    return "&".join(
        f"{quote_plus(name, errors='replace')}={quote_plus(value, errors='replace')}" for name, value in pairs
    )


def is_whole(answer, fmt: str) -> None:
    """A known status, and a body that reads in its format."""
    assert answer.status_code in {200, 204, 301, 400, 403, 404, 405, 429}, answer.status_code
    if answer.status_code in {204, 301} or not answer.content:
        return
    if answer["Content-Type"].startswith("text/xml"):
        root = ElementTree.fromstring(answer.content)
        assert answer.status_code == 200 or root.tag == "errors"
    elif answer["Content-Type"].startswith("application/json"):
        body = json.loads(answer.content)
        assert answer.status_code == 200 or all(list(error) == ["code", "description"] for error in body)
    else:
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
        assert fmt not in {"xml", "json"}


def test_any_address(program, enter) -> None:
    enter()
    words = st.sampled_from(PATHS) | st.text(alphabet=st.characters(), max_size=20)

    @QUIET
    @given(
        st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "X"]),
        words,
        st.sampled_from(["xml", "json", "html"]),
        FORMS,
    )
    def ask(method, path, fmt, pairs) -> None:
        address = f"/open311/v2/{quote(path, errors='replace')}.{fmt}?{encoded(pairs)}"
        is_whole(program.client.generic(method, address), fmt)

    ask()


@pytest.mark.parametrize("fmt", ["xml", "json"])
def test_any_form(program, must_say, fmt) -> None:
    @QUIET
    @given(FORMS, st.booleans())
    def send(pairs, good) -> None:
        usual = [("service_code", "light"), ("attribute[kind]", "street"), ("address_string", "8号楼")] if good else []
        body = encoded([*usual, *pairs, ("api_key", program.key)])
        kind = "application/x-www-form-urlencoded"
        is_whole(program.client.generic("POST", f"/open311/v2/requests.{fmt}", body, content_type=kind), fmt)

    send()
    assert not any("\x00" in text for text in Request.objects.values_list("text", flat=True))


def test_any_body(program) -> None:
    kinds = st.sampled_from(
        [
            "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=gbk", "multipart/form-data; boundary=b",
            "multipart/form-data; boundary=\x00", "multipart/form-data", "application/json", "text/xml; charset=nothing", "", "é",
        ]
    )  # fmt: skip
    parts = b'--b\r\nContent-Disposition: form-data; name="description"'
    bodies = st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=60).map(lambda more: parts + b"\r\n\r\n" + more + b"\r\n--b--\r\n"),
        st.binary(max_size=60).map(lambda more: parts + b'; filename="a"\r\n' + more + b"\r\n\r\nx\r\n--b--\r\n"),
        st.binary(max_size=60).map(
            lambda more: b"api_key=" + program.key.encode() + b"&service_code=light&description=" + more
        ),
    )

    @QUIET
    @given(bodies, kinds)
    def send(body, kind) -> None:
        answer = program.client.generic("POST", "/open311/v2/requests.json", body, content_type=kind)
        is_whole(answer, "json")

    send()
