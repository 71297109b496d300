"""What pages without an account may know: only what the holder of the link needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from linli.casework.errors.requests import LinkNotFound, LinkOver
from linli.casework.models import CaseLink, Rating, Reporter, Request
from linli.core.actors import Actor
from linli.registry.models import Post
from linli.registry.scopes import valid_on


@dataclass(frozen=True, slots=True)
class LinkScreen:
    """A link and its request. Whoever holds it sees the words, never who told us."""

    link: CaseLink
    case: Request
    is_over: bool
    language: str


@dataclass(frozen=True, slots=True)
class TrackScreen:
    """How a request goes, as the holder of its slip sees it."""

    case: Request
    language: str
    asks_rating: bool
    rating: Rating | None

    @property
    def shows_words(self) -> bool:
        """What is for the office only is not said on a paper that may lie about."""
        return not self.case.sensitive


@dataclass(frozen=True, slots=True)
class HandsScreen:
    """A request in the hands of a post. ``is_mine`` is false once it went into others."""

    case: Request
    post: Post
    is_mine: bool
    reporter: Reporter | None
    language: str
    actor: Actor


def link_screen(*, link_id: int, now: datetime) -> LinkScreen:
    """Two queries. Raises LinkNotFound."""
    link = (
        CaseLink.objects.select_related("request__community", "request__category", "reporter")
        .filter(pk=link_id)
        .first()
    )
    if link is None:
        raise LinkNotFound
    language = link.reporter.language if link.reporter is not None else "zh-hans"
    return LinkScreen(link, link.request, link.state != CaseLink.State.OPEN or link.expires_at <= now, language)


def track_screen(*, request_id: int) -> TrackScreen:
    """Three queries, and one for each time it was joined to another: then how the other goes. Raises LinkNotFound."""
    rows = Request.objects.select_related("community", "category")
    case = rows.filter(pk=request_id).first()
    if case is None:
        raise LinkNotFound
    while case.merged_into_id is not None:
        case = rows.get(pk=case.merged_into_id)
    first = Reporter.objects.filter(request=case).order_by("pk").first()
    rating = Rating.objects.filter(request=case, round=case.rounds).first()
    return TrackScreen(
        case, first.language if first else "zh-hans", case.state == "resolved" and rating is None, rating
    )


def hands_screen(*, request_id: int, post_id: int, on: date) -> HandsScreen:
    """Four queries. Raises LinkNotFound, and LinkOver where the post is no longer held."""
    case = Request.objects.select_related("community", "category", "lead", "team").filter(pk=request_id).first()
    post = Post.objects.filter(pk=post_id).first()
    if case is None or post is None:
        raise LinkNotFound
    if not Post.objects.filter(valid_on(day=on), pk=post_id).exists():
        raise LinkOver
    in_team = case.team is not None and case.lead_id is None and case.team.members.filter(post_id=post_id).exists()
    mine = case.lead_id == post_id or in_team or case.assistants.filter(post_id=post_id, until__isnull=True).exists()
    reporter = Reporter.objects.filter(request=case).exclude(name="").order_by("pk").first()
    actor = Actor(kind="post", label=post.holder_name, ref=str(post.pk))
    return HandsScreen(case, post, mine, reporter, post.language, actor)
