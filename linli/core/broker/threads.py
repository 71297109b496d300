"""The same notices for code that runs in ordinary threads (sync views, `transaction.on_commit`)."""

from __future__ import annotations


def wake_from_thread(*, who: str) -> None:
    """`wake`, over one background connection of this process. Returns at once and never raises."""
    raise NotImplementedError


def tell_from_thread(*, community_id: int, topic: str) -> None:
    """`tell`, over one background connection of this process. Returns at once and never raises."""
    raise NotImplementedError
