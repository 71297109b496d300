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
