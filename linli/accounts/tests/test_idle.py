"""Nobody there: the session ends, the way back is kept, and nothing typed is taken for accepted."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from linli.accounts.idle import SEEN, STAYS, grace_seconds
from linli.accounts.models import User
from linli.audit.models import AuditEntry

LIMIT = 600


@pytest.fixture
def left_alone(client: Client, duty: User, settings) -> Client:
    """A session whose last activity lies just beyond the limit."""
    settings.LINLI_IDLE_SECONDS = LIMIT
    client.force_login(duty)
    set_seen(client, LIMIT + grace_seconds(limit=LIMIT) + 1)
    return client


def set_seen(client: Client, ago: float) -> None:
    session = client.session
    session[SEEN] = int(time.time() - ago)
    session.save()


def seen(client: Client) -> int:
    return client.session.get(SEEN, 0)


def test_a_page_leads_to_sign_in_and_back(left_alone: Client) -> None:
    answer = left_alone.get("/accounts/profile/?tab=2")
    assert answer.status_code == 303
    assert answer["Location"] == "/accounts/sign-in/?next=%2Faccounts%2Fprofile%2F%3Ftab%3D2&reason=idle"
    assert "_auth_user_id" not in left_alone.session
    assert AuditEntry.objects.latest("id").details == {"reason": "idle"}
    page = left_alone.get(answer["Location"]).content.decode()
    assert 'data-page="plain"' in page, "linli-idle.js keeps what was sent only if the next page is not an ordinary one"
    assert 'value="/accounts/profile/?tab=2"' in page


def test_htmx_is_told_to_go_as_a_whole_page_and_not_that_it_was_saved(left_alone: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/12/?x=1"}
    answer = left_alone.post("/accounts/profile/language/", {"language": "en"}, headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/sign-in/?next=%2Fdesk%2F12%2F%3Fx%3D1&reason=idle"


def test_a_form_sent_too_late_changes_nothing_and_leads_back_to_its_page(left_alone: Client, duty: User) -> None:
    answer = left_alone.post(
        "/accounts/profile/language/", {"language": "en"}, headers={"Referer": "http://testserver/accounts/profile/"}
    )
    assert answer["Location"] == "/accounts/sign-in/?next=%2Faccounts%2Fprofile%2F&reason=idle"
    duty.refresh_from_db()
    assert duty.language == "zh-hans"


def test_a_foreign_page_is_no_way_back(left_alone: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/desk/"}
    assert left_alone.get("/accounts/profile/", headers=headers)["HX-Redirect"] == "/accounts/sign-in/?reason=idle"


def test_a_live_line_is_told_without_a_page(left_alone: Client) -> None:
    assert left_alone.get("/accounts/profile/", headers={"Accept": "text/event-stream"}).status_code == 401


def test_a_ping_too_late_is_refused(left_alone: Client) -> None:
    assert left_alone.post("/accounts/ping/", headers={"Sec-Fetch-Mode": "cors"}).status_code == 401


def test_htmx_of_an_expired_session_does_not_swap_the_sign_in_page_into_a_list(client: Client, db) -> None:
    answer = client.get(
        "/accounts/profile/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/sign-in/?next=%2Fdesk%2F")


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"Accept": "text/event-stream"}, {"Sec-Fetch-Mode": "cors"}]
)
def test_polls_and_live_lines_do_not_keep_a_session_open(client: Client, duty: User, settings, headers) -> None:
    settings.LINLI_IDLE_SECONDS = LIMIT
    client.force_login(duty)
    set_seen(client, 400)
    before = seen(client)
    assert client.get("/accounts/profile/", headers=headers).status_code == 200
    assert seen(client) == before


def test_a_ping_and_a_page_keep_a_session_open(client: Client, duty: User, settings) -> None:
    settings.LINLI_IDLE_SECONDS = LIMIT
    client.force_login(duty)
    for touch in (lambda: client.post("/accounts/ping/"), lambda: client.get("/accounts/profile/")):
        set_seen(client, 400)
        assert touch().status_code in {200, 204}
        assert time.time() - seen(client) < 5


def test_activity_is_noted_coarsely_so_that_not_every_request_writes(
    client: Client, duty: User, settings, django_assert_num_queries
) -> None:
    settings.LINLI_IDLE_SECONDS = LIMIT
    client.force_login(duty)
    client.post("/accounts/ping/")
    with django_assert_num_queries(2):  # session and user are read, nothing is written
        client.post("/accounts/ping/")


def test_a_wall_screen_stays_signed_in_until_another_page_is_opened(client: Client, duty: User, settings) -> None:
    settings.LINLI_IDLE_SECONDS = LIMIT
    client.force_login(duty)
    session = client.session
    session[STAYS] = True
    session.save()
    set_seen(client, 100_000)
    assert client.get("/accounts/profile/", headers={"HX-Request": "true"}).status_code == 200
    assert time.time() - seen(client) < 5
    client.get("/accounts/profile/")
    assert STAYS not in client.session


def test_without_a_limit_nobody_is_signed_out(left_alone: Client, settings) -> None:
    settings.LINLI_IDLE_SECONDS = 0
    assert left_alone.get("/accounts/profile/").status_code == 200


def test_the_page_signs_out_with_its_way_back(client: Client, duty: User) -> None:
    client.force_login(duty)
    answer = client.post("/accounts/sign-out/", {"next": "/desk/7/", "reason": "idle"})
    assert answer["Location"] == "/accounts/sign-in/?next=%2Fdesk%2F7%2F&reason=idle"
    evil = client.post("/accounts/sign-out/", {"next": "https://evil.example/", "reason": "idle"})
    assert evil["Location"] == "/accounts/sign-in/?next=%2F&reason=idle"
