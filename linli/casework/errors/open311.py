"""How Open311 and its keys may say no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal, Text

WRONG: Final = 400
NO_KEY: Final = 403
UNKNOWN: Final = 404
WRONG_METHOD: Final = 405
TOO_OFTEN: Final = 429


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of an error document: a code like HTTP's, and a sentence for whoever uses the program."""

    code: int
    sentence: Text


class AskedWrongly(Refusal):
    """What a program asked cannot be answered so; ``problems`` says everything that is wrong with it at once.

    ``http_status`` is that of something that does not exist, if that is among them, otherwise of the first.
    ``wait_seconds`` is not None where the same may be asked again after so long.
    """

    code = "open311-asked-wrongly"
    status = WRONG

    def __init__(self, problems: Sequence[Problem], *, wait_seconds: int | None = None) -> None:
        super().__init__(problems[0].sentence)
        self.problems = tuple(problems)
        self.wait_seconds = wait_seconds

    @property
    def http_status(self) -> int:
        codes = [problem.code for problem in self.problems]
        return UNKNOWN if UNKNOWN in codes else codes[0]


class KeyNameMissing(Invalid):
    """A key of nobody: without the name of the program or of whoever runs it."""

    code = "api-key-name-missing"
    default_sentence = _("Say whose program it is.")


class KeyLimitWrong(Invalid):
    """A limit below one or above 600 requests a minute."""

    code = "api-key-limit-wrong"
    default_sentence = _("Choose a limit between 1 and 600 requests a minute.")


class KeyNotFound(NotFound):
    """No such key, or not of this person's communities."""

    code = "api-key-not-found"
    default_sentence = _("There is no such key, or it is not of your community.")


class KeyEndedAlready(Refusal):
    """The key was ended before."""

    code = "api-key-ended"
    default_sentence = _("This key has been ended already.")
