"""What one can ask about working days and the rota."""

from linli.scheduling.queries.calendar import Days, days_between, is_workday, workday_after, years_known
from linli.scheduling.queries.duties import Duty, forget_on_duty, on_duty
from linli.scheduling.queries.gaps import gaps_ahead
from linli.scheduling.queries.running import RunningClock, running_clock

__all__ = [
    "Days",
    "Duty",
    "RunningClock",
    "days_between",
    "forget_on_duty",
    "gaps_ahead",
    "is_workday",
    "on_duty",
    "running_clock",
    "workday_after",
    "years_known",
]
