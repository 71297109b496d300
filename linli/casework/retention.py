"""For how long it is kept who told us: data, see linli.registry.retention for where such figures come from."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from linli.registry.retention import Period

REPORTERS: Final = Period(365, _("who told us of requests that ended loses name and number"), "PIPL 19; GB/T 35273 6.1")
"""A year after the end, when nobody asks any more; the request, its history and what is counted stay."""
