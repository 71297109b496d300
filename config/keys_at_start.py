"""Before anything starts: are the keys there by which this database was written? Said in both languages, for it is read in a hurry."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from config.faults import CannotRun
from linli.core.actions import note_key_fingerprints
from linli.core.keys import KeysUnreadable, Ring, fingerprint, fresh_ring, keys_path, secret_key
from linli.core.keys_in_use import noted_fingerprints, sealed_samples, secret_is_another
from linli.core.models import KeyFingerprint
from linli.core.secrets import decrypt_with


class KeysLost(CannotRun):
    """A key that the database needs is missing, or another one is there. The text says which, in English and Chinese."""


def look_at_keys() -> None:
    """Raises KeysLost unless the present keys are those that the database was written with. A new database asks for nothing."""
    if not secret_key():
        raise KeysLost(in_both_languages(_lost_secret))
    noted = noted_fingerprints()
    if secret_is_another(noted=noted):
        raise KeysLost(in_both_languages(_another_secret))
    ring = known_ring()
    if not field_keys_needed(noted=noted) <= {fingerprint(key) for key in ring.keys}:
        raise KeysLost(in_both_languages(_missing_field_key))
    if not noted and not _opens(ring, sealed_samples()):
        raise KeysLost(in_both_languages(_another_secret))


def look_at_keys_and_note(*, now: datetime) -> None:
    """The same, after migrating; from then on the database knows its keys. Raises KeysLost."""
    look_at_keys()
    if not noted_fingerprints():
        note_key_fingerprints(now=now)
        look_at_keys()  # somebody with another key may have been a moment quicker


def known_ring() -> Ring:
    """The present keys. Raises KeysLost when their file is damaged."""
    try:
        return fresh_ring()
    except KeysUnreadable as error:
        raise KeysLost(in_both_languages(_missing_field_key)) from error


def field_keys_needed(*, noted: dict[str, str]) -> set[str]:
    return {mark for mark, purpose in noted.items() if purpose == KeyFingerprint.Purpose.FIELDS}


def in_both_languages(sentence: Callable[[], str]) -> str:
    """What ``sentence`` says in English, and once more in Chinese."""
    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said.append(sentence())
    return " ".join(said)


def _opens(ring: Ring, samples: list[str]) -> bool:
    """A value or two may be damaged; a wrong key opens none."""
    return not samples or any(_opens_one(ring, sample) for sample in samples)


def _opens_one(ring: Ring, sample: str) -> bool:
    try:
        decrypt_with(sample, keys=ring.keys)
    except InvalidToken:
        return False
    return True


def _lost_secret() -> str:
    path = settings.LINLI_DATA_DIR / "secret_key"
    begun = (
        _("The secret key in %(file)s is cut short, and the database was written with it.")
        if path.exists()
        else _(
            "The secret key %(file)s is missing (or LINLI_SECRET_KEY is not set), and the database was written with it."
        )
    ) % {"file": path}
    return f"{begun} {_remedy()}"


def _another_secret() -> str:
    if os.environ.get("LINLI_SECRET_KEY"):
        where = "LINLI_SECRET_KEY"
    else:
        where = os.environ.get("LINLI_SECRET_KEY_FILE") or str(settings.LINLI_DATA_DIR / "secret_key")
    begun = _("The secret key in %(file)s is not the one that the database was written with.") % {"file": where}
    return f"{begun} {_remedy()}"


def _missing_field_key() -> str:
    begun = (
        _("The file of keys %(file)s is damaged or lacks a key that the database was written with.")
        if keys_path().exists()
        else _("The file of keys %(file)s is missing, and the database was written with it.")
    ) % {"file": keys_path()}
    return f"{begun} {_remedy()}"


def _remedy() -> str:
    return _(
        "Without it no phone or ID number can be read. Nothing was started and nothing was changed. Put it back, or take it "
        "out of the newest backup: `linli keys restore BACKUP`. A new key would not help."
    )
