"""Why a row of a hotline's sheet is as it is, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS = {
    "no-number": gettext_lazy("The number of the case is missing."),
    "number-long": gettext_lazy("The number of the case is longer than 60 characters."),
    "number-spoiled": gettext_lazy(
        "Excel has spoiled the number (“%(what)s”): it keeps 15 digits only. Export again with the column as text."
    ),
    "no-text": gettext_lazy("It does not say what it is about."),
    "received-wrong": gettext_lazy("“%(what)s” is no day and time: when was it received?"),
    "received-late": gettext_lazy("It was received in the future (%(what)s)?"),
    "due-wrong": gettext_lazy("“%(what)s” is no day and time: when is it due?"),
    "due-early": gettext_lazy("It would be due (%(what)s) before it was received."),
    "long-over": gettext_lazy(
        "It is long over (%(what)s). Old cases are not brought in: everybody would be alarmed about the past."
    ),
    "twice": gettext_lazy("The same case stands in row %(what)s."),
    "twice-other": gettext_lazy("Row %(what)s has the same number and says something else."),
    "phone-wrong": gettext_lazy("“%(what)s” is no phone number: nobody will be called about it."),
    "text-cut": gettext_lazy("The text is long: only its first 2,000 characters are taken."),
    "no-such": gettext_lazy("There is no request with this number."),
    "not-answered": gettext_lazy("The request with this number is not answered yet."),
    "rated": gettext_lazy("Its present answer is rated already."),
    "not-reached": gettext_lazy("Nobody was reached: kept as a call in vain, counted nowhere."),
    "satisfaction-wrong": gettext_lazy("“%(what)s” does not say whether they are satisfied."),
    "yes-no-wrong": gettext_lazy("“%(what)s” is neither yes nor no."),
    "refused": gettext_lazy("It could not be brought in (%(what)s)."),
}


def reason_words(*, reason: str) -> str:
    """The sentence for the reason of a row; "" for none."""
    code, _colon, what = reason.partition(":")
    if code not in WORDS:
        return ""
    return str(WORDS[code]) % {"what": what or _("nothing")}
