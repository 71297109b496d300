"""How this room may say no about sheets of the hotline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class SheetNotFound(NotFound):
    """No such sheet, or not of a community that this person looks after."""

    code = "hotline-sheet-not-found"
    default_sentence = _("There is no such sheet, or it is of another community.")


class NoHotlineSheet(Invalid):
    """No sheet of the file has a number and what was told, or a number and how satisfied they were."""

    code = "hotline-columns-missing"
    default_sentence = _(
        "We found no sheet of the hotline in this file: none has headings for the number of the case (工单编号) and for what was "
        "told (诉求内容), or for how satisfied they were (满意度). Look whether it is the right file."
    )


class EmptyHotlineSheet(Invalid):
    """The sheet has headings and nothing under them."""

    code = "hotline-sheet-empty"
    default_sentence = _("There is nothing under the headings of this sheet.")


class SheetNotNow(Refusal):
    """The sheet is brought in or put away already, or is being brought in."""

    code = "hotline-sheet-not-now"
    default_sentence = _("This sheet is no longer waiting: it was brought in or put away. Look at it again.")


class ColumnsMissing(Invalid):
    """By what was chosen, no column holds the number, or none what was told."""

    code = "hotline-columns-not-enough"
    default_sentence = _("Say which column holds the number, and which one what was told or how satisfied they were.")


class TooManyReplies(Refusal):
    """More than 20,000 requests for one reply sheet."""

    code = "hotline-replies-too-many"
    default_sentence = _("More than 20,000 requests: choose a shorter time.")


class NoReplyYet(Refusal):
    """A request that is not answered has nothing to send back."""

    code = "hotline-no-reply-yet"
    default_sentence = _("This request is not answered yet.")
