"""Why something lies in quarantine, in the reader's language. What is kept is English, as it was noted by the program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
_FROM = re.compile(r"(?P<what>.*); from (?P<host>\S*), (?P<times>\d+) times")

_PLAIN: Final[Mapping[str, Words]] = {
    "the topic should be linli/<community>/<serial>/<kind>": _(
        "The topic should be linli/<community>/<serial>/<kind>. Set the topic right in the device."
    ),
    "no such serial on file": _("No device with this serial is on file. Register it, then replay this message."),
    "no device with this serial is on file": _(
        "A device with this serial tried to sign in, and none is on file. Register it, then it comes in by itself."
    ),
    "the device belongs to another community": _(
        "This serial is on file in another community. The topic in the device names the wrong one."
    ),
    "wrong password": _("It tried to sign in with a wrong secret. Give it a new secret, or type it again."),
    "this device may not connect (switched off in the register)": _("It has been struck off and may not come in."),
    "uses the client id of another device": _(
        "Its client id is the serial of another device. Set the client id to its own serial."
    ),
    "published on a topic that is not its own": _("It sent on a topic that is not its own. The broker dropped it."),
    "asked for a topic that is not its own": _("It wanted to hear a topic that is not its own. The broker refused."),
    "too large for the broker, which cut it off": _("It was too large. The broker cut the line."),
    "a topic with characters that the broker does not take": _("Its topic has characters that are not allowed."),
    "not a JSON object": _("It is not a JSON object."),
    "kind must be alarm, clear, heartbeat or status": _("Its kind is none of alarm, clear, heartbeat or status."),
    "too large": _("It is too large."),
}
_SHAPED: Final = (
    (re.compile(r"(?P<kind>\S+) is none of alarm, .*"), _("“%(kind)s” is none of alarm, clear, heartbeat or status.")),
    (
        re.compile(r"(?P<size>\d+) bytes; at most (?P<most>\d+) are read"),
        _("%(size)s bytes: at most %(most)s are read."),
    ),
    (
        re.compile(r"not JSON: .*\(char (?P<at>\d+)\)", re.DOTALL),
        _("It is not readable as JSON, from character %(at)s on."),
    ),
    (re.compile(r"not JSON: (?P<why>.*)", re.DOTALL), _("It is not readable as JSON (%(why)s).")),
    (re.compile(r"a JSON object is expected, not (?P<kind>\S+)"), _("It is JSON, but no object with named values.")),
    (
        re.compile(r"fault of ours \((?P<fault>.*)\)"),
        _("A fault of ours kept it from being recorded (%(fault)s). Replay it after the next update."),
    ),
)


def explained(explanation: str) -> str:
    """One or two sentences; what nobody has put into words is shown as it was noted."""
    origin = _FROM.fullmatch(explanation)
    if origin is not None:
        came = _("From %(host)s, %(times)s times.") % {"host": origin["host"] or "?", "times": origin["times"]}
        return f"{explained(origin['what'])} {came}"
    plain = _PLAIN.get(explanation)
    if plain is not None:
        return str(plain)
    for shape, words in _SHAPED:
        match = shape.fullmatch(explanation)
        if match is not None:
            return str(words) % match.groupdict()
    return explanation
