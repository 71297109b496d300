"""What is allowed with an incident, and how a policy becomes a chain of steps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from linli.core.verdict import YES, Verdict
from linli.incidents.errors import (
    CauseMissing,
    IncidentClosed,
    IncidentStillOpen,
    OutcomeMissing,
    ReopeningReasonMissing,
    SecondPersonNeeded,
    SilenceOver,
    SilenceReasonMissing,
    SilenceSpanWrong,
)

CLOSED = "closed"
LONGEST_SILENCE = timedelta(days=30)

Link = tuple[int, str, int, str]
"""One link of a chain: seconds after it began, audience, round (0 is the first message), the way to try first ("" for none).
Chains kept before ways existed have links of three."""


class Step(NamedTuple):
    """One line of a policy."""

    after_seconds: int
    audience: str
    repeats: int
    repeat_seconds: int
    way: str = ""


@dataclass(frozen=True, slots=True)
class Hush:
    """A silence as far as an alarm meets it; None and "" leave a part open."""

    kind: str | None
    source: str
    building_id: int | None
    unit_id: int | None
    starts_at: datetime
    ends_at: datetime
    two_people: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """What rings, as far as silences ask."""

    kind: str
    life_safety: bool
    source: str
    building_id: int | None
    unit_id: int | None


def is_hushed(*, hush: Hush, alarm: Alarm, at: datetime) -> bool:
    """Whether this silence keeps the alarm from ringing at ``at``. What is danger to life takes two people to silence."""
    return (
        hush.starts_at <= at < hush.ends_at
        and hush.kind in {None, alarm.kind}
        and hush.source in {"", alarm.source}
        and hush.building_id in {None, alarm.building_id}
        and hush.unit_id in {None, alarm.unit_id}
        and (hush.two_people or not alarm.life_safety)
    )


def silenced_until(*, silences: Iterable[Hush], alarm: Alarm, at: datetime) -> datetime | None:
    """When the last silence ends that holds this alarm back at ``at``; None where none does."""
    return max((h.ends_at for h in silences if is_hushed(hush=h, alarm=alarm, at=at)), default=None)


def may_silence(*, reason: str, starts_at: datetime, ends_at: datetime, now: datetime) -> Verdict:
    """A silence has a reason and an end, later than now and at most thirty days away."""
    if not reason.strip():
        return Verdict(SilenceReasonMissing(fields={"reason": SilenceReasonMissing.default_sentence}))
    if ends_at <= max(now, starts_at) or ends_at - starts_at > LONGEST_SILENCE:
        return Verdict(SilenceSpanWrong(fields={"ends_at": SilenceSpanWrong.default_sentence}))
    return YES


def may_confirm_silence(*, made_by_ref: str, second_by_ref: str, by_ref: str, ended: bool) -> Verdict:
    """The second person is another one than the first."""
    if ended:
        return Verdict(SilenceOver())
    if by_ref == made_by_ref:
        return Verdict(SecondPersonNeeded())
    return YES if not second_by_ref else Verdict(SilenceOver())


def may_reopen(*, handling: str, reason: str) -> Verdict:
    """Only what is closed can be opened again, and somebody says why."""
    if handling != CLOSED:
        return Verdict(IncidentStillOpen())
    if not reason.strip():
        return Verdict(ReopeningReasonMissing(fields={"reason": ReopeningReasonMissing.default_sentence}))
    return YES


def is_stale(*, answered_at: datetime, last_step_at: datetime | None) -> bool:
    """An answer given before the last step was taken, that arrives after it: others have been called since."""
    return last_step_at is not None and answered_at < last_step_at


def may_answer(*, handling: str) -> Verdict:
    """A relative or captain may answer until it is closed; second answers are recorded too."""
    return Verdict(IncidentClosed()) if handling == CLOSED else YES


def may_acknowledge(*, handling: str) -> Verdict:
    """The desk may acknowledge until it is closed; a second acknowledgement is recorded, not refused."""
    return Verdict(IncidentClosed()) if handling == CLOSED else YES


def may_close(*, handling: str) -> Verdict:
    """Anything not yet closed may be closed, even unacknowledged: the person who closes has dealt with it."""
    return Verdict(IncidentClosed()) if handling == CLOSED else YES


def may_close_as(*, cause_code: str, false_alarm: bool, outcome: str) -> Verdict:
    """Closing needs a cause; and, unless it was a false alarm with a named cause, what was done."""
    if not cause_code:
        return Verdict(CauseMissing(fields={"cause": CauseMissing.default_sentence}))
    if (cause_code == "other" or not false_alarm) and not outcome.strip():
        return Verdict(OutcomeMissing(fields={"outcome": OutcomeMissing.default_sentence}))
    return YES


def chain_of(*, steps: Iterable[Step]) -> list[Link]:
    """Unroll a policy's steps into links in order of time; links of the same second keep the order of the steps."""
    links = [
        (step.after_seconds + number * step.repeat_seconds, step.audience, number, step.way)
        for step in steps
        for number in range(step.repeats + 1)
    ]
    return sorted(links, key=lambda link: link[0])


def due_links(*, chain: Sequence[Sequence[int | str]], position: int) -> int:
    """How many links from ``position`` on fall on the same second, and so are one step."""
    if position >= len(chain):
        return 0
    second = chain[position][0]
    return sum(1 for link in chain[position:] if link[0] == second)


def first_links(*, chain: Sequence[Sequence[int | str]]) -> int:
    """How many links are due in the very moment of the opening."""
    return due_links(chain=chain, position=0) if chain and chain[0][0] == 0 else 0


def seconds_of(*, chain: Sequence[Sequence[int | str]], position: int, loop_seconds: int) -> int:
    """Seconds after the opening at which the link at ``position`` is due; beyond the chain's end the desk's loop goes on for ever."""
    if position < len(chain):
        return int(chain[position][0])
    last = int(chain[-1][0]) if chain else 0
    return last + (position - len(chain) + 1) * loop_seconds
