"""What one can ask about working days and the rota."""

from linli.scheduling.queries.calendar import Days, days_between, is_workday, workday_after, years_known
from linli.scheduling.queries.duties import Duty, forget_on_duty, on_duty
from linli.scheduling.queries.gaps import gaps_ahead

__all__ = [
    "Days",
    "Duty",
    "days_between",
    "forget_on_duty",
    "gaps_ahead",
    "is_workday",
    "on_duty",
    "workday_after",
    "years_known",
]
