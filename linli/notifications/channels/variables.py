"""What goes into the variables of a provider's approved template.

A text message in China is a template with gaps; the law and the providers leave us the gaps only. Links are not allowed in
them (Aliyun "通知短信模板规范", document 463270; Tencent "正文模板审核标准", document 382/39023, of 2025-06-17), nor the brackets
【】, which mark the sign name. So a text says what, where and when, and is answered with 1, 2 or 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from linli.notifications.channels.envelope import Envelope

NAMES = ("what", "place", "time", "community", "name", "title", "text")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[【】『』「」〖〗\[\]<>{}\\\r\n\t]+")
EMPTY = "无"


def values_of(envelope: Envelope, *, names: Sequence[str], longest: int, text: str = "") -> list[str]:
    """The values for these names, in their order, each fit to be sent; an unknown name is empty ("无"), never an error.

    ``text`` is the wording in the form that fits the way (short or spoken).
    """
    known = {**_known(envelope), "text": text or envelope.text}
    return [fitting(known.get(name, ""), longest=longest) for name in names]


def fitting(text: str, *, longest: int) -> str:
    """Without links and brackets, at most ``longest`` characters, never empty."""
    plain = " ".join(_FORBIDDEN.sub(" ", _LINK.sub("", text)).split())
    return (plain if len(plain) <= longest else plain[: max(longest - 1, 1)] + "…") or EMPTY


def _known(envelope: Envelope) -> Mapping[str, str]:
    params = envelope.params
    english = envelope.language.startswith("en")
    what = str(params.get("kind_en" if english else "kind_zh") or envelope.title)
    if params.get("drill"):
        what = f"DRILL {what}" if english else f"演练 {what}"
    return {
        "what": what,
        "place": str(params.get("place") or ""),
        "time": str(params.get("clock") or ""),
        "community": str(params.get("community") or ""),
        "name": envelope.recipient_name,
        "title": envelope.title,
    }
