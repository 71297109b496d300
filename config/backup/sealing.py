"""The encrypted file of a backup.

Format 1, all numbers big-endian:

    8 bytes   "LINLIBK" and the byte 1
    4 bytes   length of the head
    head      JSON: {"format": 1, "cipher": "AES-256-GCM", "kdf": "scrypt", "n", "r", "p", "salt", "nonce", "chunk_bytes"}
              (salt and nonce as hex digits; the nonce has 7 bytes)
    chunks    4 bytes length, then that many bytes: the sealed chunk with its tag of 16 bytes

The key is scrypt(passphrase as UTF-8, salt, n, r, p), 32 bytes. Chunk number i is sealed with the nonce ``nonce || i (4 bytes) ||
last (1 byte: 1 for the last chunk, else 0)`` and SHA-256 of the first 12 bytes and the head as associated data: a chunk that is
changed, moved, left out or cut off is noticed. Chunk 0 is empty: it tells a wrong passphrase from a damaged file. What is
sealed is a tar archive, compressed with gzip (contents.py).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from config.faults import CannotRun

MAGIC: Final = b"LINLIBK\x01"
CHUNK_BYTES: Final = 256 * 1024
SCRYPT: Final = {"n": 2**16, "r": 8, "p": 1}
MOST_HEAD_BYTES: Final = 4096
MOST_MEMORY: Final = {"n": 2**20, "r": 32, "p": 16}  # a forged head must not make us take all memory
_TAG_BYTES = 16


class Sealer:
    """A file object to write to; ``close`` seals the last chunk. What stands in the file before that cannot be opened."""

    def __init__(self, file: IO[bytes], *, passphrase: str) -> None:
        salt, self._nonce = secrets.token_bytes(16), secrets.token_bytes(7)
        head = {
            "format": 1, "cipher": "AES-256-GCM", "kdf": "scrypt", **SCRYPT,
            "salt": salt.hex(), "nonce": self._nonce.hex(), "chunk_bytes": CHUNK_BYTES,
        }  # fmt: skip
        text = json.dumps(head).encode()
        opening = MAGIC + len(text).to_bytes(4, "big") + text
        file.write(opening)
        self._file = file
        self._cipher = AESGCM(_key(passphrase, salt=salt, **SCRYPT))
        self._about = hashlib.sha256(opening).digest()
        self._waiting = bytearray()
        self._number = 0
        self._seal(b"", last=0)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:  # the last chunk is only known at the end
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), last=0)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def flush(self) -> None:
        """Nothing leaves before a chunk is full."""

    def close(self) -> None:
        self._seal(bytes(self._waiting), last=1)
        self._waiting.clear()

    def _seal(self, plain: bytes, *, last: int) -> None:
        sealed = self._cipher.encrypt(_nonce(self._nonce, self._number, last), plain, self._about)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


class Opener:
    """The other way: a file object to read from. Raises CannotRun for a wrong passphrase and for a file that is not whole."""

    def __init__(self, file: IO[bytes], *, passphrase: str, name: str) -> None:
        self._file, self._name = file, name
        opening = file.read(12)
        if opening[:7] != MAGIC[:7]:
            raise CannotRun(f"{name} is no backup of Linli.")
        if opening[:8] != MAGIC:
            raise CannotRun(f"{name} was made by a newer version of Linli: restore it with that one.")
        head_bytes = int.from_bytes(opening[8:], "big")
        text = file.read(head_bytes) if head_bytes <= MOST_HEAD_BYTES else b""
        try:
            head = json.loads(text)
            numbers = {key: int(head[key]) for key in SCRYPT}
            salt, self._nonce = bytes.fromhex(head["salt"]), bytes.fromhex(head["nonce"])
            self._most = int(head["chunk_bytes"]) + _TAG_BYTES
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRun(f"{name} is damaged at its beginning: use another backup.") from error
        if any(numbers[key] > MOST_MEMORY[key] for key in numbers) or not 0 < self._most < 2**26:
            raise CannotRun(f"{name} is damaged at its beginning: use another backup.")
        self._cipher = AESGCM(_key(passphrase, salt=salt, **numbers))
        self._about = hashlib.sha256(opening + text).digest()
        self._plain = b""
        self._number = 0
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._plain) < size):
            self._plain += self._next()
        if size < 0:
            size = len(self._plain)
        given, self._plain = self._plain[:size], self._plain[size:]
        return given

    def _next(self) -> bytes:
        length = int.from_bytes(self._file.read(4), "big")
        sealed = self._file.read(length) if _TAG_BYTES <= length <= self._most else b""
        if len(sealed) != length or not sealed:
            raise CannotRun(f"{self._name} is cut short or damaged: use another backup.")
        for last in (0, 1):
            try:
                plain = self._cipher.decrypt(_nonce(self._nonce, self._number, last), sealed, self._about)
            except InvalidTag:
                continue
            self._number += 1
            self._ended = bool(last)
            return plain
        if self._number == 0:
            raise CannotRun(f"The passphrase does not open {self._name}. Is it the one that was set when it was made?")
        raise CannotRun(f"{self._name} is damaged: use another backup.")


def _nonce(prefix: bytes, number: int, last: int) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _key(passphrase: str, *, salt: bytes, n: int, r: int, p: int) -> bytes:
    made: Any = Scrypt(salt=salt, length=32, n=n, r=r, p=p)
    key: bytes = made.derive(passphrase.encode())
    return key
