"""What a page without a login may know: only what the holder of its link needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from django.utils.translation import gettext as _

from linli.accounts.roles import Role
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.core.inner import not_inner
from linli.core.masking import mask_phone
from linli.incidents.models import Answer, Audience, Cause, Incident
from linli.incidents.queries import (
    about_incident,
    answered_by,
    answers_of,
    causes_of,
    incident_behind_link,
    open_among,
)
from linli.notifications.errors import LinkExpired
from linli.notifications.links import link_for, message_of
from linli.notifications.models import ADDRESSEE, Message, Preference
from linli.notifications.queries import (
    matters_told_to,
    message_by_id,
    newest_messages,
    routine_wordings,
    wish_of,
    words_of,
)
from linli.notifications.wording import Laid
from linli.registry.models import Community, Contact, ContactPoint, Post, Resident
from linli.registry.queries import HolderCard, PlaceRef, holder_behind_link, points_of, posts_over
from linli.registry.scopes import valid_on
from linli.registry.words import title_in_words

MOST_PHONES = 24
BUBBLES = 4
NEWEST = 160
MOST_DESKS = 3
AUDIENCE_OF_ROLE: Mapping[str, str] = {
    Role.UNIT_CAPTAIN: Audience.UNIT_CAPTAIN,
    Role.BUILDING_CAPTAIN: Audience.BUILDING_CAPTAIN,
    Role.GRID_LEAD: Audience.GRID_LEAD,
    Role.SECRETARY: Audience.SECRETARY,
    Role.DUTY_OFFICER: Audience.DUTY_DESK,
}


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to ring: the number is behind the button, ``shown`` is what the page prints of it."""

    name: str
    number: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody answered."""

    name: str
    choice: str
    note: str
    mine: bool
    answer: Answer


@dataclass(frozen=True, slots=True)
class Beside:
    """Another incident that the holder of the link was told of, and that is open; ``path`` opens their page of it."""

    incident: Incident
    path: str
    answered: bool


@dataclass(frozen=True, slots=True)
class LinkScreen:
    """The page behind a link. ``audience`` is who its holder is to the incident; ``mine`` is their own latest answer.

    ``beside`` is what else they were told of: one reminder may speak of a whole building.
    """

    message: Message
    incident: Incident
    audience: str
    answers: Sequence[Answered]
    mine: Answered | None
    calls: Sequence[Call]
    beside: Sequence[Beside]

    @property
    def is_family(self) -> bool:
        return self.audience == Audience.FAMILY

    @property
    def answers_here(self) -> bool:
        """The duty desk answers at its own desk, where taking it in hand stops the escalation."""
        return self.audience != Audience.DUTY_DESK

    @property
    def mark(self) -> str:
        """Changes when anything on the page does."""
        incident, said = self.incident, "|".join(f"{a.answer.pk}" for a in self.answers)
        beside = "|".join(f"{one.incident.pk}{one.answered}" for one in self.beside)
        return f"{crc32(f'{incident.handling}{incident.condition}{said}/{beside}'.encode()):08x}"

    @property
    def others(self) -> Sequence[Answered]:
        return [one for one in self.answers if not one.mine]

    @property
    def actor(self) -> Actor:
        holder = self.message
        return Actor(kind=holder.recipient_kind, label=holder.recipient_name, ref=str(holder.recipient_id))


@dataclass(frozen=True, slots=True)
class WishScreen:
    """How somebody behind a link wishes to be told of what can wait."""

    holder: HolderCard
    wish: Preference | None
    routine: Sequence[Laid]
    actor: Actor


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on a demo phone; ``path`` opens its answer page."""

    message: Message
    text: str
    path: str

    @property
    def over(self) -> str:
        """The way it was sent, in words."""
        return str(ContactPoint.Kind(self.message.sent_by).label) if self.message.sent_by in ContactPoint.Kind else ""


@dataclass(frozen=True, slots=True)
class Phone:
    """What one person would have got."""

    name: str
    title: str
    bubbles: Sequence[Bubble]


@dataclass(frozen=True, slots=True)
class Phones:
    """All phones, and a mark that changes when anything on them does."""

    phones: Sequence[Phone]
    mark: str


def message_behind(*, token: str, on: date) -> Message:
    """The message a link was made for. Raises LinkExpired when it is too old, not ours, or its holder no longer has that part.

    An addressee has no part to lose: their link is good for as long as any.
    """
    message_id = message_of(token=token)
    try:
        message = message_by_id(message_id=message_id)
    except NotFound as gone:
        raise LinkExpired from gone
    if not _is_current(message, on):
        raise LinkExpired
    return message


def _is_current(message: Message, on: date) -> bool:
    match message.recipient_kind:
        case "contact":
            return Contact.objects.filter(pk=message.recipient_id, ended_on__isnull=True).exists()
        case "post":
            return Post.objects.filter(valid_on(day=on), pk=message.recipient_id).exists()
        case kind:
            return kind == ADDRESSEE


