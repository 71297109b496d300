"""Keys for what must stay secret: encryption of personal fields, keyed hashes for search, device and gateway tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from linli.core.keys import derived, fresh_ring, needed_secret_key, ring


def derived_key(*, purpose: str) -> bytes:
    """32 bytes derived from ``LINLI_SECRET_KEY`` (HKDF-SHA-256, RFC 5869), another for each purpose. Raises SecretKeyLost."""
    return derived(needed_secret_key(), purpose)


@lru_cache(maxsize=16)
def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))


def encrypt(text: str) -> str:
    """Authenticated encryption (Fernet) with the key that writes now; the empty string stays empty."""
    return encrypt_with(text, key=fresh_ring().keys[0]) if text else ""


def encrypt_with(text: str, *, key: bytes) -> str:
    """The same with this key."""
    return _fernet(key).encrypt(text.encode()).decode()


@lru_cache(maxsize=8)
def _any_of(keys: tuple[bytes, ...]) -> MultiFernet:
    return MultiFernet([_fernet(key) for key in keys])


@lru_cache(maxsize=16384)
def _decrypted(keys: tuple[bytes, ...], token: str) -> str:
    return _any_of(keys).decrypt(token.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind ``encrypt``. Raises cryptography's InvalidToken if no key of ours encrypted it.

    A token that cannot be read may be younger than the keys this process knows: then it looks for new ones.
    """
    if not token:
        return ""
    known = ring().keys
    try:
        return _decrypted(known, token)
    except InvalidToken:
        now_known = fresh_ring().keys
        if now_known == known:
            raise
        return _decrypted(now_known, token)


def decrypt_with(token: str, *, keys: tuple[bytes, ...]) -> str:
    """The same with these keys and no others: a backup's. Raises InvalidToken."""
    return _any_of(keys).decrypt(token.encode()).decode()


def key_that_opens(token: str, *, keys: tuple[bytes, ...]) -> int | None:
    """The position in ``keys`` of the one that encrypted this token; None if none of them did."""
    for position, key in enumerate(keys):
        try:
            _fernet(key).decrypt(token.encode())
        except InvalidToken:
            continue
        return position
    return None


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hex digits for exact search without keeping the text: HMAC-SHA-256 with a key of its own for each purpose."""
    return hmac.digest(derived_key(purpose=purpose), text.encode(), "sha256").hex() if text else ""


def new_token() -> str:
    """A random token of 160 bits, easy to copy from paper: letters and digits only."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


def token_hash(token: str) -> str:
    """What we keep of a token. Tokens are random and long, so a plain fast hash is enough (no dictionary to try)."""
    return hashlib.sha256(token.encode()).hexdigest()


def same_token(token: str, *, kept_hash: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(token_hash(token), kept_hash)
