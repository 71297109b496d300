"""In whose hands a request is: handed on, taken, sent back, raised, helped with. Who received it first stays responsible on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.accounts.roles import Role
from linli.casework.access import Reach
from linli.casework.actions.recording import Aspect, Became, enter_state, locked_request, need_hands, write_step
from linli.casework.actions.resuming import take_up, withdraw_links
from linli.casework.actions.telling import owe_posts
from linli.casework.errors.requests import NobodyToLead, NotFromHere, ReasonMissing
from linli.casework.models import Assistant, Request, Team
from linli.casework.queries.hands import Hands, members_of, posts_above
from linli.casework.queries.places import Place
from linli.casework.queries.settings import policy_of
from linli.casework.rules.states import ASSIGNED, ENDED, IN_HAND, OUTSIDE, RETURNED, WAITING, can_become
from linli.core.actors import Actor
from linli.registry.models import Post
from linli.registry.scopes import valid_on


def hand_to(*, request: Request, by: Actor, now: datetime, hands: Hands, text: str = "") -> None:
    """Put a request into these hands and tell them; with nobody, it stays where everybody of the office sees it. Columns and steps."""
    if hands.team is None and hands.post is None:
        return
    _set_lead(request, by, now, team=hands.team, post=hands.post, why=hands.why, rule_id=hands.rule_id, text=text)
    if can_become(state=request.state, wanted=ASSIGNED):
        enter_state(request=request, by=by, now=now, state=ASSIGNED)


def lead_oneself(*, request: Request, by: Actor, now: datetime, reach: Reach) -> None:
    """Where nobody leads yet, whoever does something with it does. Raises NobodyToLead for somebody without a post here."""
    if request.lead_id is None and request.team_id is None:
        own = _own_post(request, reach, now, None)
        _set_lead(request, by, now, team=None, post=own, why="took", rule_id=None, text="")


@transaction.atomic
def assign_request(
    *,
    by: Actor,
    now: datetime,
    request_id: int,
    seen: int | None = None,
    post_id: int | None = None,
    team_id: int | None = None,
    text: str = "",
) -> Request:
    """Hand a request on to a post or a team of the community. The lead may hand it on with a reason, the office always.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NobodyToLead, NotFromHere, ReasonMissing.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    if not reach.may("casework.assign") and not text.strip():
        raise ReasonMissing(fields={"text": ReasonMissing.default_sentence})
    if request.state in ENDED:
        raise NotFromHere
    hands = _chosen(request, now, post_id, team_id)
    hand_to(request=request, by=by, now=now, hands=hands, text=text)
    request.save()
    return request


@transaction.atomic
def take_request(
    *, by: Actor, now: datetime, request_id: int, seen: int | None = None, post_id: int | None = None
) -> Request:
    """Take it in hand oneself: whoever has the post that leads, is of the team, or of the office. Twice is once. While it waits, that
    ends the waiting as resuming does.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, NobodyToLead.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    if request.state == IN_HAND and request.lead_id in reach.posts:
        return request
    own = _own_post(request, reach, now, post_id)
    if request.lead_id != own.pk:
        _set_lead(request, by, now, team=request.team, post=own, why="took", rule_id=None, text="")
    if request.state in {WAITING, OUTSIDE}:
        take_up(request=request, by=by, now=now, text="", verb="took")
        withdraw_links(request=request, now=now)
    elif request.state != IN_HAND:
        enter_state(request=request, by=by, now=now, state=IN_HAND)
    request.taken_at = request.taken_at or now
    request.save()
    return request


@transaction.atomic
def return_request(*, by: Actor, now: datetime, request_id: int, text: str, seen: int | None = None) -> Request:
    """Send it back: it came into the wrong hands, and why. It goes to the office to be handed on anew; the third time (as the rules
    say) to the arbiter, whose word is final. The clock goes on.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, ReasonMissing.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    on = timezone.localdate(now)
    policy = policy_of(community_id=request.community_id, on=on)
    was = request.lead
    enter_state(request=request, by=by, now=now, state=RETURNED, text=text, params={"from": _called(request)})
    request.returns += 1
    if request.returns >= policy.returns_to_arbiter:
        arbiter = policy.arbiter or _of_role(request, on, Role.SECRETARY)
        if arbiter is not None:
            _set_lead(request, by, now, team=None, post=arbiter, why="arbiter", rule_id=None, text=text)
            request.save()
            return request
    office = [post for post in _office(request, on) if was is None or post.pk != was.pk]
    _set_lead(request, by, now, team=None, post=office[0] if office else None, why="office", rule_id=None, text=text)
    request.save()
    return request


