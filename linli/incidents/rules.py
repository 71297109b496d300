"""What is allowed with an incident, and how a policy becomes a chain of steps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from linli.core.verdict import YES, Verdict
from linli.incidents.errors import CauseMissing, IncidentClosed, OutcomeMissing

CLOSED = "closed"

Step = tuple[int, str, int, int]
"""One line of a policy: after_seconds, audience, repeats, repeat_seconds."""
Link = tuple[int, str, int]
"""One link of a chain: seconds after the opening, audience, round (0 is the first message)."""


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
    """Unroll a policy's steps (after_seconds, audience, repeats, repeat_seconds) into links in order of time.

    Links of the same second keep the order of the steps.
    """
    links = [
        (after + number * pause, audience, number)
        for after, audience, repeats, pause in steps
        for number in range(repeats + 1)
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
