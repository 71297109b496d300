"""Keys for what must stay secret: encryption of personal fields, keyed hashes for search, device and gateway tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=8)
def _derived(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"linli:{purpose}".encode())
    return kdf.derive(secret.encode())


def derived_key(*, purpose: str) -> bytes:
    """32 bytes derived from ``LINLI_SECRET_KEY`` (HKDF-SHA-256, RFC 5869), another for each purpose."""
    return _derived(settings.SECRET_KEY, purpose)


@lru_cache(maxsize=2)
def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))


def encrypt(text: str) -> str:
    """Authenticated encryption (Fernet); the empty string stays empty."""
    return _fernet(derived_key(purpose="personal")).encrypt(text.encode()).decode() if text else ""


@lru_cache(maxsize=16384)
def _decrypted(key: bytes, token: str) -> str:
    return _fernet(key).decrypt(token.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind ``encrypt``. Raises cryptography's InvalidToken if the key is not the one that encrypted it."""
    return _decrypted(derived_key(purpose="personal"), token) if token else ""


def decrypt_with(token: str, *, secret: str) -> str:
    """The same with another ``LINLI_SECRET_KEY`` than ours: a backup's. Raises InvalidToken."""
    return _fernet(_derived(secret, "personal")).decrypt(token.encode()).decode()


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hex digits for exact search without keeping the text: HMAC-SHA-256 with a key of its own for each purpose."""
    return hmac.new(derived_key(purpose=purpose), text.encode(), hashlib.sha256).hexdigest() if text else ""


def new_token() -> str:
    """A random token of 160 bits, easy to copy from paper: letters and digits only."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


def token_hash(token: str) -> str:
    """What we keep of a token. Tokens are random and long, so a plain fast hash is enough (no dictionary to try)."""
    return hashlib.sha256(token.encode()).hexdigest()


def same_token(token: str, *, kept_hash: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(token_hash(token), kept_hash)
