"""How this room may say no about categories, questions, clocks, rules, teams and answers to begin with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class ArrangementNotFound(NotFound):
    """No such category, question, team or answer to begin with, or not in a community that this person looks after."""

    code = "arrangement-not-found"
    default_sentence = _("We could not find this. Perhaps somebody has just taken it away.")


class ArrangementWrong(Invalid):
    """A value that does not fit; ``fields`` says which."""

    code = "arrangement-wrong"
    default_sentence = _("Something is not right yet. Look at the marked fields.")


class LastCategory(Refusal):
    """The category that takes whatever fits no other is to be ended, or the last one there is."""

    code = "last-category"
    default_sentence = _("This one stays: requests that fit no other category go there.")


class DayIsTaken(Invalid):
    """There is a row from this day on already, and it is in force."""

    code = "day-is-taken"
    default_sentence = _("Something else is in force from this day on already. Choose a later day.")


class DayIsPast(Invalid):
    """Rules are not changed for days that have been: what happened then happened by the rules of then."""

    code = "day-is-past"
    default_sentence = _("Choose today or a later day: what has been went by the rules of then.")


class VariableUnknown(Invalid):
    """An answer to begin with names something in braces that nobody fills in."""

    code = "template-variable-unknown"
    default_sentence = _("Something in braces is not known. Use {number}, {place}, {category}, {due} and {reporter}.")
