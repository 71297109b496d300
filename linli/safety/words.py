"""How the states of devices are said and shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class StateWord:
    """``tone`` is one of linli.ui's five states; ``advice`` says what to do about it."""

    state: str
    tone: str
    icon: str
    label: Promise
    advice: Promise


WORDS: Mapping[str, StateWord] = {
    word.state: word
    for word in (
        StateWord("alarming", "danger", "flame", _("Alarming now"), _("Its alarm stands on the duty desk.")),
        StateWord("visit", "soon", "door", _("To be visited"), _("Silent for days: go there, look at power and line.")),
        StateWord("offline", "soon", "unknown", _("Offline"), _("Its reports have stopped. Ask at the door whether it has power.")),
        StateWord("late", "unknown", "clock", _("Late"), _("A report is overdue. Nothing to do yet.")),
        StateWord("held", "unknown", "clock", _("Behind a silent gateway"), _("See to the gateway first: its devices come back with it.")),
        StateWord("never", "soon", "unknown", _("Never heard"), _("It hangs there and has never reported. Try it out.")),
        StateWord("low_battery", "soon", "warning", _("Battery low"), _("Change the battery.")),
        StateWord("fault", "soon", "warning", _("Fault"), _("It reports a fault of its own. Look at it, or replace it.")),
        StateWord("contamination", "soon", "warning", _("Sensor contaminated"), _("Clean it as its maker says.")),
        StateWord("self_test", "soon", "warning", _("Self-test missed"), _("Press its test button.")),
        StateWord("unstable", "soon", "warning", _("Unstable"), _("It alarms and clears all the time. Look for steam or dust.")),
        StateWord("end_of_life", "soon", "clock", _("End of life"), _("Replace it: it stands on the replacement list.")),
        StateWord("muted", "unknown", "mute", _("Muted"), _("Somebody muted it for a time.")),
        StateWord("stored", "unknown", "home", _("Hangs nowhere"), _("In store, or taken down.")),
        StateWord("fine", "done", "check", _("Well"), _("It reports on time.")),
    )
}  # fmt: skip
SILENCE_LEVELS: Mapping[int, Promise] = {1: WORDS["late"].label, 2: WORDS["offline"].label, 3: WORDS["visit"].label}
LIFE_LEVELS: Mapping[int, Promise] = {
    1: _("within 180 days"),
    2: _("within 60 days"),
    3: _("over: replace it now"),
}


def words_of(states: Iterable[str]) -> list[StateWord]:
    """The words of these states, in their order."""
    return [WORDS[state] for state in states]
