"""Threads that stay: where Django's synchronous views run.

Django's own ASGI handler makes a new thread for each request and, since database connections belong to threads, a new connection
too: some milliseconds each time, and an empty page cache with SQLite. Here a request borrows one of a few threads that keep
theirs. It is borrowed at the first synchronous call, after the body has arrived, so that slow senders hold none.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import ThreadSensitiveContext

P = ParamSpec("P")
T = TypeVar("T")


class Lanes:
    """``count`` threads; a request gets the one with the fewest others, the first of them if there is a choice."""

    def __init__(self, *, count: int) -> None:
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=f"lane-{number}") for number in range(count)]
        self._load = [0] * count

    async def serve(self, application: Any, scope: Any, receive: Any, send: Any) -> None:
        lane = _Lane(self)
        try:
            # asgiref takes any executor that runs one call after the other; ours chooses its thread late.
            async with ThreadSensitiveContext(executor=lane):
                await application(scope, receive, send)
        finally:
            lane.give_back()

    def _borrow(self) -> int:
        number = min(range(len(self._load)), key=self._load.__getitem__)
        self._load[number] += 1
        return number


class _Lane(Executor):
    """All synchronous calls of one request, in one thread."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._number: int | None = None

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self._number is None:
            self._number = self._lanes._borrow()
        return self._lanes._threads[self._number].submit(call, *args, **kwargs)

    def give_back(self) -> None:
        if self._number is not None:
            self._lanes._load[self._number] -= 1
            self._number = None
