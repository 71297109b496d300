"""Users are added and changed by actions alone, and every one of them leaves its entry."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings

from linli.accounts import actions, events
from linli.accounts.actors import actor_of
from linli.accounts.errors import NameTaken, PasswordTooWeak, WrongPassword
from linli.accounts.models import User
from linli.accounts.tests.conftest import NOW, PASSWORD
from linli.audit.hearing import VERBS
from linli.audit.models import AuditEntry
from linli.core.actors import system_actor
from linli.core.errors import NotFound

BY = system_actor(part="test")


def last() -> AuditEntry:
    return AuditEntry.objects.latest("id")


def test_every_event_of_the_room_is_heard_by_the_trail() -> None:
    announced = {
        value
        for value in vars(events).values()
        if dataclasses.is_dataclass(value) and value.__module__ == events.__name__
    }
    assert announced == {*VERBS, events.RegisterChanged}


@pytest.mark.parametrize(
    ("write", "verb"),
    [
        (lambda u: actions.create_user(by=BY, now=NOW, username="x", name="王书记", password=PASSWORD), "added"),
        (
            lambda u: actions.create_administrator(by=BY, now=NOW, username="x", name="王管理", password=PASSWORD),
            "added",
        ),
        (lambda u: actions.change_user(by=BY, now=NOW, user_id=u.pk, changes={"name": "周二"}), "changed"),
        (lambda u: actions.change_own_profile(by=actor_of(u), now=NOW, language="en"), "changed"),
        (lambda u: actions.set_password(by=BY, now=NOW, user_id=u.pk, password=PASSWORD + "1"), "password_set"),
        (
            lambda u: actions.change_own_password(by=actor_of(u), now=NOW, current=PASSWORD, new=PASSWORD + "1"),
            "password_set",
        ),
    ],
)
def test_every_write_leaves_an_entry(duty: User, write, verb: str) -> None:
    before = AuditEntry.objects.count()
    written = write(duty)
    assert AuditEntry.objects.count() == before + 1
    entry = last()
    assert (entry.verb, entry.object_type, entry.object_ref, entry.at) == (verb, "user", str(written.pk), NOW)
    assert PASSWORD not in str(vars(entry))


def test_a_change_that_changes_nothing_leaves_none(duty: User) -> None:
    before = AuditEntry.objects.count()
    actions.change_user(by=BY, now=NOW, user_id=duty.pk, changes={"name": duty.name, "language": duty.language})
    actions.unlock_name(by=BY, now=NOW, user_id=duty.pk)
    assert AuditEntry.objects.count() == before


def test_a_change_names_fields_and_never_values(duty: User) -> None:
    actions.change_user(by=BY, now=NOW, user_id=duty.pk, changes={"email": "secret@example.org"})
    assert last().details == {"fields": ["email"]}


def test_two_users_cannot_bear_one_name(duty: User) -> None:
    with pytest.raises(NameTaken):
        actions.create_user(by=BY, now=NOW, username="zhiban", name="别人", password=PASSWORD)
    other = actions.create_user(by=BY, now=NOW, username="other", name="别人", password=PASSWORD)
    with pytest.raises(NameTaken):
        actions.change_user(by=BY, now=NOW, user_id=other.pk, changes={"username": "zhiban"})


@pytest.mark.parametrize("weak", ["", "short", "password", "zhiban12"])
def test_a_weak_password_is_refused_and_writes_nothing(duty: User, weak: str) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(PasswordTooWeak):
        actions.set_password(by=BY, now=NOW, user_id=duty.pk, password=weak)
    assert AuditEntry.objects.count() == before


def test_somebody_who_is_not_there_cannot_be_changed(db) -> None:
    with pytest.raises(NotFound):
        actions.set_password(by=BY, now=NOW, user_id=404, password=PASSWORD)


def test_passwords_are_kept_with_argon2(db) -> None:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        user = actions.create_user(by=BY, now=NOW, username="x", name="王", password=PASSWORD)
    assert user.password.startswith("argon2$argon2id$")


def test_the_house_itself_uses_argon2() -> None:
    text = (django_settings.BASE_DIR / "config" / "settings.py").read_text(encoding="utf-8")
    assert 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]' in text


def test_guesses_at_ones_own_present_password_are_counted(client: Client, duty: User) -> None:
    client.force_login(duty)
    for _ in range(5):
        assert (
            client.post("/accounts/profile/password/", {"current": "x", "password": PASSWORD + "1"}).status_code == 422
        )
    assert (
        client.post("/accounts/profile/password/", {"current": PASSWORD, "password": PASSWORD + "1"}).status_code == 429
    )


def test_a_user_changes_the_password_and_is_signed_out_elsewhere(client: Client, duty: User) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.post("/accounts/sign-in/", {"name": "zhiban", "password": PASSWORD})
    answer = client.post("/accounts/profile/password/", {"current": PASSWORD, "password": PASSWORD + "1"})
    assert answer["Location"] == "/accounts/profile/"
    assert client.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302


def test_a_wrong_present_password_stands_beside_its_field(client: Client, duty: User) -> None:
    with pytest.raises(WrongPassword):
        actions.change_own_password(by=actor_of(duty), now=datetime.now(UTC), current="x", new=PASSWORD)
    client.force_login(duty)
    page = client.post("/accounts/profile/password/", {"current": "x", "password": PASSWORD}).content.decode()
    assert 'id="id_current_error"' in page


def test_a_user_chooses_a_language(client: Client, duty: User) -> None:
    client.force_login(duty)
    assert client.post("/accounts/profile/language/", {"language": "xx"}).status_code == 422
    answer = client.post("/accounts/profile/language/", {"language": "en"})
    assert answer.cookies["linli_language"].value == "en"
    duty.refresh_from_db()
    assert duty.language == "en"
