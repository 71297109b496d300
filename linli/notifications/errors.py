"""How the messages' room may say no."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, Refusal


class LinkExpired(Refusal):
    """The link in a message is too old, or was not made by us."""

    code = "link-expired"
    status = 410
    default_sentence = _("This link no longer works. Call the duty desk of the community.")


class ReportNotUnderstood(Refusal):
    """A provider's callback is none of the forms that its documents describe. It is asked to send it again later."""

    code = "report-not-understood"
    status = 422
    default_sentence = _("This report has none of the known forms.")


class SubscriptionNotUnderstood(Refusal):
    """What a browser sent as its push subscription is none, or leads to an address that we do not send to."""

    code = "subscription-not-understood"
    status = 422
    default_sentence = _("This phone or computer cannot be reached that way. Use another browser.")


class WordingRefused(Invalid):
    """A community's own wording would not do; the fields say what is wrong."""

    code = "wording-refused"


class WordingEmpty(WordingRefused):
    """There is no text. To have the built-in words again there is a button of its own."""

    code = "wording-empty"
    default_sentence = _("Write the text. To have the built-in words back, use the button below.")


class WordingStrayBrace(WordingRefused):
    """A brace stands alone, so that nobody can say which variable was meant."""

    code = "wording-stray-brace"
    default_sentence = _("A brace is left over. Each variable has one before it and one after it.")


class WordingUnknown(WordingRefused):
    """The text names a variable that messages of this kind do not have."""

    code = "wording-unknown"

    def __init__(self, *, names: Sequence[str]) -> None:
        named = ", ".join(f"{{{name}}}" for name in names)
        super().__init__(_("There is no %(names)s here. Choose from the variables listed below.") % {"names": named})


class WordingLacks(WordingRefused):
    """The text leaves out what the reader must know."""

    code = "wording-lacks"

    def __init__(self, *, names: Sequence[str]) -> None:
        named = ", ".join(f"{{{name}}}" for name in names)
        super().__init__(_("%(names)s is missing: without it nobody knows what happened where.") % {"names": named})


class WordingMarksDrill(WordingRefused):
    """The text holds the mark of a drill, which the machine puts before every text of one."""

    code = "wording-marks-drill"
    default_sentence = _("Leave the drill mark out: in a drill it is put in front by itself, and never otherwise.")


class WordingTooLong(WordingRefused):
    """The text, filled with a long address, does not fit into one SMS."""

    code = "wording-too-long"

    def __init__(self, *, units: int) -> None:
        super().__init__(
            _(
                "With a long address this makes %(n)d characters, the sender's name included. One SMS holds 70: shorten it."
            )
            % {"n": units}
        )


class QuietHoursHalf(Invalid):
    """Quiet hours need a beginning and an end that differ."""

    code = "quiet-hours-half"
    default_sentence = _("Quiet hours need two different times, from and until. Leave both empty to have none.")
