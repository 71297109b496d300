"""What people wish about messages that can wait."""

from __future__ import annotations

from collections.abc import Iterable

from linli.notifications.models import Preference
from linli.notifications.wording import Laid, wordings_laid_down
from linli.registry.queries import HolderCard


def wish_of(*, holder: HolderCard) -> Preference | None:
    """What somebody wishes; None if they never said."""
    whose = {"contact_id": holder.id} if holder.kind == "contact" else {"post_id": holder.id}
    return Preference.objects.filter(**whose).first()


def wishes_of_contacts(*, contact_ids: Iterable[int]) -> dict[int, Preference]:
    """The wishes of those relatives who stated any. One query."""
    return {w.contact_id or 0: w for w in Preference.objects.filter(contact_id__among=list(contact_ids))}


def routine_wordings() -> list[Laid]:
    """What can be declined: the wordings of messages that can wait."""
    return [laid for laid in wordings_laid_down() if laid.routine]
