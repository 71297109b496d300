"""A secret on its way from the action to the eyes: shown until the installer goes on, at most ten minutes, and reload does no harm."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from linli.core.secrets import decrypt, encrypt
from linli.safety.models import Device
from linli.ui.pictures import qr_code

KEPT_SECONDS = 600
_KEY = "safety_secret"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What is typed into a device. ``qr`` holds the same for those that can read it."""

    host: str
    port: int
    username: str
    secret: str
    topic: str
    qr: SafeString


def hold_secret(request: HttpRequest, *, device: Device, secret: str) -> None:
    """Keep it, encrypted, in the session of whoever asked for it, and nowhere else."""
    until = timezone.now().timestamp() + KEPT_SECONDS
    request.session[_KEY] = {"device": device.pk, "secret": encrypt(secret), "until": until}


def let_go_of_secret(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def sign_in_of(request: HttpRequest, *, device: Device) -> SignIn | None:
    """None when the secret of this device is not to be shown (any more)."""
    held = request.session.get(_KEY)
    if not held or held["device"] != device.pk or held["until"] < timezone.now().timestamp():
        return None
    secret = decrypt(held["secret"])
    host = urlsplit(settings.LINLI_PUBLIC_URL).hostname or "127.0.0.1"
    port = settings.LINLI_MQTT_PORT
    topic = f"linli/{device.community.code}/{device.serial}/"
    content = {
        "sn": device.serial,
        "host": host,
        "port": port,
        "user": device.serial,
        "password": secret,
        "topic": topic,
    }
    told = json.dumps(content, separators=(",", ":"))
    return SignIn(host, port, device.serial, secret, topic, qr_code(text=told))
