"""What one can do with incidents: raise and clear them, tell people, answer, acknowledge, close, silence, drill."""

from linli.incidents.actions.clearing import Clearing, clear_incidents
from linli.incidents.actions.clock import follow_clock_back
from linli.incidents.actions.digesting import send_digests
from linli.incidents.actions.drilling import DrillSpot, end_drill, start_drill
from linli.incidents.actions.escalating import escalate_incidents
from linli.incidents.actions.handling import acknowledge_incident, answer_incident, close_incident, note_incident
from linli.incidents.actions.opening import OpenedIncident, Opening, open_incidents
from linli.incidents.actions.returning import Settling, reopen_incident, settle_incidents, unacknowledge_incidents
from linli.incidents.actions.silencing import SilenceWish, confirm_silence, end_silence, silence_alarms

__all__ = [
    "Clearing",
    "DrillSpot",
    "OpenedIncident",
    "Opening",
    "Settling",
    "SilenceWish",
    "acknowledge_incident",
    "answer_incident",
    "clear_incidents",
    "close_incident",
    "confirm_silence",
    "end_drill",
    "end_silence",
    "escalate_incidents",
    "follow_clock_back",
    "note_incident",
    "open_incidents",
    "reopen_incident",
    "send_digests",
    "settle_incidents",
    "silence_alarms",
    "start_drill",
    "unacknowledge_incidents",
]
