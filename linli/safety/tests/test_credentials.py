"""Two secrets for a while, or none: what the doorkeeper is told, and what is owed to it."""

from datetime import timedelta

import pytest

from linli.audit.models import AuditEntry
from linli.core.actors import Actor, system_actor
from linli.core.secrets import token_hash
from linli.safety.actions import (
    confirm_new_secrets,
    readmit_device,
    rotate_secret,
    settle_cut_offs,
    strike_off_device,
)
from linli.safety.actions.credentials import AT_ONCE, MOST_GRACE
from linli.safety.doorkeeper import DeviceKey, reason_to_refuse, uses_new_secret
from linli.safety.doorkeeper_jwt import Question
from linli.safety.errors import ReasonMissing, StruckOff
from linli.safety.models import Device, EarlierSecret
from linli.safety.queries.doors import cut_offs_owed, earlier_secret_until, keys_of
from tests.harness import Town

BY = Actor(kind="user", label="值班员小林", ref="7")
WEEK = timedelta(days=7)


@pytest.fixture
def town(db):
    return Town()


@pytest.fixture
def device(town):
    return Device.objects.get(serial="GAS502")


def key_of(town):
    return next(iter(keys_of(serials=["GAS502"], now=town.now)))


def opens(town, secret):
    """Whether the door opens, asked the way the doorkeeper asks."""
    key = key_of(town)
    known = {
        "GAS502": DeviceKey(
            serial="GAS502", community="demo", secret_hash=key.secret_hash, earlier_hash=key.earlier_hash,
            barred="" if key.is_active else "switched-off",
        )
    }  # fmt: skip
    question = Question("s", "u", "GAS502", secret, "GAS502", "h")
    return reason_to_refuse(question, known) == "", uses_new_secret(question, known["GAS502"])


def test_both_secrets_open_the_door_during_the_grace(town, device):
    old = town.device("502").secret
    _, new = rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=WEEK)
    assert opens(town, old) == (True, False)
    assert opens(town, new) == (True, True)
    assert opens(town, "guess") == (False, False)
    assert not cut_offs_owed()
    town.now += WEEK
    assert opens(town, old) == (False, False)
    assert opens(town, new) == (True, False)


def test_the_old_secret_ends_when_the_device_has_used_the_new_one(town, device):
    old = town.device("502").secret
    _, new = rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=WEEK)
    assert confirm(town, new) == 1
    assert opens(town, old)[0] is False
    assert opens(town, new)[0] is True
    assert AuditEntry.objects.filter(verb="secret_confirmed", object_label="GAS502").exists()
    assert confirm(town, new) == 0


def confirm(town, secret):
    by = system_actor(part="doorkeeper")
    return confirm_new_secrets(by=by, now=town.now, signed_in={"GAS502": token_hash(secret)})


def test_a_late_confirmation_never_locks_out_the_secret_in_use(town, device):
    _, second = rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=WEEK)
    _, third = rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=WEEK)
    assert confirm(town, second) == 0
    assert opens(town, second)[0] is True
    assert opens(town, third)[0] is True


def test_a_secret_no_longer_trusted_ends_now_and_its_line_is_to_be_cut(town, device):
    old = town.device("502").secret
    rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=WEEK)
    _, new = rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=AT_ONCE)
    assert opens(town, old)[0] is False
    assert opens(town, new)[0] is True
    assert list(cut_offs_owed()) == ["GAS502"]
    entry = AuditEntry.objects.filter(verb="secret_renewed").latest("pk")
    assert (entry.actor_ref, entry.details["grace_hours"]) == ("7", 0)


def test_a_grace_is_never_longer_than_thirty_days(town, device):
    rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=timedelta(days=999))
    assert earlier_secret_until(device_id=device.pk, now=town.now) == town.now + MOST_GRACE


def test_a_device_struck_off_stays_outside_and_is_to_be_thrown_out(town, device):
    secret = town.device("502").secret
    rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=WEEK)
    with pytest.raises(ReasonMissing):
        strike_off_device(by=BY, now=town.now, device_id=device.pk, reason="  ")
    strike_off_device(by=BY, now=town.now, device_id=device.pk, reason="被偷")
    strike_off_device(by=BY, now=town.now, device_id=device.pk, reason="再按一次")
    assert opens(town, secret)[0] is False
    assert not EarlierSecret.objects.exists()
    assert list(cut_offs_owed()) == ["GAS502"]
    assert list(AuditEntry.objects.filter(verb="struck_off").values_list("reason", flat=True)) == ["被偷"]
    with pytest.raises(StruckOff):
        rotate_secret(by=BY, now=town.now, device_id=device.pk, grace=WEEK)


def test_what_was_cut_is_owed_no_longer_and_what_came_meanwhile_is(town, device):
    strike_off_device(by=BY, now=town.now, device_id=device.pk, reason="被偷")
    assert settle_cut_offs(owed_before=town.now) == 0
    assert settle_cut_offs(owed_before=town.now + timedelta(seconds=1)) == 1
    assert not cut_offs_owed()


def test_a_device_let_in_again_has_its_secret_still(town, device):
    secret = town.device("502").secret
    strike_off_device(by=BY, now=town.now, device_id=device.pk, reason="误操作")
    readmit_device(by=BY, now=town.now, device_id=device.pk)
    readmit_device(by=BY, now=town.now, device_id=device.pk)
    assert opens(town, secret)[0] is True
    assert not cut_offs_owed()
    assert AuditEntry.objects.filter(verb="readmitted").count() == 1
