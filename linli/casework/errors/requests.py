"""How this room may say no about requests themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal, Text


class RequestNotFound(NotFound):
    """No such request, or not in this person's places and hands."""

    code = "request-not-found"
    default_sentence = _("There is no such request, or it is not in your places.")


class TextMissing(Invalid):
    """A request without words."""

    code = "request-text-missing"
    default_sentence = _("Write in a few words what it is about.")


class TextTooLong(Invalid):
    """More than 4,000 characters."""

    code = "request-text-too-long"
    default_sentence = _(
        "This is too long: at most 4,000 characters. What was typed is still here; shorten it, or split it in two."
    )


class CategoryUnknown(Invalid):
    """A category that does not exist in the community, is a main category only, or has ended."""

    code = "category-unknown"
    default_sentence = _("There is no such category. Choose one of the list.")


class AnswersWrong(Invalid):
    """An answer to a category's question is missing or not one of its answers; ``fields`` says which."""

    code = "answers-wrong"
    default_sentence = _("Some of the questions are not answered as they should be. Look at the marked ones.")


class PlaceUnknown(Invalid):
    """A place that is not in the community."""

    code = "place-unknown"
    default_sentence = _("This place is not in the community. Choose it again.")


class PhoneNeeded(Invalid):
    """Somebody is to get a link or a call and left no number."""

    code = "reporter-phone-needed"
    default_sentence = _("To be told, they must leave a number. Otherwise choose that they need no answer.")


class NotFromHere(Refusal):
    """The state does not allow it (any more)."""

    code = "not-from-this-state"
    default_sentence = _("The request has moved on: this cannot be done in its present state. Look at it again.")


class AnswerMissing(Invalid):
    """A request is answered without saying what was done."""

    code = "request-answer-missing"
    default_sentence = _("Write what was done: the resident reads it.")


class ReasonMissing(Invalid):
    """It is sent back, opened again, taken back or passed on without a reason."""

    code = "request-reason-missing"
    default_sentence = _("Write why. It stays in the history.")


class NobodyToLead(Invalid):
    """It is handed on to nobody, or to somebody who holds no post here now."""

    code = "nobody-to-lead"
    default_sentence = _("Choose who takes it: a post or a team of this community.")


class NotYourRequest(Refusal):
    """Only the lead, an assistant or the office may do this."""

    code = "not-your-request"
    status = 403
    default_sentence = _("This request is in other hands. The office can hand it to you.")


class DueWrong(Invalid):
    """A due time that lies before the request was received, or more than two years ahead."""

    code = "due-time-wrong"
    default_sentence = _("Choose a due time after the request was received, at most two years ahead.")


class SplitWrong(Invalid):
    """A request is split into fewer than two or more than ten parts, or is itself a part."""

    code = "split-wrong"
    default_sentence = _("Split it into two to ten parts, each with its own words. A part cannot be split again.")


class MergeWrong(Invalid):
    """Two requests that cannot be joined: the same one, of two communities, one of them ended or split."""

    code = "merge-wrong"
    default_sentence = _("These two cannot be joined. Choose an open request of the same community.")


class ChangedMeanwhile(Refusal):
    """Somebody else changed the request while this was being typed. Nothing is lost: ``since`` is the version that was seen.

    The page shows what changed and what was typed; sending it again with the new version saves it.
    """

    code = "changed-meanwhile"
    default_sentence = _(
        "Somebody else changed this while you were typing. Look at the change below, then send yours again."
    )

    def __init__(self, *, since: int, sentence: Text | None = None) -> None:
        super().__init__(sentence)
        self.since = since


class LinkNotFound(NotFound):
    """The address of a link is not ours."""

    code = "case-link-not-found"
    default_sentence = _("This link does not lead anywhere. Perhaps a part of it was lost on the way.")


class LinkOver(Refusal):
    """The link was answered, is too old, or was taken back."""

    code = "case-link-over"
    status = 410
    default_sentence = _("This link is no longer open. Please call the community.")


class ReporterUnknown(Invalid):
    """A reporter who does not belong to this request."""

    code = "reporter-unknown"
    default_sentence = _("Choose one of the people who told us of this request.")


class RatingWrong(Invalid):
    """A rating without its three answers; ``fields`` says which are missing."""

    code = "rating-wrong"
    default_sentence = _("Please answer all three questions.")


class RatedAlready(Refusal):
    """This answer was rated already."""

    code = "rated-already"
    default_sentence = _("This has been rated already. Thank you.")


class ObjectionWrong(Refusal):
    """An objection after its time, to a happy rating, or a second one; or a decision where nothing is to be decided."""

    code = "objection-wrong"
    default_sentence = _("The time for objections is over, or it has been decided already.")


class NotPublished(Refusal):
    """A public text for a category that is not published."""

    code = "category-not-published"
    default_sentence = _("This category is not published. Nothing of it leaves the house.")
