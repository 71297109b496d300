"""What one can do with incidents: raise and clear them, tell people, answer, acknowledge, close."""

from linli.incidents.actions.clearing import Clearing, clear_incidents
from linli.incidents.actions.escalating import escalate_incidents
from linli.incidents.actions.handling import acknowledge_incident, answer_incident, close_incident, note_incident
from linli.incidents.actions.opening import OpenedIncident, Opening, open_incidents

__all__ = [
    "Clearing",
    "OpenedIncident",
    "Opening",
    "acknowledge_incident",
    "answer_incident",
    "clear_incidents",
    "close_incident",
    "escalate_incidents",
    "note_incident",
    "open_incidents",
]
