from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linli.accounts.actions import create_user
from linli.accounts.models import User
from linli.core.actors import system_actor

PASSWORD = "三栋的丁香花开了"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def duty(db) -> User:
    return create_user(by=system_actor(part="test"), now=NOW, username="zhiban", name="周值班", password=PASSWORD)


@pytest.fixture(autouse=True)
def quick_hashes(settings) -> None:
    """Argon2 is slow by design; what is tested here is not the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
