"""What the ground floor can do by itself: change the key of encrypted fields."""

from __future__ import annotations

from linli.core.actions.rotating import (
    Pass,
    begin_key_rotation,
    let_waiting_key_write,
    note_key_fingerprints,
    prepare_key_rotation,
    reencrypt_fields,
    retire_old_keys,
)

__all__ = [
    "Pass",
    "begin_key_rotation",
    "let_waiting_key_write",
    "note_key_fingerprints",
    "prepare_key_rotation",
    "reencrypt_fields",
    "retire_old_keys",
]
