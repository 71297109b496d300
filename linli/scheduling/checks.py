"""What ``linli check`` asks of this room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.rooms import Finding
from linli.scheduling.models import Rota
from linli.scheduling.queries import gaps_ahead, years_known
from linli.scheduling.words import span_words

NOVEMBER, DECEMBER = 11, 12
LOOK_AHEAD = timedelta(days=2)


def holiday_table(now: datetime) -> Sequence[Finding]:
    """This year's table is there; next year's from December on. In November the notice may not be published yet."""
    today = timezone.localdate(now)
    known = years_known()
    part = _("calendar")
    wanted = [today.year, *([today.year + 1] if today.month >= NOVEMBER else [])]
    missing = [year for year in wanted if year not in known]
    if not missing:
        return [Finding(part, True, _("Public holidays are known for %(year)s.") % {"year": wanted[-1]})]
    sentence = _(
        "The public holidays of %(year)s are not on file; only weekends count as days off. The State Council publishes them in "
        "November: update Linli, or type them into the register “years of holidays”."
    ) % {"year": missing[0]}
    return [Finding(part, missing == [today.year + 1] and today.month < DECEMBER, sentence)]


def duty_gaps(now: datetime) -> Sequence[Finding]:
    """Each community that keeps a rota has somebody on duty for the next two days."""
    rotas = {
        rota.community_id: rota.community for rota in Rota.objects.filter(is_kept=True).select_related("community")
    }
    if not rotas:
        return []
    gaps = gaps_ahead(community_ids=rotas.keys(), since=now, until=now + LOOK_AHEAD)
    short = [(rotas[pk], spans[0]) for pk, spans in gaps.items() if spans]
    if not short:
        return [Finding(_("rota"), True, _("Somebody is on duty at every hour of the next two days."))]
    return [
        Finding(
            _("rota"),
            False,
            _("%(community)s: nobody on duty %(span)s. Ask the secretary to fill the gap.")
            % {
                "community": community.name,
                "span": span_words(begin=begin, finish=finish, zone=ZoneInfo(community.time_zone)),
            },
        )
        for community, (begin, finish) in short
    ]
