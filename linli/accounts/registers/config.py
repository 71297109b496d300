"""Django's admin with our site: named in INSTALLED_APPS in place of ``django.contrib.admin``."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AdminConfig):
    default = False  # it is named by its full path
    default_site = "linli.accounts.registers.site.RegistersSite"
    verbose_name = _("Registers")
