"""Rows as the rules take them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from linli.ledger.models import Account, Journal, Transfer
from linli.ledger.rules import Standing, chain_digest


def standing_of(*, account: Account) -> Standing:
    """An account as it stands."""
    return Standing(
        account.side, account.overdraft_fen, account.debits_fen, account.credits_fen, account.debits_held_fen,
        account.credits_held_fen,
    )  # fmt: skip


def digest_of(*, journal: Journal, transfers: Iterable[Transfer]) -> str:
    """What the digest of a journal must be, from everything that is written in it and the digest before."""
    told = [
        journal.book_id, journal.number, journal.at.astimezone(UTC).isoformat(timespec="microseconds"),
        journal.business_on.isoformat(), journal.key, journal.request_hash, str(journal.state), journal.refusal, journal.sort,
        journal.about, journal.note, journal.actor_kind, journal.actor_ref, journal.actor_label, journal.count,
    ]  # fmt: skip
    rows = [
        [one.position, str(one.kind), one.debit_id, one.credit_id, one.amount_fen, one.resolves_id, one.reverses_id]
        for one in transfers
    ]
    return chain_digest(previous=journal.previous, journal=told, transfers=rows)
