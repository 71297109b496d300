"""What is shown of personal data before somebody gives a reason."""

from __future__ import annotations


def mask_phone(phone: str) -> str:
    """139****5678; short numbers show their last two digits only."""
    if len(phone) >= 11:
        return f"{phone[:-8]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def mask_id_number(number: str) -> str:
    """220103**********12: region and the last two characters."""
    if len(number) < 10:
        return "*" * len(number)
    return f"{number[:6]}{'*' * (len(number) - 8)}{number[-2:]}"


def mask_name(name: str) -> str:
    """张三 becomes 张*, as a wall screen may show it."""
    return name[:1] + "*" * (len(name) - 1)
