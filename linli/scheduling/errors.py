"""How this room may say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotAllowed, NotFound, Refusal


class DutyNotFound(NotFound):
    """No such duty, swap or note, or not in this person's communities."""

    code = "duty-not-found"
    default_sentence = _("There is no such duty, or it is not in your community.")


class NotYourDuty(NotAllowed):
    """A duty officer wants to give away, take or answer for somebody else's duty."""

    code = "not-your-duty"
    default_sentence = _("This duty is not yours. The secretary can change it at once.")


class NoShifts(Refusal):
    """A rota is to be planned, and the community has no shifts on file."""

    code = "no-shifts"
    default_sentence = _("There are no shifts yet. Say first from when to when somebody is on duty.")


class ShiftsThere(Refusal):
    """Ready-made shifts are to be laid down where shifts are on file."""

    code = "shifts-there"
    default_sentence = _("This community has shifts already. Change them in the register of shifts.")


class NobodyToShare(Invalid):
    """A rota is to be planned for nobody."""

    code = "nobody-to-share"
    default_sentence = _("Choose who takes turns. Who is missing here needs the post of duty officer first.")


class TooManyWeeks(Invalid):
    """A rota is to be planned for no time, or for longer than half a year."""

    code = "too-many-weeks"
    default_sentence = _("Plan at least one week and at most 26.")


class BeforeToday(Invalid):
    """A rota is to be planned for days that are over."""

    code = "before-today"
    default_sentence = _("What is past cannot be planned. Choose today or a later day.")


class AlreadyOnDuty(Refusal):
    """Somebody would be on two duties at the same time."""

    code = "already-on-duty"
    default_sentence = _("This person is on duty at that time already.")


class DutyOver(Refusal):
    """A duty that has ended is to be given to somebody else."""

    code = "duty-over"
    default_sentence = _("This duty is over and stays as it was.")


class DutyBegun(Refusal):
    """An officer wants to swap a duty that has begun."""

    code = "duty-begun"
    default_sentence = _("This duty has begun. Ask the secretary to change it at once.")


class SwapWithOneself(Invalid):
    """A swap with oneself."""

    code = "swap-with-oneself"
    default_sentence = _("Choose somebody else.")


class SwapWaiting(Refusal):
    """Somebody has been asked to take this duty already, and has not answered."""

    code = "swap-waiting"
    default_sentence = _(
        "Somebody has been asked to take this duty. Wait for the answer, or take the question back first."
    )


class SwapAnswered(Refusal):
    """A swap that was answered or taken back is to be answered again."""

    code = "swap-answered"
    default_sentence = _("This has been answered or taken back already.")


class SwapOutdated(Refusal):
    """The duties have changed hands since somebody was asked."""

    code = "swap-outdated"
    default_sentence = _("The rota has changed since you were asked. Look at it again.")


class NotOnDuty(Refusal):
    """Somebody writes a hand-over note who was not on duty of late."""

    code = "not-on-duty"
    default_sentence = _("Only who is on duty, or was until a few hours ago, writes the hand-over note.")


class NoteMissing(Invalid):
    """A hand-over note without words."""

    code = "handover-note-missing"
    default_sentence = _("Write in a few words what the next officer must know. “Nothing to report” is also a note.")


class AlreadyConfirmed(Refusal):
    """A hand-over note is to be confirmed twice."""

    code = "already-confirmed"
    default_sentence = _("This note has been confirmed already.")


class OwnNote(Refusal):
    """The author wants to confirm the own note."""

    code = "own-note"
    default_sentence = _("You wrote this note yourself; the next officer confirms it.")
