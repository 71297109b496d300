"""What a community has arranged: categories in use and ended, clocks and rules by their days, teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch

from linli.casework.access import Reach
from linli.casework.errors.arranging import ArrangementNotFound
from linli.casework.models import Category, ClockGrade, Policy, Question, Team, TeamMember
from linli.casework.queries.office import looks_after
from linli.registry.models import Post
from linli.registry.scopes import valid_on


@dataclass(frozen=True, slots=True)
class GradeRows:
    """A grade of clock: what is in force today and what comes; ``past`` is what was."""

    code: str
    now: ClockGrade | None
    coming: tuple[ClockGrade, ...]
    past: tuple[ClockGrade, ...]


@dataclass(frozen=True, slots=True)
class TeamWithPosts:
    """A team and who is in it today."""

    team: Team
    posts: tuple[Post, ...]
    ended: bool


def category_tree(*, community_id: int) -> list[Category]:
    """Main categories in order, ended ones last, each with ``children`` (with ``asks``, how many questions). Two queries."""
    below = Category.objects.select_related("team").annotate(asks=Count("questions")).order_by("position", "pk")
    rows = Category.objects.filter(community_id=community_id, parent__isnull=True).order_by("position", "pk")
    found = list(rows.prefetch_related(Prefetch("children", queryset=below)))
    return sorted(found, key=lambda one: one.ended_on is not None)


def arranged_category(*, reach: Reach, category_id: int) -> Category:
    """One category of a community that this person looks after, also an ended one. Raises ArrangementNotFound."""
    found = Category.objects.select_related("community", "parent", "team").filter(pk=category_id).first()
    if found is None or not looks_after(reach=reach, community_id=found.community_id):
        raise ArrangementNotFound
    return found


def questions_of(*, category: Category) -> list[Question]:
    """Its questions in order. One query."""
    return list(Question.objects.filter(category=category).order_by("position", "pk"))


def arranged_question(*, reach: Reach, question_id: int) -> Question:
    """One question. Raises ArrangementNotFound."""
    found = Question.objects.select_related("category__community", "category__parent").filter(pk=question_id).first()
    if found is None or not looks_after(reach=reach, community_id=found.category.community_id):
        raise ArrangementNotFound
    return found


def grades_of(*, community_id: int, on: date) -> list[GradeRows]:
    """Every grade of clock with its rows, the quickest first. One query."""
    by_code: dict[str, list[ClockGrade]] = {}
    for row in ClockGrade.objects.filter(community_id=community_id).order_by("since_on"):
        by_code.setdefault(row.code, []).append(row)
    found = []
    for code, rows in by_code.items():
        been = [row for row in rows if row.since_on <= on]
        coming = tuple(row for row in rows if row.since_on > on)
        found.append(GradeRows(code, been[-1] if been else None, coming, tuple(been[:-1])))
    return sorted(found, key=lambda one: (one.now or one.coming[0]).seconds)


def policies_of(*, community_id: int) -> list[Policy]:
    """Every row of rules, the newest first. One query."""
    return list(Policy.objects.filter(community_id=community_id).select_related("arbiter").order_by("-since_on"))


def teams_with_posts(*, community_id: int, on: date) -> list[TeamWithPosts]:
    """Every team with who is in it today; ended ones last. Two queries."""
    teams = list(Team.objects.filter(community_id=community_id).order_by("name"))
    today = Post.objects.filter(valid_on(day=on))
    rows = (
        TeamMember.objects.filter(team__in=teams, post__in=today).select_related("post").order_by("post__holder_name")
    )
    members: dict[int, list[Post]] = {}
    for row in rows:
        members.setdefault(row.team_id, []).append(row.post)
    found = [
        TeamWithPosts(team, tuple(members.get(team.pk, ())), team.ended_on is not None and team.ended_on < on)
        for team in teams
    ]
    return sorted(found, key=lambda one: one.ended)


def arranged_team(*, reach: Reach, team_id: int) -> Team:
    """One team of a community that this person looks after. Raises ArrangementNotFound."""
    found = Team.objects.select_related("community").filter(pk=team_id).first()
    if found is None or not looks_after(reach=reach, community_id=found.community_id):
        raise ArrangementNotFound
    return found


def posts_in(*, team: Team) -> list[int]:
    """The posts of a team, held or not."""
    return list(TeamMember.objects.filter(team=team).values_list("post_id", flat=True))
