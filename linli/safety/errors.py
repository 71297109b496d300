"""How the safety room may say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class SerialTaken(Refusal):
    """A serial is unique over all communities."""

    code = "serial-taken"
    default_sentence = _("A device with this serial is on file already.")


class AlreadyInstalled(Refusal):
    """A device hangs in one place at a time."""

    code = "already-installed"
    default_sentence = _("This device hangs somewhere else already. Take it down there first.")


class UnknownDevice(NotFound):
    """No device with this serial is on file for the gateway's community."""

    code = "unknown-device"
    default_sentence = _("No device with this serial is on file in this community. Register it first.")


class BadEvents(Invalid):
    """The body is not one event or a list of events."""

    code = "bad-events"
    default_sentence = _(
        "Send one JSON object, or a list of at most 500, each with a kind: alarm, clear, heartbeat or status."
    )


class TooLarge(Invalid):
    """The body is larger than we read."""

    code = "too-large"
    status = 413
    default_sentence = _("The body is too large. Send at most 256 KiB at once.")


class BrokerAway(Refusal):
    """The broker has not confirmed that it has the events."""

    code = "broker-away"
    status = 503
    default_sentence = _("The events are not stored. Send them again in a few seconds.")


class TokenWrong(Refusal):
    """No gateway has this token."""

    code = "token-wrong"
    status = 401
    default_sentence = _("The gateway token is missing or wrong. Send it as: Authorization: Bearer <token>.")


class ElsewhereOnFile(Refusal):
    """The serial is on file in another community, or hangs where the installer's post does not reach."""

    code = "elsewhere-on-file"
    default_sentence = _(
        "This serial is on file in a place that is not yours. Ask the office to take it down there first."
    )


class StruckOff(Refusal):
    """The device was struck off; it must be let in again before it is hung up or given a secret."""

    code = "struck-off"
    default_sentence = _("This device has been struck off. Let it in again on its access page first.")


class ReplacementGone(Refusal):
    """The device that was to be replaced no longer hangs at this place."""

    code = "replacement-gone"
    default_sentence = _("The device to be replaced does not hang here any more. Look again at what hangs here.")


class NotInstalled(Refusal):
    """A device that hangs nowhere cannot be tried out: its test would reach nobody."""

    code = "not-installed"
    default_sentence = _("This device hangs nowhere yet. Install it first.")


class ReasonMissing(Invalid):
    """Something was struck off or dismissed without saying why."""

    code = "reason-missing"
    default_sentence = _("Say in a few words why.")


class AlreadySettled(Refusal):
    """Somebody (perhaps this very person, by pressing twice) has settled this message before."""

    code = "already-settled"
    default_sentence = _("This message has been settled already. Nothing was done twice.")


class StillUnreadable(Refusal):
    """Read again, the message still cannot be taken: it stays in quarantine."""

    code = "still-unreadable"
    default_sentence = _("It still cannot be read. It stays here.")


class BytesMissing(Refusal):
    """Of this message nothing, or only the beginning, was kept: there is nothing whole to read again."""

    code = "bytes-missing"
    default_sentence = _("Not all of this message was kept, so it cannot be read again.")
