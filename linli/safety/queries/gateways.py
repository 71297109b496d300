"""Which gateway a token belongs to, and whether a serial is its to report for."""

from __future__ import annotations

from linli.core.secrets import token_hash
from linli.safety.errors import TokenWrong, UnknownDevice
from linli.safety.models import Device, Gateway


async def gateway_with(*, token: str) -> Gateway:
    """The active gateway with this token. Raises TokenWrong."""
    gateway = (
        await Gateway.objects.select_related("community").filter(token_hash=token_hash(token), is_active=True).afirst()
    )
    if gateway is None:
        raise TokenWrong
    return gateway


async def check_serial(*, gateway: Gateway, serial: str) -> None:
    """Raises UnknownDevice unless the device is on file in the gateway's community."""
    if not await Device.objects.filter(serial=serial, community_id=gateway.community_id).aexists():
        raise UnknownDevice
