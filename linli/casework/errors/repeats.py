"""How this room may say no about repeats, matters and proactive tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class SuggestionNotFound(NotFound):
    """No such suggestion, or not all of its requests are in this person's places."""

    code = "suggestion-not-found"
    default_sentence = _("There is no such suggestion, or it is not in your places.")


class SuggestionDecided(Refusal):
    """Somebody has decided on it meanwhile."""

    code = "suggestion-decided"
    default_sentence = _("Somebody has decided on this already. Look at the page again.")


class WhyMissing(Invalid):
    """Something is put away or dropped without a reason."""

    code = "why-missing"
    default_sentence = _("Write in a few words why. Others read it later.")


class DetectionNotFound(NotFound):
    """No such detection sentence in this person's communities."""

    code = "detection-not-found"
    default_sentence = _("There is no such sentence. Perhaps somebody took it out.")


class DetectionWrong(Invalid):
    """A detection sentence with numbers it cannot have; ``fields`` says which."""

    code = "detection-wrong"
    default_sentence = _("These numbers do not make a sentence that finds anything.")


class DetectionHasMatters(Refusal):
    """A sentence is taken out though matters came of it."""

    code = "detection-has-matters"
    default_sentence = _("Matters came of this sentence, and they name it. Switch it off instead.")


class MatterNotFound(NotFound):
    """No such matter in this person's communities."""

    code = "matter-not-found"
    default_sentence = _("There is no such matter, or it is not in your places.")


class MatterTitleMissing(Invalid):
    """A matter without a name."""

    code = "matter-title-missing"
    default_sentence = _("Give the matter a short name, as one would say it.")


class MatterWithoutRequests(Invalid):
    """A matter of nothing, or of more than a hundred requests at once."""

    code = "matter-without-requests"
    default_sentence = _("Choose the requests that belong together: at least one, at most a hundred at once.")


class MatterClosed(Refusal):
    """Something is done to a matter that is closed."""

    code = "matter-closed"
    default_sentence = _("This matter is closed. What comes in now is a new one.")


class OutcomeMissing(Invalid):
    """A matter is closed without saying what came of it."""

    code = "matter-outcome-missing"
    default_sentence = _("Write what came of it: whoever has the same trouble next year reads it.")


class NoSuchNumber(Invalid):
    """A number under which no request of this community is in this person's reach."""

    code = "request-number-unknown"
    default_sentence = _("There is no request with this number in your places.")


class InAnotherMatter(Refusal):
    """The request belongs to a matter already."""

    code = "in-another-matter"
    default_sentence = _("This request belongs to another matter. Take it out there first.")


class NotInMatter(Refusal):
    """A request is taken out of a matter it does not belong to (any more)."""

    code = "not-in-matter"
    default_sentence = _("This request does not belong to the matter any more.")
