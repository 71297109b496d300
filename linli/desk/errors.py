"""How the desk may say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class WallLinkEnded(NotFound):
    """No such wall link, or it was revoked."""

    code = "wall-link-ended"
    default_sentence = _("This wall link does not work any more. Ask the community secretary for a new one.")


class WallAlreadyRevoked(Refusal):
    """Somebody else was quicker."""

    code = "wall-already-revoked"
    default_sentence = _("This wall link has been revoked already.")


class NothingChosen(Invalid):
    """Several incidents were to be taken in hand, and none was chosen."""

    code = "nothing-chosen"
    default_sentence = _("Choose at least one incident first.")
