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
