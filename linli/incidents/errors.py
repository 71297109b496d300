"""How the incidents' room may say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class IncidentNotFound(NotFound):
    """No such incident, or not in this person's places."""

    code = "incident-not-found"
    default_sentence = _("There is no such incident, or it is not in your places.")


class IncidentClosed(Refusal):
    """It was closed before this arrived."""

    code = "incident-closed"
    default_sentence = _("This has been closed already. If it is happening again, call the duty desk.")


class CauseMissing(Invalid):
    """A person closes an incident, and says why it happened."""

    code = "cause-missing"
    default_sentence = _("Choose the cause before you close this.")


class OutcomeMissing(Invalid):
    """Unless it was a false alarm, what was done must be written down."""

    code = "outcome-missing"
    default_sentence = _("Write in a few words what was done.")


class NoteMissing(Invalid):
    """A note without words."""

    code = "note-missing"
    default_sentence = _("Write the note before you save it.")


class IncidentStillOpen(Refusal):
    """Only what was closed can be opened again."""

    code = "incident-still-open"
    default_sentence = _("This is still open: there is nothing to reopen.")


class ReopeningReasonMissing(Invalid):
    """Whoever reopens says why."""

    code = "reopening-reason-missing"
    default_sentence = _("Write why it must be opened again.")


class OpenAgainAlready(Refusal):
    """The same detector has raised a new alarm since; that one is open."""

    code = "open-again-already"
    default_sentence = _("The same detector has an open alarm already. Go on with that one.")


class SilenceNotFound(NotFound):
    """No such silence, or not in this person's places."""

    code = "silence-not-found"
    default_sentence = _("There is no such silence, or it is not in your places.")


class SilenceReasonMissing(Invalid):
    """A silence without a reason."""

    code = "silence-reason-missing"
    default_sentence = _("Write why it should be silent.")


class SilenceSpanWrong(Invalid):
    """A silence must end, within a month."""

    code = "silence-span-wrong"
    default_sentence = _("Choose an end that lies ahead, at most 30 days from the beginning.")


class SilenceOfNothing(Invalid):
    """A silence names a detector, a kind, a building or a stairwell."""

    code = "silence-of-nothing"
    default_sentence = _("Choose what should be silent: a detector, a kind, a building or a stairwell.")


class SecondPersonNeeded(Refusal):
    """Who asked for a silence cannot confirm it."""

    code = "second-person-needed"
    default_sentence = _("You asked for this silence yourself: somebody else must confirm it.")


class SilenceOver(Refusal):
    """It has ended, or was confirmed already."""

    code = "silence-over"
    default_sentence = _("This silence has ended or was confirmed already.")


class DrillNotFound(NotFound):
    """No such drill, or not in this person's places."""

    code = "drill-not-found"
    default_sentence = _("There is no such drill, or it is not in your places.")


class DrillRunning(Refusal):
    """One drill at a time in a community."""

    code = "drill-running"
    default_sentence = _("A drill is running already. End it before you start another.")


class DrillOfNothing(Invalid):
    """A drill needs at least one place."""

    code = "drill-of-nothing"
    default_sentence = _("Choose at least one dwelling or stairwell for the drill.")


class DrillOver(Refusal):
    """It has ended."""

    code = "drill-over"
    default_sentence = _("This drill has ended already.")
