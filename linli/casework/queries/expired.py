"""Who told us of requests that ended long ago."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from linli.casework.models import Reporter
from linli.casework.retention import REPORTERS


def expired_reporters(*, on: date) -> QuerySet[Reporter]:
    """Reporters whose request ended so long ago that nobody needs to know who they were; who was dealt with is no longer among them."""
    midnight = timezone.make_aware(datetime.combine(REPORTERS.before(on=on), time.min))
    return Reporter.objects.filter(request__ended_at__lt=midnight, anonymised_on__isnull=True).order_by("pk")