@transaction.atomic
def escalate_request(*, by: Actor, now: datetime, request_id: int, text: str, seen: int | None = None) -> Request:
    """Hand it up the chain: captain, grid lead, secretary, with the reason. The one before stays as assistant.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, ReasonMissing, NobodyToLead.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    if not text.strip():
        raise ReasonMissing(fields={"text": ReasonMissing.default_sentence})
    if request.state in ENDED:
        raise NotFromHere
    above = next_above(request=request, now=now)
    if above is None:
        raise NobodyToLead
    before = request.lead
    _set_lead(request, by, now, team=None, post=above, why="raised", rule_id=None, text=text)
    if before is not None and before.pk != above.pk:
        Assistant.objects.get_or_create(request=request, post=before, until=None, defaults={"since": now})
    if can_become(state=request.state, wanted=ASSIGNED):
        enter_state(request=request, by=by, now=now, state=ASSIGNED)
    request.save()
    return request


@transaction.atomic
def add_assistant(*, by: Actor, now: datetime, request_id: int, post_id: int) -> Request:
    """Somebody helps the lead, who stays responsible. Twice is once. Raises NotAllowed, NotYourRequest, RequestNotFound, NobodyToLead."""
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    need_hands(request=request, reach=reach)
    post = _chosen(request, now, post_id, None).post
    assert post is not None
    _row, is_new = Assistant.objects.get_or_create(request=request, post=post, until=None, defaults={"since": now})
    if is_new:
        became = Became(params={"post": post.pk, "name": post.holder_name})
        step = write_step(request=request, by=by, now=now, aspect=Aspect.ASSISTANT, verb="assists", became=became)
        owe_posts(request=request, posts=[post], now=now, wording="request.handed", once=f"assistant:{step.pk}")
        request.save()
    return request


@transaction.atomic
def end_assistance(*, by: Actor, now: datetime, request_id: int, post_id: int) -> Request:
    """They no longer help. Raises NotAllowed, NotYourRequest, RequestNotFound."""
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    need_hands(request=request, reach=reach)
    ended = Assistant.objects.filter(request=request, post_id=post_id, until__isnull=True).update(until=now)
    if ended:
        became = Became(params={"post": post_id})
        write_step(request=request, by=by, now=now, aspect=Aspect.ASSISTANT, verb="assists_no_more", became=became)
        request.save()
    return request


def next_above(*, request: Request, now: datetime) -> Post | None:
    """Who stands above the lead in the chain captain, grid lead, secretary; None where nobody does."""
    chain = posts_above(community_id=request.community_id, place=place_of(request=request), on=timezone.localdate(now))
    ids = [post.pk for post in chain]
    if request.lead_id in ids:
        rank = chain[ids.index(request.lead_id)].role
        after = [post for post in chain[ids.index(request.lead_id) + 1 :] if post.role != rank]
        return after[0] if after else None
    heads = [post for post in chain if post.role in {Role.GRID_LEAD, Role.SECRETARY} and post.pk != request.lead_id]
    return heads[0] if heads else None


def place_of(*, request: Request) -> Place:
    """The place of a request, for the questions that ask about one. One query where there is a building."""
    grid_id = request.building.grid_id if request.building is not None else None
    return Place(
        request.place, request.building_id, request.unit_id, request.dwelling_id, request.household_id, grid_id
    )


def _set_lead(
    request: Request,
    by: Actor,
    now: datetime,
    *,
    team: Team | None,
    post: Post | None,
    why: str,
    rule_id: int | None,
    text: str,
) -> None:
    request.team, request.lead = team, post
    params: dict[str, Any] = {"why": why, "to": _called(request)} | ({"rule": rule_id} if rule_id else {})
    became = Became(lead=post, team=team, params=params)
    step = write_step(request=request, by=by, now=now, aspect=Aspect.LEAD, verb="leads", text=text, became=became)
    on = timezone.localdate(now)
    told = [post] if post is not None else list(members_of(team=team, on=on)) if team is not None else []
    others = [one for one in told if by.user_id is None or one.user_id != by.user_id]
    owe_posts(request=request, posts=others, now=now, wording="request.handed", once=f"lead:{step.pk}")


def _called(request: Request) -> str:
    if request.lead is not None:
        return request.lead.holder_name
    return request.team.name if request.team is not None else ""


def _chosen(request: Request, now: datetime, post_id: int | None, team_id: int | None) -> Hands:
    on = timezone.localdate(now)
    if post_id is not None:
        post = Post.objects.filter(valid_on(day=on), community_id=request.community_id, pk=post_id).first()
        if post is not None:
            return Hands(post=post, why="hand")
    elif team_id is not None:
        team = Team.objects.filter(community_id=request.community_id, pk=team_id).exclude(ended_on__lt=on).first()
        if team is not None and members_of(team=team, on=on):
            return Hands(team=team, why="hand")
    raise NobodyToLead(fields={"to": NobodyToLead.default_sentence})


def _own_post(request: Request, reach: Reach, now: datetime, post_id: int | None) -> Post:
    """The actor's post with which it is taken: the leading one, the chosen one, or the first they hold here."""
    mine = Post.objects.filter(
        valid_on(day=timezone.localdate(now)), community_id=request.community_id, pk__in=reach.posts
    )
    for wanted in (post_id, request.lead_id):
        if wanted is not None and (post := mine.filter(pk=wanted).first()):
            return post
    found = mine.order_by("pk").first()
    if found is None:
        raise NobodyToLead
    return found


def _of_role(request: Request, on: Any, role: str) -> Post | None:
    rows = Post.objects.filter(valid_on(day=on), community_id=request.community_id, role=role)
    return rows.order_by("pk").first()


def _office(request: Request, on: Any) -> list[Post]:
    """Who hands requests on anew: the grid lead of the place, then the secretary."""
    chain = posts_above(community_id=request.community_id, place=place_of(request=request), on=on)
    return [post for post in chain if post.role in {Role.GRID_LEAD, Role.SECRETARY}]
