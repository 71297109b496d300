"""In which language somebody is told."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from linli.core.actors import Actor
from linli.core.errors import Invalid, NotAllowed, NotFound
from linli.registry.access import access_of
from linli.registry.models import Contact, Post
from linli.registry.recording import trace


@transaction.atomic
def choose_language(*, by: Actor, now: datetime, kind: str, holder_id: int, language: str) -> None:
    """Tell this relative ("contact") or holder of a post ("post") in this language from now on.

    People choose for themselves, whoever writes the register for others. Raises NotAllowed, NotFound or Invalid.
    """
    if language not in dict(settings.LANGUAGES):
        raise Invalid
    model: type[Contact] | type[Post] = Contact if kind == "contact" else Post
    holder = model._default_manager.filter(pk=holder_id).first()
    if holder is None:
        raise NotFound
    _may_choose_for(by, now, kind, holder)
    if holder.language != language:
        holder.language = language
        holder.save(update_fields=["language"])
        trace(holder, by=by, now=now, verb="changed", details={"fields": ["language"]})


def _may_choose_for(by: Actor, now: datetime, kind: str, holder: Contact | Post) -> None:
    if (by.kind, by.ref) == (kind, str(holder.pk)):
        return
    if isinstance(holder, Post) and holder.user_id is not None and holder.user_id == by.user_id:
        return
    access = access_of(by=by, now=now)
    reach = access.scope.covers_people() if isinstance(holder, Contact) else access.scope.covers()
    if (
        "registry.edit" not in access.permissions
        or not type(holder)._default_manager.filter(reach, pk=holder.pk).exists()
    ):
        raise NotAllowed
