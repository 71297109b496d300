"""People who sign in, and how often a name was tried in vain."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with a login. Their posts (registry) say which roles they hold over which places.

    ``is_staff`` is Django's and decides nothing here: who may open the registers follows from the roles.
    """

    username = models.CharField(_("sign-in name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_staff = models.BooleanField(_("may open the registers"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username


class NameLock(models.Model):
    """How often in a row a sign-in name was tried in vain, whether or not anybody bears it: a lock then betrays nothing.

    Only a keyed hash of the name is kept: in haste people type their password into the wrong field.
    """

    name_hash = models.CharField(max_length=64, unique=True)
    failures = models.PositiveSmallIntegerField(_("failed sign-ins"), default=0)
    last_failed_at = models.DateTimeField(_("last failure at"))
    locked_until = models.DateTimeField(_("locked until"), null=True)

    class Meta:
        verbose_name = _("lock of a sign-in name")
        verbose_name_plural = _("locks of sign-in names")
        indexes = [models.Index(fields=["last_failed_at"], name="accounts_lock_oldest")]

    def __str__(self) -> str:
        return f"{self.failures}"
