"""What the desk itself does: everything about incidents is the incidents' room's."""

from linli.desk.actions.reporting import record_export, record_report
from linli.desk.actions.revealing import reveal_numbers
from linli.desk.actions.taking import Taken, take_many_in_hand
from linli.desk.actions.walls import make_wall_link, revoke_wall_link

__all__ = [
    "Taken",
    "make_wall_link",
    "record_export",
    "record_report",
    "reveal_numbers",
    "revoke_wall_link",
    "take_many_in_hand",
]
