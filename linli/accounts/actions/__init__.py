"""What one can do with users and sessions."""

from linli.accounts.actions.sessions import forget_old_tries, sign_in, sign_out
from linli.accounts.actions.users import (
    change_own_password,
    change_own_profile,
    change_user,
    create_administrator,
    create_user,
    set_password,
    unlock_name,
)

__all__ = [
    "change_own_password",
    "change_own_profile",
    "change_user",
    "create_administrator",
    "create_user",
    "forget_old_tries",
    "set_password",
    "sign_in",
    "sign_out",
    "unlock_name",
]
