"""The demo's secrets: drawn at random for each installation, kept in clear only in ``demo.json`` of the data directory (mode 0600).

The database holds hashes, as of any other password, device secret or gateway token.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from linli.accounts.actions import set_password
from linli.accounts.models import User
from linli.core.actors import system_actor
from linli.core.bulk import update_rows
from linli.core.errors import Refusal
from linli.core.secrets import new_token, token_hash
from linli.registry.models import Community, Post
from linli.safety.models import Device, Gateway

GATEWAY = "演示网关"
# Without letters and digits that look alike on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class NoDemoKeys(Refusal):
    """The demo is asked for its logins where none was built, or its file was lost."""

    code = "no-demo-keys"
    default_sentence = "There are no demo logins here. Build the demo first: linli demo"


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """``logins``: role, username, name and password each; ``devices``: secret by serial."""

    community: str
    sample: str
    gateway_token: str
    webhook: str
    logins: list[dict[str, str]]
    devices: dict[str, str]


def keys_path() -> Path:
    return Path(settings.LINLI_DATA_DIR) / "demo.json"


def read_keys() -> DemoKeys:
    """What was issued last. Raises NoDemoKeys."""
    try:
        return DemoKeys(**json.loads(keys_path().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NoDemoKeys from error


def keys_fit(*, community: Community) -> bool:
    """Whether the file on disk belongs to the town in this database."""
    try:
        return Gateway.objects.filter(community=community, token_hash=token_hash(read_keys().gateway_token)).exists()
    except NoDemoKeys:
        return False


def issue_keys(*, community: Community, now: datetime, sample: str) -> DemoKeys:
    """New passwords for the demo's own logins, new secrets for its devices, a new gateway token. The caller saves them."""
    token = new_token()
    gateway, _created = Gateway.objects.get_or_create(
        community=community, name=GATEWAY, defaults={"token_hash": token_hash(token)}
    )
    gateway.token_hash = token_hash(token)
    gateway.save(update_fields=["token_hash"])
    devices = {pk: (serial, new_token()) for pk, serial in _devices(community)}
    rows = [(pk, token_hash(secret)) for pk, (_serial, secret) in sorted(devices.items())]
    update_rows(Device, key="pk", columns=("secret_hash",), rows=rows)
    return DemoKeys(
        community=community.code,
        sample=sample or next(iter(devices.values()), ("", ""))[0],
        gateway_token=token,
        webhook="",
        logins=_new_passwords(community, now),
        devices=dict(devices.values()),
    )


def save_keys(keys: DemoKeys) -> None:
    """Write the file whole, readable by its owner only."""
    path = keys_path()
    draft = path.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(keys), file, ensure_ascii=False, indent=1)
    draft.replace(path)


def device_secrets() -> Mapping[str, str]:
    """Serial and secret of every demo device, for ``linli simulate``. Raises NoDemoKeys."""
    return read_keys().devices


def _devices(community: Community) -> list[tuple[int, str]]:
    return list(Device.objects.filter(community=community).order_by("serial").values_list("pk", "serial"))


def _new_passwords(community: Community, now: datetime) -> list[dict[str, str]]:
    """Only of logins that the demo made itself: people who joined later keep theirs."""
    logins = []
    posts = (
        Post.objects.filter(community=community, user__username__startswith="demo-")
        .select_related("user")
        .order_by("pk")
    )
    for post in posts:
        user = post.user
        assert isinstance(user, User)
        password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3))
        set_password(by=system_actor(part="demo"), now=now, user_id=user.pk, password=password)
        logins.append({"role": post.role, "username": user.username, "name": user.name, "password": password})
    return logins
