"""Hanging a wall up, and taking it down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.errors import Invalid, NotFound
from linli.core.secrets import new_token, token_hash
from linli.desk.errors import WallAlreadyRevoked
from linli.desk.models import WallLink
from linli.registry.queries import Scope


@transaction.atomic
def make_wall_link(*, by: Actor, now: datetime, scope: Scope, community_id: int, name: str) -> tuple[WallLink, str]:
    """A new link to the wall of a community over the whole of which ``by`` holds a post; returns its token, once.

    Raises NotFound for another community, Invalid without a name.
    """
    if not (scope.everything or community_id in scope.communities):
        raise NotFound
    if not name.strip():
        raise Invalid
    token = new_token()
    link = WallLink.objects.create(
        community_id=community_id,
        name=name.strip()[:60],
        token_hash=token_hash(token),
        made_at=now,
        made_by=by.label[:120],
    )
    record_traces(by=by, now=now, traces=[_trace("added", link)])
    return link, token


@transaction.atomic
def revoke_wall_link(*, by: Actor, now: datetime, scope: Scope, link_id: int) -> WallLink:
    """The link opens nothing from now on; an open wall notices within half a minute. Raises NotFound, WallAlreadyRevoked."""
    link = WallLink.objects.select_for_update().filter(scope.covers_communities(), pk=link_id).first()
    if link is None:
        raise NotFound
    if link.revoked_at is not None:
        raise WallAlreadyRevoked
    link.revoked_at, link.revoked_by = now, by.label[:120]
    link.save(update_fields=["revoked_at", "revoked_by"])
    record_traces(by=by, now=now, traces=[_trace("wall_revoked", link)])
    return link


def _trace(verb: str, link: WallLink) -> Trace:
    return Trace(verb, "walllink", str(link.pk), link.community_id, link.name)
