"""The keys of encrypted fields: read by every process, changed while all go on, resumed wherever it was broken off."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime

import pytest
from cryptography.fernet import InvalidToken
from django.db import DatabaseError, connection, connections, transaction

from linli.accounts.roles import Role
from linli.core import keys, secrets
from linli.core.actions import (
    begin_key_rotation,
    let_waiting_key_write,
    note_key_fingerprints,
    prepare_key_rotation,
    reencrypt_fields,
    retire_old_keys,
)
from linli.core.keys_in_use import (
    batches,
    count_readable,
    encrypted_tables,
    is_append_only,
    noted_fingerprints,
    secret_is_another,
)
from linli.notifications.models import Reply
from linli.registry.models import Community, ContactPoint, ImportBatch, ImportSheet, Post

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


class Killed(BaseException):
    """As SIGKILL does, nobody catches it."""


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path) -> None:
    settings.LINLI_DATA_DIR = tmp_path


@pytest.fixture
def points(db) -> list[ContactPoint]:
    """Twenty-five ways to reach the secretary."""
    community = Community.objects.create(code="keys", name="钥匙社区")
    post = Post.objects.create(
        community=community, role=Role.SECRETARY, holder_name="陈书记", since_on=date(2026, 1, 1)
    )
    return [
        ContactPoint.objects.create(community=community, post=post, kind="sms", address=f"1381234{n:04}", position=n)
        for n in range(25)
    ]


def addresses() -> list[str]:
    return list(ContactPoint.objects.order_by("position").values_list("address", flat=True))


def tokens() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM registry_contactpoint ORDER BY position")
        return [row[0] for row in cursor.fetchall()]


def opened_by() -> set[int | None]:
    return {secrets.key_that_opens(token, keys=keys.fresh_ring().keys) for token in tokens()}


def nothing(_table: str, _rows: int) -> None:
    """Nobody looks at the progress."""


def reencrypt(**more):
    return reencrypt_fields(told=nothing, pause=lambda _seconds: None, **more)


def as_another_process(ring: keys.Ring) -> None:
    """Forget what this process knows, and know ``ring`` as one that loaded it before."""
    keys._loaded = keys._Loaded(keys._source(), (0, 0, 0), ring)


def test_the_first_key_is_derived_and_needs_no_file():
    assert keys.ring().keys == (secrets.derived_key(purpose="personal"),)
    assert not keys.keys_path().exists()


def test_a_rotation_puts_everything_under_a_new_key_and_forgets_the_old_one(points):
    before, old = addresses(), keys.ring().keys[0]
    note_key_fingerprints(now=NOW)
    begin_key_rotation(now=NOW)
    assert addresses() == before
    assert opened_by() == {1}
    assert reencrypt(rows_at_once=10).earlier == 25
    assert opened_by() == {0}
    assert reencrypt().earlier == 0
    assert retire_old_keys() == (old,)
    assert addresses() == before
    with pytest.raises(InvalidToken):
        secrets.decrypt_with(tokens()[0], keys=(old,))
    assert stat.S_IMODE(keys.keys_path().stat().st_mode) == 0o600
    assert keys.fingerprint(keys.ring().keys[0]) in noted_fingerprints()
    assert keys.fingerprint(old) not in noted_fingerprints()


def test_a_second_rotation_is_like_the_first(points):
    before = addresses()
    for _ in range(2):
        begin_key_rotation(now=NOW)
        reencrypt()
        retire_old_keys()
    assert addresses() == before
    assert len(keys.ring().keys) == 1


def test_a_rotation_that_was_killed_goes_on_with_the_same_key(points):
    before, written = addresses(), begin_key_rotation(now=NOW).keys[0]

    def killed(_seconds: float) -> None:
        raise Killed

    with pytest.raises(Killed):
        reencrypt_fields(told=nothing, pause=killed, rows_at_once=10)
    assert opened_by() == {0, 1}
    assert addresses() == before
    assert begin_key_rotation(now=NOW).keys[0] == written
    assert reencrypt(rows_at_once=10).earlier == 15
    assert reencrypt().earlier == 0
    retire_old_keys()
    assert addresses() == before


@pytest.mark.parametrize("step", ["file written", "database forgot"])
def test_a_rotation_killed_between_file_and_database_is_no_harm(step, points, monkeypatch):
    """Every key that the database speaks of is in the file at any moment."""
    note_key_fingerprints(now=NOW)
    module = "linli.core.actions.rotating"

    def killed(*_args, **_more):
        raise Killed

    if step == "file written":
        monkeypatch.setattr(f"{module}.note_key_fingerprints", killed)
        with pytest.raises(Killed):
            begin_key_rotation(now=NOW)
    else:
        begin_key_rotation(now=NOW)
        reencrypt()
        monkeypatch.setattr(f"{module}.keep_ring", killed)
        with pytest.raises(Killed):
            retire_old_keys()
    marks = {keys.fingerprint(key) for key in keys.fresh_ring().keys}
    assert {mark for mark, purpose in noted_fingerprints().items() if purpose == "fields"} <= marks
    monkeypatch.undo()
    keys_of_now = begin_key_rotation(now=NOW).keys
    assert len(keys_of_now) == 2
    reencrypt()
    retire_old_keys()
    assert len(addresses()) == 25


def test_a_process_with_the_old_key_reads_what_is_younger_and_writes_with_the_new_one(points):
    before, old = addresses(), keys.ring()
    begin_key_rotation(now=NOW)
    reencrypt()
    retire_old_keys()
    as_another_process(old)
    assert addresses() == before
    as_another_process(old)
    assert secrets.key_that_opens(secrets.encrypt("1"), keys=keys.fresh_ring().keys) == 0
    assert secrets.key_that_opens(secrets.encrypt("1"), keys=old.keys) is None


def test_a_process_keeps_its_keys_when_the_file_goes_away_and_says_so(points, caplog):
    before = addresses()
    begin_key_rotation(now=NOW)
    reencrypt()
    retire_old_keys()
    held = keys.keys_path().read_bytes()
    for harm in (keys.keys_path().unlink, lambda: keys.keys_path().write_bytes(b"{")):
        harm()
        assert secrets.decrypt(secrets.encrypt("1")) == "1"
        assert addresses() == before
    assert "is gone" in caplog.text
    assert "is damaged" in caplog.text
    keys.keys_path().write_bytes(held)
    assert secrets.key_that_opens(secrets.encrypt("1"), keys=keys.ring_from(secret="", kept=held).keys) == 0


def test_a_damaged_file_is_no_key_for_a_process_that_begins():
    keys.keys_path().write_bytes(b'{"keys": ["c2hvcnQ="], "since": "", "waiting": false}')
    with pytest.raises(keys.KeysUnreadable, match="damaged"):
        secrets.encrypt("1")


def test_what_somebody_changed_meanwhile_is_not_overwritten(points):
    begin_key_rotation(now=NOW)
    point = points[3]

    def changed_between(table, **more):
        rows = list(batches_before(table=table, **more))
        if table.name == "registry_contactpoint":
            ContactPoint.objects.filter(pk=point.pk).update(address="13900000000")
        return iter(rows)

    from linli.core.actions import rotating

    batches_before = rotating.batches
    rotating.batches = changed_between
    try:
        reencrypt()
    finally:
        rotating.batches = batches_before
    point.refresh_from_db()
    assert point.address == "13900000000"
    assert reencrypt().earlier == 0


def test_a_value_that_no_key_opens_is_counted_and_left_alone(points):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_contactpoint SET address = 'damaged' WHERE id = %s", [points[0].pk])
    begin_key_rotation(now=NOW)
    done = reencrypt()
    assert (done.earlier, done.unreadable) == (24, 1)
    assert tokens()[0] == "damaged"
    counts = count_readable(keys=keys.ring().keys, told=nothing)
    assert (counts["registry_contactpoint"].values, counts["registry_contactpoint"].unreadable) == (25, 1)
    assert all(count.unreadable == 0 for name, count in counts.items() if name != "registry_contactpoint")


def test_with_another_key_nothing_is_readable(points):
    counts = count_readable(keys=(b"x" * 32,), told=nothing)
    assert counts["registry_contactpoint"].unreadable == 25
    assert count_readable(keys=(), told=nothing)["registry_contactpoint"].unreadable == 25


def test_a_key_for_several_machines_reads_before_it_writes(points):
    first = keys.ring().keys[0]
    waiting = prepare_key_rotation()
    assert waiting.waiting
    assert prepare_key_rotation() == waiting
    assert secrets.key_that_opens(secrets.encrypt("1"), keys=(first,)) == 0
    now_written = let_waiting_key_write(now=NOW)
    assert now_written.keys == (waiting.keys[1], first)
    assert not now_written.waiting
    assert prepare_key_rotation() == now_written


def test_a_backup_made_across_a_rotation_reads_both_ways():
    before = keys.ring()
    after = begin_key_rotation_without_database(before)
    assert set(keys.joined(before, after).keys) == {*before.keys, *after.keys}
    assert keys.joined(before, after).keys[0] == after.keys[0]


def begin_key_rotation_without_database(before: keys.Ring) -> keys.Ring:
    return keys.Ring(keys.with_new_key(before, since="").keys[:1], "")


def test_the_database_knows_its_secret_key(settings, db):
    note_key_fingerprints(now=NOW)
    assert not secret_is_another(noted=noted_fingerprints())
    settings.SECRET_KEY = "another secret of at least thirty-two characters"
    assert secret_is_another(noted=noted_fingerprints())
    note_key_fingerprints(now=NOW)
    assert secret_is_another(noted=noted_fingerprints())


def test_long_values_come_in_smaller_batches(points, monkeypatch):
    monkeypatch.setattr("linli.core.keys_in_use.CHARACTERS_AT_ONCE", 1000)
    (table,) = [one for one in encrypted_tables() if one.name == "registry_contactpoint"]
    sizes = [len(rows) for rows in batches(table=table)]
    assert sum(sizes) == 25
    assert max(sizes) <= 10


def test_the_sheets_of_an_import_are_encrypted_anew_too(points):
    batch = ImportBatch.objects.create(community=points[0].community, file_name="a.xlsx", created_at=NOW)
    sheet = ImportSheet.objects.create(batch=batch, position=0, name="1", rows="[" + "1," * 10_000 + "1]")
    begin_key_rotation(now=NOW)
    assert reencrypt().earlier == 26
    retire_old_keys()
    sheet.refresh_from_db()
    assert sheet.rows.startswith("[1,1,")


def row_of(reply: Reply) -> dict[str, object]:
    return Reply.objects.values().get(pk=reply.pk)


def test_an_append_only_row_stays_what_it_was_and_its_guard_stays_too(points):
    reply = Reply.objects.create(
        community=points[0].community, provider="aliyun", service="sms", reply_key="a", number="13812340000",
        text="好的", choice="1", at=NOW, received_at=NOW,
    )  # fmt: skip
    (table,) = [one for one in encrypted_tables() if one.name == "notifications_reply"]
    assert is_append_only(table=table)
    before = row_of(reply)
    begin_key_rotation(now=NOW)
    assert reencrypt().earlier == 26
    assert reencrypt().earlier == 0
    retire_old_keys()
    assert row_of(reply) == before
    for statement in ("UPDATE notifications_reply SET text = 'x'", "DELETE FROM notifications_reply"):
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_a_row_that_somebody_holds_is_left_for_the_next_pass(points):
    begin_key_rotation(now=NOW)
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM registry_contactpoint WHERE id = %s FOR UPDATE", [points[0].pk])
        reencrypt()
        assert opened_by() == {0, 1}
    finally:
        other.rollback()
        other.close()
    assert reencrypt().earlier == 1
    assert opened_by() == {0}
