"""What became of messages, and who has which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from linli.core.errors import NotFound
from linli.notifications.models import Message
from linli.notifications.wording import filled
from linli.registry.models import Post

MOST_MESSAGES = 500
WAY_COLUMNS = ("recipient_kind", "recipient_id", "state", "sent_by", "last_error", "held_by", "held_until")


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient and what became of the messages to them about one matter. ``last_over`` is the way the newest sent one took."""

    recipient_kind: str
    recipient_id: int
    name: str
    title: str
    messages: int
    sent: int
    owed: int
    failed: int
    first_at: datetime
    last_sent_at: datetime | None
    last_over: str = ""
    last_error: str = ""
    held_by: str = ""
    """Why their newest message that is owed does not go yet (a Message.Held), and until when."""
    held_until: datetime | None = None

    @property
    def state(self) -> str:
        """The best that happened: ``sent``, else ``owed``, else ``failed``, else ``cancelled`` (a Message.State)."""
        if self.sent:
            return Message.State.SENT
        if self.owed:
            return Message.State.OWED
        return Message.State.FAILED if self.failed else Message.State.CANCELLED


def told_about(*, community_id: int, about: str) -> list[Told]:
    """Who is or was to be told about a matter, in the order they were first told, each with the fate of their messages."""
    told = told_about_many(community_ids=[community_id], abouts=[about])[about]
    newest: dict[tuple[str, int], Message] = {}
    failed: dict[tuple[str, int], str] = {}
    held: dict[tuple[str, int], Message] = {}
    messages = Message.objects.filter(community_id=community_id, about=about).order_by("-id")[:MOST_MESSAGES]
    for message in messages.only(*WAY_COLUMNS):
        person = (message.recipient_kind, message.recipient_id)
        if message.state == Message.State.SENT:
            newest.setdefault(person, message)
        if message.state == Message.State.OWED and message.held_until is not None:
            held.setdefault(person, message)
        if message.last_error:
            failed.setdefault(person, message.last_error)
    return [_with_ways(one, newest, failed, held) for one in told]


def _with_ways(
    told: Told,
    newest: Mapping[tuple[str, int], Message],
    failed: Mapping[tuple[str, int], str],
    held: Mapping[tuple[str, int], Message],
) -> Told:
    person = (told.recipient_kind, told.recipient_id)
    waits = held.get(person)
    return replace(
        told,
        last_over=newest[person].sent_by if person in newest else "",
        last_error=failed.get(person, ""),
        held_by=waits.held_by if waits else "",
        held_until=waits.held_until if waits else None,
    )


def told_about_many(*, community_ids: Collection[int], abouts: Sequence[str]) -> Mapping[str, list[Told]]:
    """The same for many matters in one query, without the ways the messages took."""
    found: dict[str, list[Told]] = defaultdict(list)
    if not abouts:
        return found
    rows = (
        Message.objects.filter(community_id__in=community_ids, about__in=abouts)
        .values("about", "recipient_kind", "recipient_id", "recipient_name", "recipient_title")
        .annotate(first_id=Min("id"), messages=Count("id"), first=Min("created_at"), last=Max("sent_at"))
        .annotate(
            sent=Count("id", filter=Q(state=Message.State.SENT)),
            owed=Count("id", filter=Q(state=Message.State.OWED)),
            failed=Count("id", filter=Q(state=Message.State.FAILED)),
        )
        .order_by("first_id")
    )
    for row in rows:
        found[row["about"]].append(
            Told(
                row["recipient_kind"], row["recipient_id"], row["recipient_name"], row["recipient_title"], row["messages"],
                row["sent"], row["owed"], row["failed"], row["first"], row["last"],
            )
        )  # fmt: skip
    return found


def newest_messages(*, community_id: int, limit: int, after_id: int = 0) -> list[Message]:
    """The community's newest messages, newest first, at most ``limit``; with ``after_id`` only later ones."""
    return list(Message.objects.filter(community_id=community_id, id__gt=after_id).order_by("-id")[:limit])


def matters_told_to(*, kind: str, recipient_id: int, limit: int) -> Mapping[str, int]:
    """What one recipient was told of in their newest messages: a message's id by what it is about, the matter told first first."""
    mine = Message.objects.filter(recipient_kind=kind, recipient_id=recipient_id).order_by("-created_at", "-id")
    newest = mine.values_list("about", "id")[:limit]
    return dict(reversed(list(newest)))


def message_by_id(*, message_id: int) -> Message:
    """One message with its community. Raises NotFound."""
    message = Message.objects.select_related("community").filter(pk=message_id).first()
    if message is None:
        raise NotFound
    return message


def inbox_for(*, user_id: int, on: date) -> QuerySet[Message]:
    """The messages to the posts that a user holds on that day, newest first, those taken back left out."""
    posts = Post.objects.filter(user_id=user_id, since_on__lte=on).filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on)
    )
    return (
        Message.objects.filter(recipient_kind="post", recipient_id__in=posts.values("id"))
        .exclude(state=Message.State.CANCELLED)
        .order_by("-created_at", "-id")
    )


def words_of(*, message: Message) -> str:
    """What a message says: the text that was sent, or what will be; "" if its wording is not known here."""
    if message.text:
        return message.text
    try:
        params = {**message.params, "recipient": message.recipient_name}
        return filled(message.wording, language=message.language, params=params).text
    except KeyError:
        return ""
