"""What there is: requests and their steps, categories and clocks, routing, links and ratings, matters and tasks, mediation, doors."""

from linli.casework.models.categories import Category, ClockGrade, Policy, Question, ResponseTemplate, Team, TeamMember
from linli.casework.models.doors import ApiKey, HotlineBatch, HotlineRow, KeyUse
from linli.casework.models.following import CallTry, CaseLink, Rating
from linli.casework.models.matters import DetectionRule, Matter, ProactiveTask, Suggestion, TaskTarget
from linli.casework.models.mediation import Mediation, Party
from linli.casework.models.requests import Assistant, DayCount, Reporter, Request, Step, Tagging
from linli.casework.models.routing import RoutingRule
from linli.casework.models.tallies import DayTally, Tally, TallyMark

__all__ = [
    "ApiKey",
    "Assistant",
    "CallTry",
    "CaseLink",
    "Category",
    "ClockGrade",
    "DayCount",
    "DayTally",
    "DetectionRule",
    "HotlineBatch",
    "HotlineRow",
    "KeyUse",
    "Matter",
    "Mediation",
    "Party",
    "Policy",
    "ProactiveTask",
    "Question",
    "Rating",
    "Reporter",
    "Request",
    "ResponseTemplate",
    "RoutingRule",
    "Step",
    "Suggestion",
    "Tagging",
    "Tally",
    "TallyMark",
    "TaskTarget",
    "Team",
    "TeamMember",
]
