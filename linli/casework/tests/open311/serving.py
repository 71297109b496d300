"""A web server in this process, on 127.0.0.1, that sees what the test wrote and has not committed, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """Its address. One request at a time: it shares the test's own connection, in whose transaction everything happens."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)
    shared = connections["default"]

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.02)

    # In a transaction a connection looks as if it were to be closed: Django's own test client does without this, too.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    shared.inc_thread_sharing()
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        shared.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
