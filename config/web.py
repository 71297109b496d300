"""The web process: uvicorn, set up so that it starts quickly, stops quickly, and says little."""

from __future__ import annotations

import socket
import warnings
from typing import Final

import uvicorn
from django.conf import settings

from config.asgi import application
from config.ports import listen

GRACE_SECONDS: Final = 3


class _Server(uvicorn.Server):
    """Stopping ends the live streams first: they would last until their pages are closed."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        application.close()
        await super().shutdown(sockets)


def serve(*, listening: socket.socket | None) -> None:
    """Answer until told to stop. ``listening`` is a socket that somebody opened for us: callers wait in it while we start.

    Raises CannotRun if there is none and the port is taken.
    """
    # WhiteNoise hands its small files over synchronously; Django would say so once in the installer's terminal.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.LINLI_TRUSTED_PROXIES,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    own = listening or listen(host=settings.LINLI_HTTP_HOST, port=settings.LINLI_HTTP_PORT, setting="LINLI_HTTP_PORT")
    _Server(config).run(sockets=[own])
