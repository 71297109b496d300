"""What a newcomer, or a newcomer's script, needs to drive the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from config.demo.keys import read_keys
from linli.notifications.channels.webhook import webhook_secret


def describe_demo() -> dict[str, Any]:
    """Logins, one device's MQTT credentials, one gateway token, the webhook secret, addresses. Raises NoDemoKeys."""
    keys = read_keys()
    public = settings.LINLI_PUBLIC_URL
    events = f"{public}/api/v1/devices/{keys.sample}/events"
    topics = f"linli/{keys.community}/{keys.sample}"
    return {
        "community": keys.community,
        "logins": keys.logins,
        "mqtt": {
            "host": settings.LINLI_MQTT_HOST,
            "port": settings.LINLI_MQTT_PORT,
            "username": keys.sample,
            "password": keys.devices.get(keys.sample, ""),
            "community": keys.community,
            "serial": keys.sample,
            "topic_prefix": topics,
            "topics": {kind: f"{topics}/{kind}" for kind in ("alarm", "clear", "heartbeat", "status")},
        },
        "gateway": {
            "token": keys.gateway_token,
            "url": events,
            "header": f"Authorization: Bearer {keys.gateway_token}",
        },
        "webhook": {"url": keys.webhook, "secret": webhook_secret(), "signature_header": "Linli-Signature"},
        "urls": {
            "home": f"{public}/",
            "desk": f"{public}/desk/",
            "phones": f"{public}/demo/phones/",
            "registers": f"{public}/admin/",
            "events": events,
        },
    }
