"""What the messages' room tells: answers by text or key, and numbers that lead nowhere."""

from __future__ import annotations

from django.db import transaction

from linli.core.actors import Actor, system_actor
from linli.incidents.actions.handling import answer_incident
from linli.incidents.actions.opening import Opening, open_incidents
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.audiences import ROLE_OF
from linli.incidents.errors import IncidentClosed
from linli.incidents.models import Answer, Audience
from linli.notifications.events import PointDead, ReplyReceived
from linli.notifications.queries import message_by_id
from linli.registry.models import Contact, Post
from linli.registry.queries import PlaceRef

CHOICE_OF = {"1": Answer.Choice.GOING, "2": Answer.Choice.FALSE_ALARM, "3": Answer.Choice.HELP}
AUDIENCE_OF = {role: audience for audience, role in ROLE_OF.items()}


@transaction.atomic
def take_reply(happening: ReplyReceived) -> None:
    """A text or a key answers the message as its link would. What comes after the closing is written into the timeline."""
    message = message_by_id(message_id=happening.message_id)
    matter, _, ref = message.about.partition(":")
    if matter != "incident" or not ref.isdigit() or message.recipient_kind not in {"contact", "post"}:
        return
    by = Actor(kind=message.recipient_kind, label=message.recipient_name, ref=str(message.recipient_id))
    audience = (
        Audience.FAMILY.value
        if message.recipient_kind == "contact"
        else AUDIENCE_OF.get(message.recipient_title, Audience.DUTY_DESK.value)
    )
    choice = CHOICE_OF[happening.choice].value
    try:
        answer_incident(
            by=by,
            now=happening.heard_at,
            incident_id=int(ref),
            audience=audience,
            choice=choice,
            answered_at=happening.at,
            via=happening.via,
        )
    except IncidentClosed:
        said = {"audience": audience, "choice": choice, "note": "", "via": happening.via, "late": True}
        line = Line(message.community_id, int(ref), "answered", said)
        write_timeline(by=by, now=happening.heard_at, lines=[line])


def open_dead_number(happening: PointDead) -> None:
    """A number that leads nowhere is work for the grid lead, told with the morning's list."""
    place, label = _place_of(happening)
    opening = Opening(
        kind="number_dead",
        source=f"{happening.holder_kind}:{happening.holder_id}:{happening.kind}",
        source_label=f"{happening.holder_name} {happening.masked}"[:80],
        place=place,
        place_label=label[:80],
        happened_at=happening.since,
        details={"kind": happening.kind},
    )
    open_incidents(by=system_actor(part="messages"), now=happening.since, openings=[opening])


def _place_of(happening: PointDead) -> tuple[PlaceRef, str]:
    if happening.holder_kind == "contact":
        parts = "household__dwelling__unit__building"
        contact = Contact.objects.select_related(parts).filter(pk=happening.holder_id).first()
        if contact is not None:
            dwelling = contact.household.dwelling
            building = dwelling.unit.building
            place = PlaceRef(happening.community_id, building.grid_id, building.pk, dwelling.unit_id)
            return place, f"{dwelling.label} {happening.holder_name}"
    post = Post.objects.filter(pk=happening.holder_id).first() if happening.holder_kind == "post" else None
    grid, building_id, unit = (post.grid_id, post.building_id, post.unit_id) if post else (None, None, None)
    return PlaceRef(happening.community_id, grid, building_id, unit), happening.holder_name
