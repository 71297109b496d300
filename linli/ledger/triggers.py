"""What must hold of money, as the database itself keeps it: triggers of the same rules in the words of SQLite and of PostgreSQL.

Constraints on single rows (amounts, sides, limits, keys) stand with the models. A rule here is a condition under which a row is refused;
``NEW`` and ``OLD`` mean the same on both. After an ``AlterField`` on one of these tables the step has to be taken again: SQLite rebuilds
the table then, and its triggers are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import migrations

BOOK, ACCOUNT, JOURNAL, TRANSFER, CLOSE, COUNT = (
    "ledger_book", "ledger_account", "ledger_journal", "ledger_transfer", "ledger_close", "ledger_tillcount",
)  # fmt: skip
FILLING: Final = "linli.filling"
"""A setting of a PostgreSQL transaction in which a backup is being put back: rows come in any order then."""

OF_BOOK: Final = "FROM ledger_book b WHERE b.id = NEW.book_id"
OF_HOLD: Final = "FROM ledger_transfer h WHERE h.id = NEW.resolves_id"
OF_ORIGINAL: Final = "FROM ledger_transfer o WHERE o.id = NEW.reverses_id"
OF_JOURNAL: Final = "FROM ledger_journal j JOIN ledger_book b ON b.id = j.book_id WHERE j.id = NEW.journal_id"


@dataclass(frozen=True, slots=True)
class Guard:
    """Before ``event`` on ``table``: refused with ``says`` where ``condition`` is true."""

    table: str
    event: str
    rules: Sequence[tuple[str, str]]

    @property
    def name(self) -> str:
        return f"{self.table}_before_{self.event.lower()}"


@dataclass(frozen=True, slots=True)
class Deed:
    """After a row was inserted into ``table``: what is kept elsewhere follows."""

    table: str
    statement: str

    @property
    def name(self) -> str:
        return f"{self.table}_after_insert"


def _kept(table: str) -> Sequence[Guard]:
    return [Guard(table, event, [("TRUE", f"{table} is append-only")]) for event in ("UPDATE", "DELETE")]


GUARDS: Final[Sequence[Guard]] = (
    Guard(JOURNAL, "INSERT", (
        (f"EXISTS (SELECT 1 {OF_BOOK} AND b.read_only_since IS NOT NULL)", "ledger: the book is read-only"),
        (f"NOT EXISTS (SELECT 1 {OF_BOOK} AND NEW.number = b.last_number + 1)", "ledger: not the next number"),
        (f"NOT EXISTS (SELECT 1 {OF_BOOK} AND NEW.previous = b.digest)", "ledger: not the end of the chain"),
        (f"EXISTS (SELECT 1 {OF_BOOK} AND NEW.at <= b.last_at)", "ledger: not later than the one before"),
        (f"NEW.state = 'done' AND EXISTS (SELECT 1 {OF_BOOK} AND NEW.business_on <= b.closed_until)", "ledger: the day is closed"),
    )),
    *_kept(JOURNAL),
    Guard(TRANSFER, "INSERT", (
        (f"NOT EXISTS (SELECT 1 {OF_JOURNAL} AND j.number = b.last_number AND NEW.position BETWEEN 1 AND j.count)",
         "ledger: the journal is written already"),
        ("(SELECT count(*) FROM ledger_account a WHERE a.id IN (NEW.debit_id, NEW.credit_id) AND a.closed_at IS NULL"
         " AND a.book_id = (SELECT j.book_id FROM ledger_journal j WHERE j.id = NEW.journal_id)) <> 2",
         "ledger: an account is closed or of another book"),
        (f"NEW.resolves_id IS NOT NULL AND NOT EXISTS (SELECT 1 {OF_HOLD} AND h.kind = 'hold' AND h.debit_id = NEW.debit_id"
         " AND h.credit_id = NEW.credit_id AND NEW.amount_fen <= h.amount_fen"
         " AND (NEW.kind = 'post' OR NEW.amount_fen = h.amount_fen))", "ledger: not what was held"),
        (f"NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 {OF_ORIGINAL} AND o.kind IN ('now', 'post')"
         " AND o.reverses_id IS NULL AND o.debit_id = NEW.credit_id AND o.credit_id = NEW.debit_id"
         " AND NEW.amount_fen + COALESCE((SELECT SUM(r.amount_fen) FROM ledger_transfer r WHERE r.reverses_id = o.id), 0)"
         " <= o.amount_fen)", "ledger: more is taken back than was given"),
    )),
    *_kept(TRANSFER),
    Guard(BOOK, "INSERT", (
        ("NEW.last_number <> 0 OR NEW.digest <> '' OR NEW.last_at IS NOT NULL OR NEW.closed_until IS NOT NULL",
         "ledger: a book begins empty"),
    )),
    Guard(BOOK, "UPDATE", (
        ("NEW.id <> OLD.id OR NEW.community_id <> OLD.community_id OR NEW.last_number < OLD.last_number"
         " OR NEW.last_at < OLD.last_at OR (NEW.last_at IS NULL AND OLD.last_at IS NOT NULL)"
         " OR NEW.closed_until < OLD.closed_until OR (NEW.closed_until IS NULL AND OLD.closed_until IS NOT NULL)",
         "ledger: a book does not go back"),
        ("(NEW.last_number <> OLD.last_number OR NEW.digest <> OLD.digest) AND NOT EXISTS (SELECT 1 FROM ledger_journal j"
         " WHERE j.book_id = NEW.id AND j.number = NEW.last_number AND j.digest = NEW.digest)", "ledger: not the end of the chain"),
    )),
    Guard(BOOK, "DELETE", (
        ("EXISTS (SELECT 1 FROM ledger_journal j WHERE j.book_id = OLD.id)", "ledger: the book has journals"),
    )),
    Guard(ACCOUNT, "INSERT", (
        ("NEW.debits_fen <> 0 OR NEW.credits_fen <> 0 OR NEW.debits_held_fen <> 0 OR NEW.credits_held_fen <> 0",
         "ledger: an account begins empty"),
    )),
    Guard(ACCOUNT, "UPDATE", (
        ("NEW.id <> OLD.id OR NEW.book_id <> OLD.book_id OR NEW.sort <> OLD.sort OR NEW.owner <> OLD.owner OR NEW.side <> OLD.side"
         " OR NEW.opened_at <> OLD.opened_at", "ledger: an account stays what it is"),
        ("NEW.debits_fen < OLD.debits_fen OR NEW.credits_fen < OLD.credits_fen", "ledger: sums never fall"),
    )),
    Guard(ACCOUNT, "DELETE", (
        ("EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.debit_id = OLD.id OR t.credit_id = OLD.id)", "ledger: the account has transfers"),
    )),
    Guard(CLOSE, "INSERT", (
        (f"NEW.sort = 'day' AND EXISTS (SELECT 1 {OF_BOOK} AND NEW.until_on <= b.closed_until)", "ledger: the day is closed already"),
        (f"NEW.sort = 'month' AND NOT EXISTS (SELECT 1 {OF_BOOK} AND NEW.until_on <= b.closed_until)", "ledger: its days are not closed"),
        (f"NOT EXISTS (SELECT 1 {OF_BOOK} AND b.read_only_since IS NULL AND NEW.last_number = b.last_number AND NEW.digest = b.digest)",
         "ledger: not the end of the chain"),
        ("EXISTS (SELECT 1 FROM ledger_journal j WHERE j.book_id = NEW.book_id AND j.state = 'done' AND j.count <>"
         " (SELECT count(*) FROM ledger_transfer t WHERE t.journal_id = j.id)"
         " AND j.business_on > COALESCE((SELECT MAX(c.until_on) FROM ledger_close c WHERE c.book_id = NEW.book_id"
         " AND c.sort = 'day'), '1900-01-01'))",
         "ledger: a journal lacks transfers"),
    )),
    *_kept(CLOSE),
    *_kept(COUNT),
)  # fmt: skip
_POSTED = "NEW.kind IN ('now', 'post')"
_HELD = f"CASE NEW.kind WHEN 'hold' THEN NEW.amount_fen WHEN 'now' THEN 0 ELSE -(SELECT h.amount_fen {OF_HOLD}) END"
DEEDS: Final[Sequence[Deed]] = (
    Deed(JOURNAL, "UPDATE ledger_book SET last_number = NEW.number, last_at = NEW.at, digest = NEW.digest WHERE id = NEW.book_id"),
    Deed(TRANSFER, "UPDATE ledger_account SET"
         f" debits_fen = debits_fen + CASE WHEN id = NEW.debit_id AND {_POSTED} THEN NEW.amount_fen ELSE 0 END,"
         f" credits_fen = credits_fen + CASE WHEN id = NEW.credit_id AND {_POSTED} THEN NEW.amount_fen ELSE 0 END,"
         f" debits_held_fen = debits_held_fen + CASE WHEN id = NEW.debit_id THEN {_HELD} ELSE 0 END,"
         f" credits_held_fen = credits_held_fen + CASE WHEN id = NEW.credit_id THEN {_HELD} ELSE 0 END"
         " WHERE id IN (NEW.debit_id, NEW.credit_id)"),
    Deed(CLOSE, "UPDATE ledger_book SET closed_until = NEW.until_on WHERE id = NEW.book_id AND NEW.sort = 'day'"),
)  # fmt: skip
_ALL: Final[Sequence[Guard | Deed]] = (*GUARDS, *DEEDS)
NAMES: Final = frozenset(one.name for one in _ALL)
"""Every trigger that must be there."""


def keep_the_ledger() -> migrations.RunPython:
    """The migration step that makes all of them, in place of those that were there."""
    return migrations.RunPython(_make, _unmake)


def _make(_apps: Any, schema_editor: Any) -> None:
    for statement in statements(vendor=schema_editor.connection.vendor):
        schema_editor.execute(statement)


def _unmake(_apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for one in _ALL:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {one.name}" + (f" ON {one.table}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {one.name}()")


def statements(*, vendor: str) -> Iterator[str]:
    """The SQL that makes every trigger, on SQLite or PostgreSQL."""
    if vendor == "postgresql":
        for guard in GUARDS:
            yield from _guard_of_postgresql(guard)
        for deed in DEEDS:
            yield from _deed_of_postgresql(deed)
        for table in (JOURNAL, TRANSFER, CLOSE, COUNT, ACCOUNT, BOOK):
            yield from _truncate_of_postgresql(table)
        return
    for one in _ALL:
        yield f"DROP TRIGGER IF EXISTS {one.name}"
    for guard in GUARDS:
        refused = " ".join(f"SELECT RAISE(ABORT, '{says}') WHERE {rule};" for rule, says in guard.rules)
        if (guard.table, guard.event) == (TRANSFER, "INSERT"):  # a column of SQLite takes 1.5 for a whole number
            refused += " SELECT RAISE(ABORT, 'ledger: not whole fen') WHERE typeof(NEW.amount_fen) <> 'integer';"
        yield f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} BEGIN {refused} END"
    for deed in DEEDS:
        yield f"CREATE TRIGGER {deed.name} AFTER INSERT ON {deed.table} BEGIN {deed.statement}; END"


def _guard_of_postgresql(guard: Guard) -> Iterator[str]:
    back = "OLD" if guard.event == "DELETE" else "NEW"
    refused = " ".join(
        f"IF {rule} THEN RAISE integrity_constraint_violation USING MESSAGE = '{says}'; END IF;"
        for rule, says in guard.rules
    )
    yield _function(guard.name, f"{_unless_filling(back)} {refused} RETURN {back};")
    yield _trigger(guard.name, f"BEFORE {guard.event} ON {guard.table} FOR EACH ROW")


def _deed_of_postgresql(deed: Deed) -> Iterator[str]:
    first = "PERFORM 1 FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id) ORDER BY id FOR NO KEY UPDATE;"
    locks = first if deed.table == TRANSFER else ""
    yield _function(deed.name, f"{_unless_filling('NULL')} {locks} {deed.statement}; RETURN NULL;")
    yield _trigger(deed.name, f"AFTER INSERT ON {deed.table} FOR EACH ROW")


def _truncate_of_postgresql(table: str) -> Iterator[str]:
    name = f"{table}_before_truncate"
    yield _function(name, f"{_unless_filling('NULL')} {_raise(f'{table} is not emptied')} RETURN NULL;")
    yield _trigger(name, f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT")


def _raise(says: str) -> str:
    return f"RAISE integrity_constraint_violation USING MESSAGE = '{says}';"


def _unless_filling(back: str) -> str:
    return f"IF current_setting('{FILLING}', true) = 'yes' THEN RETURN {back}; END IF;"


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _trigger(name: str, when: str) -> str:
    return f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
