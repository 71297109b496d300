"""How Linli says no. Everything that is not a Refusal is a bug: it is not caught, logged once, and answered with 500."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Refusal(Exception):
    """An expected no: the sentence says what is wrong and what to do, in the reader's language.

    ``code`` is stable and for programs, ``status`` is the HTTP status, ``fields`` maps a form field to its own sentence.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    default_sentence: ClassVar[Text] = _("This cannot be done now.")

    def __init__(self, sentence: Text | None = None, *, fields: Mapping[str, Text] | None = None) -> None:
        self.sentence: Text = self.default_sentence if sentence is None else sentence
        self.fields: dict[str, Text] = dict(fields or {})
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(Refusal):
    """The thing asked for does not exist, or not for this person."""

    code = "not-found"
    status = 404
    default_sentence = _("We could not find this. It may have been moved, or the address is mistyped.")


class NotAllowed(Refusal):
    """The person is known but may not do this."""

    code = "not-allowed"
    status = 403
    default_sentence = _("Your post does not allow this. Ask the community secretary if it should.")


class Invalid(Refusal):
    """What was typed or sent cannot be understood."""

    code = "invalid"
    status = 422
    default_sentence = _("Something typed here is not right yet. Look at the marked fields.")