def link_screen(*, message: Message, on: date) -> LinkScreen:
    """What a relative or captain sees behind the link of this message. At most ten queries.

    Raises LinkExpired for an addressee, whom no incident concerns, and IncidentNotFound for a message about something else.
    """
    if message.recipient_kind == ADDRESSEE:
        raise LinkExpired
    incident = incident_behind_link(about=message.about)
    audience = (
        Audience.FAMILY if message.recipient_kind == "contact" else AUDIENCE_OF_ROLE.get(message.recipient_title, "")
    )
    me = (message.recipient_kind, str(message.recipient_id))
    answers = [
        Answered(_called(a, family=audience == Audience.FAMILY), a.choice, a.note, (a.by_kind, a.by_ref) == me, a)
        for a in answers_of(incident_id=incident.pk)
    ]
    return LinkScreen(
        message=message,
        incident=incident,
        audience=audience or Audience.UNIT_CAPTAIN,
        answers=answers,
        mine=next((a for a in answers if a.mine), None),
        calls=_calls(incident, audience=audience, on=on),
        beside=[] if audience == Audience.DUTY_DESK else _beside(message, incident, me),
    )


def _beside(message: Message, incident: Incident, me: tuple[str, str]) -> list[Beside]:
    told = matters_told_to(kind=message.recipient_kind, recipient_id=message.recipient_id, limit=NEWEST)
    others = [one for one in open_among(abouts=told) if one.pk != incident.pk]
    if not others:
        return []
    answered = answered_by(incident_ids=[one.pk for one in others], by_kind=me[0], by_ref=me[1])
    return [
        Beside(one, _path(message_id=told[about_incident(incident_id=one.pk)]), one.pk in answered) for one in others
    ]


def _path(*, message_id: int) -> str:
    return "/l/" + link_for(message_id=message_id).split("/l/", 1)[1]


def wish_screen(*, message: Message) -> WishScreen:
    """The wishes of whoever a message went to. Three queries. Raises NotFound, for an addressee too: they have none."""
    holder = holder_behind_link(kind=message.recipient_kind, holder_id=message.recipient_id)
    actor = Actor(kind=holder.kind, label=holder.name, ref=str(holder.id))
    return WishScreen(holder, wish_of(holder=holder), routine_wordings(), actor)


def _called(answer: Answer, *, family: bool) -> str:
    """Relatives know each other's names; a captain is told "relative" and reads the name at the door, not on a phone."""
    if answer.by_kind == "user":
        return str(Audience.DUTY_DESK.label)
    if answer.by_kind == "contact":
        return answer.by_label if family else _("a relative")
    return _("%(title)s %(name)s") % {"title": Audience(answer.audience).label, "name": answer.by_label}


def _calls(incident: Incident, *, audience: str, on: date) -> list[Call]:
    found = []
    if audience == Audience.FAMILY:
        found += _home(incident) + _unit_captains(incident, on)
    if incident.community.desk_phone and audience != Audience.DUTY_DESK:
        found.append(Call(str(Audience.DUTY_DESK.label), incident.community.desk_phone, incident.community.desk_phone))
    return found


def _home(incident: Incident) -> list[Call]:
    if incident.household_id is None:
        return []
    there = Resident.objects.filter(household_id=incident.household_id, moved_out_on__isnull=True, died_on__isnull=True)
    return [Call(r.name, r.phone, mask_phone(r.phone)) for r in there.order_by("-is_head", "id") if r.phone][:2]


def _unit_captains(incident: Incident, on: date) -> list[Call]:
    if incident.unit_id is None:
        return []
    place = PlaceRef(community_id=incident.community_id, unit_id=incident.unit_id)
    posts = [p for held in posts_over(places=[place], roles=[Role.UNIT_CAPTAIN], on=on).values() for p in held][:1]
    points = points_of(post_ids=[p.id for p in posts])
    return [
        Call(_("%(title)s %(name)s") % {"title": Audience.UNIT_CAPTAIN.label, "name": p.holder_name}, point.address)
        for p in posts
        for point in points.get(("post", p.id), [])
        if point.kind == "phone"
    ][:1]


def usual_false_causes(*, kind_code: str) -> list[Cause]:
    """What usually sets off a detector for nothing, to tap instead of typing."""
    return [cause for cause in causes_of(kind_code=kind_code) if cause.false_alarm and cause.code != "other"]


def desks() -> list[Call]:
    """The duty desks' phones, for somebody whose link says nothing; none where there are too many to choose from."""
    known = list(Community.objects.exclude(desk_phone="").order_by("pk")[: MOST_DESKS + 1])
    return [Call(c.name, c.desk_phone, c.desk_phone) for c in known] if len(known) <= MOST_DESKS else []


def demo_phones() -> Phones:
    """The newest messages of the demo community, by recipient, the phone that rang last in front. Two queries."""
    real = Community.objects.filter(not_inner("pk")).order_by("pk")
    community = real.filter(code="demo").first() or real.first()
    messages = newest_messages(community_id=community.pk, limit=NEWEST) if community else []
    by_holder: dict[tuple[str, int], list[Message]] = {}
    for message in messages:
        by_holder.setdefault((message.recipient_kind, message.recipient_id), []).append(message)
    shown = [held[:BUBBLES] for held in list(by_holder.values())[:MOST_PHONES]]
    mark = crc32("|".join(f"{m.pk}{m.state}{m.sent_by}" for held in shown for m in held).encode())
    return Phones([_phone(held) for held in shown], f"{mark:08x}")


def _phone(held: Sequence[Message]) -> Phone:
    newest = held[0]
    title = title_in_words(title=newest.recipient_title)
    return Phone(newest.recipient_name, title, [_bubble(message) for message in reversed(held)])


def _bubble(message: Message) -> Bubble:
    text = re.sub(r"https?://\S+", "", words_of(message=message)).strip()
    return Bubble(message, text, _path(message_id=message.pk))
