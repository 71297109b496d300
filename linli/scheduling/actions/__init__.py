"""What one can do with the calendar and the rota."""

from linli.scheduling.actions.calendar import fill_calendar
from linli.scheduling.actions.changing import give_duty
from linli.scheduling.actions.handing_over import confirm_handover, write_handover
from linli.scheduling.actions.keeping import keep_rota, pause_rota
from linli.scheduling.actions.planning import extend_rotas, lay_down_shifts, plan_rota
from linli.scheduling.actions.swapping import accept_swap, arrange_swap, ask_swap, decline_swap, withdraw_swap

__all__ = [
    "accept_swap",
    "arrange_swap",
    "ask_swap",
    "confirm_handover",
    "decline_swap",
    "extend_rotas",
    "fill_calendar",
    "give_duty",
    "keep_rota",
    "lay_down_shifts",
    "pause_rota",
    "plan_rota",
    "withdraw_swap",
    "write_handover",
]
