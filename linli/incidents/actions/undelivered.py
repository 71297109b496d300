"""A message about an incident that reached nobody belongs in its timeline."""

from __future__ import annotations

from linli.core.actors import system_actor
from linli.incidents.actions.recording import Line, write_timeline
from linli.notifications.events import MessageUndeliverable


def write_undelivered(happening: MessageUndeliverable) -> None:
    """Write into the incident's timeline that somebody could not be reached."""
    matter, _, ref = happening.about.partition(":")
    if matter == "incident" and ref.isdigit():
        line = Line(
            happening.community_id,
            int(ref),
            "undelivered",
            {"names": [happening.recipient_name], "reason": happening.reason},
        )
        write_timeline(by=system_actor(part="messages"), now=happening.at, lines=[line])
