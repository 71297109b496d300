"""The trail among the registers, to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from linli.accounts.models import User
from linli.accounts.registers.base import ReadOnlyRegister
from linli.audit.models import AuditEntry
from linli.audit.queries import Sought, entries_for
from linli.audit.shown import actor_word
from linli.audit.words import thing_word, verb_word


@admin.register(AuditEntry)
class TrailRegister(ReadOnlyRegister):
    icon = "policy"
    list_display = ("at", "who", "did", "thing", "object_label", "reason")
    list_display_links = ("at",)
    search_fields = ("actor_label", "object_label", "object_ref")
    list_filter = ("actor_kind", "verb")
    ordering = ("-id",)
    fields = ("at", "who", "actor_kind", "address", "did", "thing", "object_label", "object_ref", "reason", "details")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("audit.view")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        assert isinstance(request.user, User)
        return entries_for(reader=request.user, sought=Sought())

    @admin.display(description=AuditEntry._meta.get_field("actor_label").verbose_name)
    def who(self, obj: AuditEntry) -> str:
        return actor_word(entry=obj)

    @admin.display(description=AuditEntry._meta.get_field("verb").verbose_name)
    def did(self, obj: AuditEntry) -> str:
        return verb_word(verb=obj.verb)

    @admin.display(description=AuditEntry._meta.get_field("object_type").verbose_name)
    def thing(self, obj: AuditEntry) -> str:
        return thing_word(object_type=obj.object_type)
