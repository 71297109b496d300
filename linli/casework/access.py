"""What somebody who acts may do with requests, and which of them they reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from linli.accounts.models import User
from linli.casework.models import Assistant, TeamMember
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.models import Post
from linli.registry.scopes import EVERYTHING, NOTHING, Scope, scope_of, valid_on

VIEW = "casework.view"
ENTER = "casework.enter"
WORK = "casework.work"
ASSIGN = "casework.assign"
REPORTERS = "casework.reporters"
DECIDE = "casework.decide"
ARRANGE = "casework.arrange"
EXPORT = "casework.export"
RATES = "casework.rates"
MEDIATE = "casework.mediate"
HOTLINE = "casework.hotline"
PERMISSIONS = (VIEW, ENTER, WORK, ASSIGN, REPORTERS, DECIDE, ARRANGE, EXPORT, RATES, MEDIATE, HOTLINE)
"""Each a deed of its own: finding and reading; writing one down; working on what is in one's hands; handing any of them on and
sorting them; seeing who told us and their phone; deciding on objections, reopening and returns; keeping categories, sentences and
rules; taking lists out; the figures; mediation; the hotline's sheets."""


@dataclass(frozen=True, slots=True)
class Reach:
    """``posts`` are the posts that the person holds today, ``teams`` those posts' teams, ``helps`` the requests they assist with:
    what is in their hands they always see."""

    permissions: frozenset[str]
    scope: Scope
    posts: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    helps: frozenset[int] = frozenset()

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def need(self, *permissions: str) -> Reach:
        """Itself, if any of these is held. Raises NotAllowed."""
        if not any(permission in self.permissions for permission in permissions):
            raise NotAllowed
        return self

    @property
    def sees_all_there(self) -> bool:
        """Whether everything in the hands of this person lies in whole communities that they reach anyway."""
        return self.scope.everything or (self.scope.is_wide and self.scope.communities >= self.scope.present_in)

    def covers(self, prefix: str = "") -> Q:
        """Requests within reach: of the places, what is for the office only left out where only captains look; and all in one's hands."""
        places = self.scope.covers(prefix)
        if not self.scope.everything and ASSIGN not in self.permissions:
            places &= Q(**{f"{prefix}sensitive": False})
        if self.sees_all_there or not self.posts:
            return places
        mine = Q(**{f"{prefix}lead_id__in": self.posts}) | Q(**{f"{prefix}team_id__in": self.teams})
        if self.helps:
            mine |= Q(**{f"{prefix}pk__in": self.helps})
        return places | mine

    def holds(self, *, lead_id: int | None, team_id: int | None, request_id: int) -> bool:
        """Whether a request is in the hands of this person."""
        return lead_id in self.posts or team_id in self.teams or request_id in self.helps


NO_REACH = Reach(frozenset(), NOTHING)


def reach_of_actor(*, by: Actor, now: datetime) -> Reach:
    """Linli itself may do everything; the holder of a post behind a link works on what is in that post's hands; a user what their
    roles allow where their posts reach; others nothing."""
    if by.kind == "system":
        return Reach(frozenset(PERMISSIONS), EVERYTHING)
    on = timezone.localdate(now)
    if by.kind == "post" and by.ref.isdigit():
        posts = frozenset(Post.objects.filter(valid_on(day=on), pk=int(by.ref)).values_list("pk", flat=True))
        return in_hands_of(permissions=frozenset({VIEW, WORK}) if posts else frozenset(), scope=NOTHING, posts=posts)
    user = User.objects.filter(pk=by.user_id, is_active=True).first() if by.user_id is not None else None
    if user is None:
        return NO_REACH
    return reach_of_user(user=user, on=on)


def permissions_of(*, user: Any) -> frozenset[str]:
    """Which of PERMISSIONS a user holds. No query once their roles are known."""
    return frozenset(permission for permission in PERMISSIONS if user.has_perm(permission))


def reach_of_user(*, user: Any, on: date) -> Reach:
    """What a user reaches on this day. Four queries at most."""
    held = permissions_of(user=user)
    posts = frozenset(Post.objects.filter(valid_on(day=on), user_id=user.pk).values_list("pk", flat=True))
    scope = scope_of(user_id=user.pk, is_superuser=user.is_superuser, on=on)
    return in_hands_of(permissions=held, scope=scope, posts=posts)


def in_hands_of(*, permissions: frozenset[str], scope: Scope, posts: frozenset[int]) -> Reach:
    """The reach of somebody with these posts, with what is in their teams' hands and what they assist with."""
    if not posts:
        return Reach(permissions, scope)
    teams = frozenset(TeamMember.objects.filter(post_id__in=posts).values_list("team_id", flat=True))
    helping = Assistant.objects.filter(post_id__in=posts, until__isnull=True, request__ended_at__isnull=True)
    return Reach(permissions, scope, posts, teams, frozenset(helping.values_list("request_id", flat=True)))
