"""Refusals, verdicts, and the one place where they become answers."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils.translation import override

from linli.core.errors import Invalid, NotFound, Refusal
from linli.core.masking import mask_id_number, mask_name, mask_phone
from linli.core.middleware import refusal_response
from linli.core.secrets import decrypt, encrypt, keyed_hash, new_token, same_token, token_hash
from linli.core.verdict import YES, Verdict


def test_a_verdict_is_truthy_or_carries_its_refusal():
    assert YES
    YES.enforce()
    no = Verdict(NotFound())
    assert not no
    with pytest.raises(NotFound):
        no.enforce()


def test_a_program_gets_problem_json():
    answer = refusal_response(RequestFactory().get("/api/v1/x"), Invalid(fields={"at": "wrong"}))
    body = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (body["status"], body["title"], body["errors"], body["instance"]) == (
        422,
        "invalid",
        {"at": "wrong"},
        "/api/v1/x",
    )


@pytest.mark.parametrize(("headers", "whole_page"), [({}, True), ({"HX-Request": "true"}, False)])
def test_a_person_gets_a_page_or_a_fragment(headers, whole_page):
    request = RequestFactory().get("/x/", headers=headers)
    request.user = AnonymousUser()
    answer = refusal_response(request, NotFound())
    assert answer.status_code == 404
    assert ("<html" in answer.content.decode()) is whole_page


def test_a_refusal_speaks_the_readers_language():
    with override("en"):
        assert "could not find" in str(NotFound())
    with override("zh-hans"):
        assert "could not find" not in str(NotFound())
    assert str(Refusal("as given")) == "as given"


def test_masks_show_little():
    assert mask_phone("13912345678") == "139****5678"
    assert mask_phone("4321") == "**21"
    assert mask_id_number("999999195001010012") == "999999**********12"
    assert mask_name("赵秀兰") == "赵**"


def test_secrets_come_back_and_tokens_compare():
    assert decrypt(encrypt("13800000000")) == "13800000000"
    assert encrypt("x") != encrypt("x")
    assert encrypt("") == decrypt("") == ""
    assert keyed_hash("1", purpose="a") != keyed_hash("1", purpose="b")
    token = new_token()
    assert same_token(token, kept_hash=token_hash(token))
    assert not same_token(token + "x", kept_hash=token_hash(token))
