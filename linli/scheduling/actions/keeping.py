"""Whether alarms go by the rota; and what all actions of the rota share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.registry.models import Community
from linli.scheduling.access import ARRANGE, reach_of
from linli.scheduling.errors import DutyNotFound
from linli.scheduling.models import Rota
from linli.scheduling.queries.duties import forget_on_duty


@transaction.atomic
def keep_rota(*, by: Actor, now: datetime, community_id: int) -> Rota:
    """From now on alarms go to who is on duty. Raises NotAllowed or DutyNotFound."""
    rota = locked_rota(community=community_reached(by=by, now=now, community_id=community_id))
    _set(rota, "kept_rota", by=by, now=now, kept=True)
    return rota


@transaction.atomic
def pause_rota(*, by: Actor, now: datetime, community_id: int) -> Rota:
    """From now on every duty officer is called for every alarm, as without a rota. Raises NotAllowed or DutyNotFound."""
    rota = locked_rota(community=community_reached(by=by, now=now, community_id=community_id))
    _set(rota, "paused_rota", by=by, now=now, kept=False)
    return rota


def _set(rota: Rota, verb: str, *, by: Actor, now: datetime, kept: bool) -> None:
    if rota.is_kept == kept:
        return
    rota.is_kept = kept
    rota.save(update_fields=["is_kept"])
    trace(row=rota, by=by, now=now, verb=verb)
    forget_on_duty()


def community_reached(*, by: Actor, now: datetime, community_id: int) -> Community:
    """The community, if this actor plans there. Raises NotAllowed or DutyNotFound."""
    reach = reach_of(by=by, now=now, permission=ARRANGE)
    community = Community.objects.filter(reach.covers_communities("pk"), pk=community_id).first()
    if community is None:
        raise DutyNotFound
    return community


def locked_rota(*, community: Community) -> Rota:
    """The community's rota, made if need be (not kept yet), locked so that two planners take turns."""
    Rota.objects.get_or_create(community=community, defaults={"is_kept": False})
    return Rota.objects.select_for_update(of=("self",)).select_related("community").get(community=community)


def trace(
    *,
    row: models.Model,
    by: Actor,
    now: datetime,
    verb: str,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """One line in the trail."""
    record_traces(
        by=by,
        now=now,
        traces=[
            Trace(
                verb=verb,
                object_type=str(row._meta.model_name),
                object_ref=str(row.pk),
                community_id=getattr(row, "community_id", None),
                object_label=str(row),
                reason=reason,
                details=details or {},
            )
        ],
    )
