"""How this room may say no about proactive tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class TaskNotFound(NotFound):
    """No such task in this person's places and hands, or one for a group that they may not know of."""

    code = "task-not-found"
    default_sentence = _("There is no such task, or it is not in your places.")


class TargetNotFound(NotFound):
    """No such household on the list of a task, or not in this person's places."""

    code = "target-not-found"
    default_sentence = _("This household is not on the list, or it is not in your places.")


class TaskWrong(Invalid):
    """A task without a name or without words, or with numbers it cannot have; ``fields`` says which."""

    code = "task-wrong"
    default_sentence = _("Something is missing or not right yet. Look at the marked fields.")


class AimMissing(Invalid):
    """A task for everybody: no place, group, age or category was named."""

    code = "aim-missing"
    default_sentence = _("Say for whom it is: a building, a stairwell, a riser, a group, an age.")


class AimNotUnderstood(Invalid):
    """A door for the riser that is not in the register."""

    code = "aim-not-understood"
    default_sentence = _("This door is not in the register. Write it like 8-3-502.")


class NobodyMeant(Invalid):
    """The aim fits nobody whom this person reaches."""

    code = "nobody-meant"
    default_sentence = _("This fits nobody. Take something away from it.")


class TooManyMeant(Invalid):
    """The aim fits more than 2,000 households or people."""

    code = "too-many-meant"
    default_sentence = _("This fits more than 2,000. Make it smaller: one building, one group.")


class TaskNotFromHere(Refusal):
    """The task is not in a state in which this can be done."""

    code = "task-not-from-here"
    default_sentence = _("The task has moved on: this cannot be done now. Look at it again.")


class NotMeasurable(Refusal):
    """The task names no category, so that nothing can be compared."""

    code = "task-not-measurable"
    default_sentence = _("Name the category to measure by first. Then Linli can compare before and after.")
