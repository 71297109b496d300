"""What there is: kinds, policies, incidents with their timelines and answers, silences, drills."""

from linli.incidents.models.incidents import Answer, Incident, TimelineEntry
from linli.incidents.models.policies import Audience, Cause, EscalationPolicy, EscalationStep, IncidentKind
from linli.incidents.models.quiet import Drill, Silence

__all__ = [
    "Answer",
    "Audience",
    "Cause",
    "Drill",
    "EscalationPolicy",
    "EscalationStep",
    "Incident",
    "IncidentKind",
    "Silence",
    "TimelineEntry",
]
