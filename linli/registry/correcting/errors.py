"""How corrections are refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, Refusal


class CorrectionIncomplete(Invalid):
    """A correction does not say whom it is about or what is right."""

    code = "correction-incomplete"
    default_sentence = _("Please fill this in: the office cannot guess it.")


class DayAhead(Invalid):
    """Something is said to have happened on a day that has not come yet."""

    code = "day-ahead"
    default_sentence = _("This day has not come yet. Please check the date.")


class SaidAlready(Refusal):
    """A correction says what the register says already."""

    code = "said-already"
    default_sentence = _("The register says this already. Nothing has to be corrected.")


class CorrectionStale(Refusal):
    """A correction is accepted unseen although the register has changed since it was proposed."""

    code = "correction-stale"
    default_sentence = _(
        "The register has changed since this was proposed. Look at what it says now, then decide once more."
    )


class CorrectionAnswered(Refusal):
    """A correction that has its answer is to be answered or changed."""

    code = "correction-answered"
    default_sentence = _("This correction has been answered already.")


class AnswerMissing(Invalid):
    """A correction is rejected without a word."""

    code = "answer-missing"
    default_sentence = _("Please say why, so that the person who proposed it understands.")
