"""How the room says no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from linli.core.errors import Invalid, Refusal


class SignInRefused(Refusal):
    """Name and password do not belong together. The same whether or not anybody bears the name."""

    code = "sign-in-refused"
    status = 422
    default_sentence = _("Name or password is not right.")

    def __init__(self, *, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left
        if tries_left <= 2:
            self.sentence = ngettext_lazy(
                "Name or password is not right. One more try, then this name rests for a while.",
                "Name or password is not right. %(n)d more tries, then this name rests for a while.",
                "n",
            ) % {"n": tries_left}


class NameIsLocked(Refusal):
    """The name was tried in vain too often. The same whether or not anybody bears the name."""

    code = "name-locked"
    status = 429

    def __init__(self, *, clock: str, minutes: int) -> None:
        self.clock = clock
        super().__init__(
            ngettext_lazy(
                "Too many wrong tries with this name. Please try again after %(clock)s (in %(n)d minute), or ask the administrator.",
                "Too many wrong tries with this name. Please try again after %(clock)s (in %(n)d minutes), or ask the administrator.",
                "n",
            )
            % {"clock": clock, "n": minutes}
        )


class NameTaken(Invalid):
    """Somebody else bears the sign-in name already."""

    code = "name-taken"
    default_sentence = _("Somebody else signs in with this name already. Please choose another.")


class PasswordTooWeak(Invalid):
    """The password is too short, too common or too much like the name; ``fields`` says which."""

    code = "password-too-weak"
    default_sentence = _("This password is too easy to guess.")


class WrongPassword(Invalid):
    """Changing one's own password needs the present one, and that was not it."""

    code = "wrong-password"
    default_sentence = _("This is not your present password.")
