"""What is kept about a resident who told us something, for the page they may ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linli.casework.access import REPORTERS, reach_of_actor
from linli.casework.masked import masked_words
from linli.casework.models import Reporter
from linli.core.actors import Actor
from linli.core.masking import mask_phone
from linli.core.rooms import KeptPart

NEWEST: Final = 50


def requests_kept(*, resident_id: int, by: Actor, now: datetime) -> KeptPart | None:
    """The newest requests that a resident told us of, with what they left us to answer them; None where they told us nothing. Numbers
    stay masked: whoever needs one asks for it at the request, with a reason."""
    rows = Reporter.objects.filter(resident_id=resident_id, anonymised_on__isnull=True)
    if not rows.exists():
        return None
    reach = reach_of_actor(by=by, now=now)
    may = reach.may(REPORTERS)
    seen = rows.filter(reach.covers("request__")).select_related("request__category").order_by("-request__received_at")
    told = list(seen[:NEWEST]) if may else []
    return KeptPart(
        title=_("What you told us"),
        why=_("To answer you, to tell you how it goes, and to ask you whether it was solved."),
        basis=_(
            "A duty set by law: Personal Information Protection Law, article 13 (3); Organic Law of Residents' Committees, article 3."
        ),
        kept=_(
            "Your name, number and door until a year after the request ended. What it was about stays, without you."
        ),
        items=[
            [
                (_("Number"), one.request.number),
                (_("Received"), date_format(timezone.localtime(one.request.received_at).date(), "Y-m-d")),
                (_("Category"), one.request.category.title),
                (_("What it is about"), masked_words(one.request.text)),
                (_("How it stands"), one.request.get_state_display()),
                *([(_("Phone"), mask_phone(one.phone))] if one.phone else []),
            ]
            for one in told
        ],
        withheld="" if may else _("The office shows you this part."),
        touching=[("casework.request", str(one.request_id)) for one in told],
    )
