"""Backups, and how long records are kept, among the registers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from linli.accounts.registers.base import ReadOnlyRegister, Register
from linli.watching.models import BackupRun, Retention


@admin.register(BackupRun)
class BackupRunRegister(ReadOnlyRegister):
    icon = "backup"
    community = ""
    list_display = ("began_at", "finished_at", "path", "size_bytes", "error")
    ordering = ("-began_at",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("watching.view")


@admin.register(Retention)
class RetentionRegister(Register):
    icon = "auto_delete"
    community = ""
    list_display = ("record", "days")
    readonly_fields = ("record",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
