"""Why a cell is not simply taken over."""

from __future__ import annotations

from enum import StrEnum


class Doubt(StrEnum):
    """NONE is no doubt. All others are shown beside the row; which of them keep it out is for the import to say."""

    NONE = ""
    NOT_UNDERSTOOD = "not_understood"
    LEFT_OVER = "left_over"
    SPOILED = "spoiled"
    BECAME_A_DATE = "became_a_date"
    NO_BUILDING = "no_building"
    NO_DOOR = "no_door"
    NO_SUCH_DAY = "no_such_day"
    IN_THE_FUTURE = "in_the_future"
    CENTURY = "century"
    DAY_OR_MONTH = "day_or_month"
    OLD_FORM = "old_form"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"
    UNUSUAL = "unusual"
    SEVERAL = "several"
