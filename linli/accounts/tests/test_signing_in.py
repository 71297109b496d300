"""At the door: locks, ways back, new session keys, and nothing betrayed about who exists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from linli.accounts import actions
from linli.accounts.models import NameLock, User
from linli.accounts.tests.conftest import PASSWORD
from linli.audit.models import AuditEntry
from linli.core.actors import system_actor

SIGN_IN = "/accounts/sign-in/"


def attempt(client: Client, *, name: str = "zhiban", password: str = "wrong", **more: str):
    return client.post(SIGN_IN, {"name": name, "password": password, **more})


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_user_signs_in_and_is_led_back(client: Client, duty: User) -> None:
    answer = attempt(client, password=PASSWORD, next="/accounts/profile/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/?a=1")
    assert client.get("/accounts/profile/").status_code == 200
    assert verbs()[-1] == "signed_in"


def test_a_user_who_is_signed_in_already_is_sent_on(client: Client, duty: User) -> None:
    client.force_login(duty)
    assert client.get(SIGN_IN, {"next": "/accounts/profile/"})["Location"] == "/accounts/profile/"


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/accounts/sign-out/",
        "/accounts/sign-in/",
        "\x00//evil.example",
        " //evil.example",
        "http://testserver//evil.example",
        "http://testserver@evil.example/",
    ],
)
def test_nobody_is_led_outside_or_in_circles(client: Client, duty: User, where: str) -> None:
    assert attempt(client, password=PASSWORD, next=where)["Location"] == "/"


def test_a_session_gets_a_new_key_at_sign_in(client: Client, duty: User) -> None:
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    attempt(client, password=PASSWORD)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_right_password_during_a_lock_is_refused_and_afterwards_accepted(client: Client, duty: User) -> None:
    for _ in range(4):
        assert attempt(client).status_code == 422
    assert attempt(client).status_code == 429
    assert attempt(client, password=PASSWORD).status_code == 429
    NameLock.objects.update(locked_until=datetime.now(UTC) - timedelta(seconds=1))
    assert attempt(client, password=PASSWORD).status_code == 302
    assert not NameLock.objects.exists()
    assert verbs() == ["added", *["sign_in_failed"] * 5, "name_locked", "signed_in"]


def test_a_success_ends_the_row_of_failures(client: Client, duty: User) -> None:
    for _ in range(3):
        for _ in range(4):
            assert attempt(client).status_code == 422
        assert attempt(Client(), password=PASSWORD).status_code == 302


def test_tries_during_a_lock_do_not_make_it_longer(client: Client, duty: User) -> None:
    for _ in range(5):
        attempt(client)
    until = NameLock.objects.get().locked_until
    for _ in range(3):
        attempt(client)
    assert NameLock.objects.get().locked_until == until


def _page(answer) -> str:
    return re.sub(
        r'(value|content|x-csrftoken)[=:]? ?"[^"]*"|csrfmiddlewaretoken[^>]*>|hx-headers=\'[^\']*\'',
        "",
        answer.content.decode(),
    )


def test_a_name_nobody_bears_behaves_like_one_somebody_bears(duty: User) -> None:
    for _ in range(6):
        real, invented = attempt(Client(), name="zhiban"), attempt(Client(), name="nobody")
        assert real.status_code == invented.status_code
        assert _page(real) == _page(invented)


def test_neither_name_nor_password_typed_in_haste_is_kept(client: Client, duty: User) -> None:
    attempt(client, name="my-password-in-the-wrong-field", password="x")
    entry = AuditEntry.objects.latest("id")
    assert entry.verb == "sign_in_failed"
    assert "my-password" not in f"{vars(entry)}{vars(NameLock.objects.get())}"


def test_width_and_case_do_not_give_more_tries(client: Client, duty: User) -> None:
    for name in ("zhiban", "ZHIBAN", " zhiban", "ｚｈｉｂａｎ"):
        assert attempt(client, name=name).status_code == 422
    assert attempt(client).status_code == 429


def test_an_inactive_user_cannot_sign_in_and_an_open_session_ends(client: Client, duty: User) -> None:
    attempt(client, password=PASSWORD)
    actions.change_user(
        by=system_actor(part="test"), now=datetime.now(UTC), user_id=duty.pk, changes={"is_active": False}
    )
    assert client.get("/accounts/profile/")["Location"].startswith(SIGN_IN)
    assert attempt(Client(), password=PASSWORD).status_code == 422


def test_an_administrator_unlocks_a_name(client: Client, duty: User) -> None:
    for _ in range(5):
        attempt(client)
    actions.unlock_name(by=system_actor(part="test"), now=datetime.now(UTC), user_id=duty.pk)
    assert attempt(client, password=PASSWORD).status_code == 302


def test_the_language_of_the_user_is_honoured(client: Client, duty: User) -> None:
    actions.change_user(
        by=system_actor(part="test"), now=datetime.now(UTC), user_id=duty.pk, changes={"language": "en"}
    )
    assert attempt(client, password=PASSWORD).cookies["linli_language"].value == "en"
    assert "My profile" in client.get("/accounts/profile/").content.decode()


def test_a_page_that_needs_a_sign_in_leads_there_and_back(client: Client, db) -> None:
    assert client.get("/accounts/profile/")["Location"] == f"{SIGN_IN}?next=/accounts/profile/"


def test_signing_out_needs_a_post_and_writes_the_trail(client: Client, duty: User) -> None:
    attempt(client, password=PASSWORD)
    assert client.get("/accounts/sign-out/").status_code == 405
    assert client.post("/accounts/sign-out/")["Location"] == SIGN_IN
    assert verbs()[-1] == "signed_out"
    assert client.get("/accounts/profile/").status_code == 302


def test_the_admin_has_no_second_door(client: Client, duty: User) -> None:
    assert (
        client.get("/admin/registry/resident/", follow=True).redirect_chain[-1][0]
        == f"{SIGN_IN}?next=/admin/registry/resident/"
    )
    answer = client.post("/admin/login/", {"username": "zhiban", "password": PASSWORD})
    assert answer["Location"].startswith(SIGN_IN)
    assert "_auth_user_id" not in client.session
    client.force_login(duty)
    assert client.get("/admin/", HTTP_ACCEPT_LANGUAGE="en").status_code in {302, 403}
    assert client.get("/admin/login/").status_code == 403
    assert client.get("/admin/password_change/").status_code in {302, 403}


def test_forms_are_guarded_against_other_sites(duty: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in (SIGN_IN, reverse("accounts:sign-out")):
        assert strict.post(address, {"name": "zhiban", "password": PASSWORD}).status_code == 403


def test_old_tries_are_forgotten_and_locks_are_not(client: Client, duty: User) -> None:
    attempt(client, name="a")
    attempt(client, name="b")
    now = datetime.now(UTC)
    NameLock.objects.filter(pk=NameLock.objects.earliest("id").pk).update(locked_until=now + timedelta(days=3))
    assert actions.forget_old_tries(now=now + timedelta(hours=23)) == 0
    assert actions.forget_old_tries(now=now + timedelta(hours=25)) == 1
