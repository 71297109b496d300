"""What one can do in the register: each action checks, writes, and leaves a trace."""

from linli.registry.actions.contacts import (
    add_contact,
    add_contact_point,
    add_post_point,
    change_contact,
    end_contact,
    remove_point,
)
from linli.registry.actions.households import move_in, move_out
from linli.registry.actions.languages import choose_language
from linli.registry.actions.places import (
    add_building,
    add_community,
    add_dwelling,
    add_grid,
    add_unit,
    change_building,
    change_dwelling,
    change_grid,
)
from linli.registry.actions.points import Bounce, DeadWay, believe_point, count_bounces, revive_points
from linli.registry.actions.posts import assign_post, end_post
from linli.registry.actions.residents import add_resident, change_resident, record_death, resident_moves_out
from linli.registry.actions.revealing import reveal_contact_phone, reveal_id_number, reveal_phone

__all__ = [
    "Bounce",
    "DeadWay",
    "add_building",
    "add_community",
    "add_contact",
    "add_contact_point",
    "add_dwelling",
    "add_grid",
    "add_post_point",
    "add_resident",
    "add_unit",
    "assign_post",
    "believe_point",
    "change_building",
    "change_contact",
    "change_dwelling",
    "change_grid",
    "change_resident",
    "choose_language",
    "count_bounces",
    "end_contact",
    "end_post",
    "move_in",
    "move_out",
    "record_death",
    "remove_point",
    "resident_moves_out",
    "reveal_contact_phone",
    "reveal_id_number",
    "reveal_phone",
    "revive_points",
]
