"""Teams: who takes requests together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.casework.access import ARRANGE, reach_of_actor
from linli.casework.actions.arranging import arranging, tell_arranged
from linli.casework.errors.arranging import ArrangementNotFound, ArrangementWrong
from linli.casework.models import Team, TeamMember
from linli.core.actors import Actor
from linli.registry.models import Post


@transaction.atomic
def add_team(*, by: Actor, now: datetime, community_id: int, name: str, post_ids: Collection[int]) -> Team:
    """A team of these posts. Raises NotAllowed, ArrangementNotFound, ArrangementWrong."""
    arranging(by=by, now=now, community_id=community_id)
    team = Team(community_id=community_id, name=_name(community_id, name, besides=0))
    _check_posts(community_id, post_ids)
    team.save()
    _set_posts(team, post_ids)
    tell_arranged(row=team, community_id=community_id, by=by, now=now, verb="added")
    return team


@transaction.atomic
def change_team(*, by: Actor, now: datetime, team_id: int, name: str, post_ids: Collection[int]) -> Team:
    """Another name, other posts; requests in its hands stay there. Raises NotAllowed, ArrangementNotFound, ArrangementWrong."""
    team = _team(by, now, team_id)
    team.name = _name(team.community_id, name, besides=team.pk)
    _check_posts(team.community_id, post_ids)
    team.save()
    _set_posts(team, post_ids)
    tell_arranged(row=team, community_id=team.community_id, by=by, now=now, verb="changed", fields=["name", "members"])
    return team


@transaction.atomic
def end_team(*, by: Actor, now: datetime, team_id: int) -> Team:
    """From tomorrow on it gets no new requests. Raises NotAllowed, ArrangementNotFound."""
    team = _team(by, now, team_id)
    if team.ended_on is None:
        team.ended_on = timezone.localdate(now)
        team.save(update_fields=["ended_on"])
        tell_arranged(row=team, community_id=team.community_id, by=by, now=now, verb="ended")
    return team


@transaction.atomic
def revive_team(*, by: Actor, now: datetime, team_id: int) -> Team:
    """It takes requests again. Raises NotAllowed, ArrangementNotFound."""
    team = _team(by, now, team_id)
    if team.ended_on is not None:
        team.ended_on = None
        team.save(update_fields=["ended_on"])
        tell_arranged(row=team, community_id=team.community_id, by=by, now=now, verb="changed", fields=["ended_on"])
    return team


def _team(by: Actor, now: datetime, team_id: int) -> Team:
    reach_of_actor(by=by, now=now).need(ARRANGE)
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise ArrangementNotFound
    arranging(by=by, now=now, community_id=team.community_id)
    return Team.objects.select_for_update().get(pk=team_id)


def _name(community_id: int, name: str, *, besides: int) -> str:
    cleaned = " ".join(name.split())[:60]
    if not cleaned:
        raise ArrangementWrong(fields={"name": _("Write something here.")})
    if Team.objects.filter(community_id=community_id, name=cleaned).exclude(pk=besides).exists():
        raise ArrangementWrong(fields={"name": _("There is a team of this name already.")})
    return cleaned


def _check_posts(community_id: int, post_ids: Collection[int]) -> None:
    here = Post.objects.filter(community_id=community_id, pk__in=post_ids).count()
    if here != len(set(post_ids)):
        raise ArrangementWrong(fields={"posts": _("Choose posts of this community.")})


def _set_posts(team: Team, post_ids: Collection[int]) -> None:
    TeamMember.objects.filter(team=team).exclude(post_id__in=post_ids).delete()
    there = set(TeamMember.objects.filter(team=team).values_list("post_id", flat=True))
    TeamMember.objects.bulk_create(TeamMember(team=team, post_id=pk) for pk in sorted(set(post_ids) - there))
