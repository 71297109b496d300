"""What may be done with a mediation, and when a day makes no sense. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

from linli.casework.errors.mediation import MediationEnded, NotAgreed
from linli.core.verdict import YES, Verdict

OPEN, AGREED, FAILED = "open", "agreed", "failed"
PENDING, PARTLY, KEPT, BROKEN = "pending", "partly", "kept", "broken"
SETTLED: Final = frozenset({KEPT, BROKEN})
LEAST_PARTIES, MOST_PARTIES = 2, 6
LONGEST_YEARS: Final = 10


def may_go_on(*, state: str) -> Verdict:
    """Only what is under way is changed, agreed on or given up."""
    return YES if state == OPEN else Verdict(MediationEnded())


def may_be_kept(*, state: str, fulfilment: str) -> Verdict:
    """Only an agreement is kept or broken, and once."""
    return YES if state == AGREED and fulfilment not in SETTLED else Verdict(NotAgreed())


def is_due(*, state: str, fulfilment: str, fulfil_by: date | None, on: date) -> bool:
    """Whether the day of an agreement has come and nobody has said yet how it went."""
    return state == AGREED and fulfilment not in SETTLED and fulfil_by is not None and fulfil_by <= on


def day_fits(*, day: date, since: date, until: date) -> bool:
    """Whether a day lies between these, both included."""
    return since <= day <= until
