"""How this room may say no about mediation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class MediationNotFound(NotFound):
    """No such mediation, or not within this person's reach."""

    code = "mediation-not-found"
    default_sentence = _("There is no such mediation, or it is not in your places.")


class MediationWrong(Invalid):
    """Something of a mediation is missing or does not fit; ``fields`` says what."""

    code = "mediation-wrong"
    default_sentence = _("Something is not right yet. Look at the marked fields.")


class MediationEnded(Refusal):
    """It is agreed on or has failed: what the dispute is about is no longer changed."""

    code = "mediation-ended"
    default_sentence = _("This mediation is over: what it says is no longer changed.")


class NotAgreed(Refusal):
    """There is no agreement that could be kept, or it was kept or broken already."""

    code = "mediation-not-agreed"
    default_sentence = _("There is no agreement to be kept, or it is settled already.")


class TooManyMediations(Refusal):
    """More than 20,000 for one file."""

    code = "mediations-too-many"
    default_sentence = _("More than 20,000 rows: narrow the list down with the filters first.")
