"""Who told us is forgotten a year after the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.accounts.actors import actor_of
from linli.audit.models import AuditEntry
from linli.casework.actions.answering import cancel_request
from linli.casework.actions.entering import Given, enter_request
from linli.casework.actions.letting_go import let_reporters_go
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Reporter
from linli.core.actors import system_actor
from linli.core.errors import NotAllowed
from linli.notifications.models import Addressee
from tests.harness.town import Town

PHONE = "16000001234"
BY = system_actor(part="test")


@pytest.mark.django_db
def test_who_told_us_is_forgotten_when_nobody_asks_any_more() -> None:
    town, now = Town(), timezone.now()
    told = ReporterGiven(name="张三", phone=PHONE, wants="link")
    old, new = (
        enter_request(by=BY, now=at, community_id=town.community.pk, given=Given(text="漏水", reporter=told))
        for at in (now - timedelta(days=500), now)
    )
    assert let_reporters_go(by=BY, now=now) == 0  # it is open
    cancel_request(by=BY, now=now - timedelta(days=400), request_id=old.pk, text="重复")
    assert (let_reporters_go(by=BY, now=now), let_reporters_go(by=BY, now=now)) == (1, 0)
    gone, kept = Reporter.objects.get(request=old), Reporter.objects.get(request=new)
    assert (gone.name, gone.phone, gone.phone_hash, gone.resident_id) == ("", "", "", None)
    assert (kept.name, kept.phone) == ("张三", PHONE)
    assert Addressee.objects.exists()  # the newer request still needs the number
    assert AuditEntry.objects.filter(verb="anonymised", object_type="casework.reporter").count() == 1
    cancel_request(by=BY, now=now - timedelta(days=399), request_id=new.pk, text="重复")
    let_reporters_go(by=BY, now=now)
    assert not Addressee.objects.exists()


@pytest.mark.django_db
def test_nobody_but_the_command_line_lets_them_go() -> None:
    with pytest.raises(NotAllowed):
        let_reporters_go(by=actor_of(Town().secretary_post.user), now=timezone.now())
