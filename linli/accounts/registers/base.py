"""The base of every register: whose rows one sees, who may change them, and an entry in the trail for each change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from linli.accounts.actors import actor_of_request
from linli.accounts.events import RegisterChanged
from linli.accounts.registers.taking import MOST_ROWS, cells_of, columns_of, heads_of
from linli.accounts.roles import communities_of
from linli.core.events import announce
from linli.core.inner import not_inner
from linli.ui.downloads import excel_list


class Reach:
    """Whose rows: those of the communities over the whole of which the person holds a post. Superusers see all."""

    community: ClassVar[str] = "community_id"
    """The way to the community from a row ("device__community_id"); empty for rows that all communities share."""
    house_rows: ClassVar[bool] = False
    """Whether rows without a community are the house's own, seen by everybody."""

    def reach(self, request: HttpRequest) -> Q:
        if not self.community or getattr(request.user, "is_superuser", False):
            return not_inner(self.community) if self.community else Q()
        reach = Q(**{f"{self.community}__in": _communities(request)})
        return reach | Q(**{f"{self.community.removesuffix('_id')}__isnull": True}) if self.house_rows else reach


class Register(Reach, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A register (台账). Rows are not deleted unless ``deletable``: people leave and things end by a date."""

    icon: ClassVar[str] = "table_rows"
    place: ClassVar[int] = 50
    """Where among its room's registers it is listed."""
    deletable: ClassVar[bool] = False
    tells_itself: ClassVar[frozenset[str]] = frozenset()
    """Which of added, changed, deleted the register does through actions, which tell it; the base tells the others."""
    leaves_with: ClassVar[str] = ""
    """The permission without which the list does not leave as a file; empty where whoever sees it may take it."""
    file_page: ClassVar[str] = ""
    """The page that makes files of this register in its own way, where there is one."""
    list_after_template = "accounts/registers/take.html"
    list_per_page = 30
    show_full_result_count = False
    warn_unsaved_form = True
    list_filter_submit = True
    compressed_fields = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).filter(self.reach(request))
        return rows

    def get_urls(self) -> list[URLPattern]:
        own = path("excel/", self.admin_site.admin_view(self.excel_view), name=f"{_name_of(self.model)}_excel")
        urls: list[URLPattern] = super().get_urls()
        return [own, *urls]

    def may_take(self, request: HttpRequest) -> bool:
        """Whether the list may leave as a file."""
        allowed = not self.leaves_with or request.user.has_perm(self.leaves_with)
        return not self.file_page and allowed and bool(self.has_view_permission(request))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        asked = request.GET.copy()
        asked.pop("p", None)
        told = {"may_take": self.may_take(request), "file_page": self.file_page, "take_query": asked.urlencode()}
        return super().changelist_view(request, extra_context={**told, **(extra_context or {})})

    def excel_view(self, request: HttpRequest) -> HttpResponse:
        """The rows that the list shows with this filter and search, as a file. The trail says who took how many of whose."""
        if not self.may_take(request):
            raise PermissionDenied
        changes = self.get_changelist_instance(request)
        rows = list(changes.queryset[: MOST_ROWS + 1])
        if len(rows) > MOST_ROWS:
            messages.warning(request, _("More than 20,000 rows: narrow the list down with the filters first."))
            return redirect(f"{reverse(f'admin:{_name_of(self.model)}_changelist')}?{request.GET.urlencode()}")
        for community_id, count in self._communities_in(changes).items():
            self._tell_taken(request, changes, community_id, count)
        return excel_list(
            title=str(self.opts.verbose_name_plural),
            head=heads_of(changes),
            rows=[cells_of(changes, row) for row in rows],
            on=timezone.localdate(),
        )

    def _communities_in(self, changes: ChangeList) -> dict[int | None, int]:
        """How many of the rows belong to which community."""
        if not self.community:
            return {None: changes.queryset.count()}
        found = changes.queryset.order_by().values_list(self.community).annotate(rows=Count("pk"))
        return dict(found) or {None: 0}

    def _tell_taken(self, request: HttpRequest, changes: ChangeList, community_id: int | None, count: int) -> None:
        announce(
            RegisterChanged(
                by=actor_of_request(request),
                now=timezone.now(),
                verb="exported",
                object_type=str(self.opts.model_name),
                object_ref="",
                object_label=f"{self.opts.verbose_name_plural} ({count})",
                community_id=community_id,
                fields=tuple(columns_of(changes)),
            )
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing is deleted in heaps."""
        offered: dict[str, Any] = super().get_actions(request)
        return {name: action for name, action in offered.items() if name != "delete_selected"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request)) and self._may_write(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and self._may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and bool(super().has_delete_permission(request, obj)) and self._may_write(request, obj)

    def _may_write(self, request: HttpRequest, obj: Any) -> bool:
        """What all communities share is changed by those who look after the whole."""
        shared = not self.community or (self.house_rows and obj is not None and obj.community_id is None)
        return not shared or request.user.has_perm("accounts.manage")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """One can choose only what one can see: a form is no way round the reach."""
        other = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(other, Register) and "queryset" not in kwargs:
            kwargs["queryset"] = other.get_queryset(request)
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and self.house_rows and db_field.name == "community" and not request.user.has_perm("accounts.manage"):
            field.required = True  # the house's own rows are not theirs to make
        return field

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        entry: LogEntry = super().log_addition(request, obj, message)
        self._tell(request, obj, verb="added", entry=entry)
        return entry

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        entry: LogEntry = super().log_change(request, obj, message)
        self._tell(request, obj, verb="changed", entry=entry)
        return entry

    def log_told(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        """An entry in the history of a row whose change an action has told the trail already."""
        entry: LogEntry = super().log_change(request, obj, message)
        return entry

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[LogEntry]:
        rows = list(queryset)
        entries: Any = super().log_deletions(request, queryset)
        written: list[LogEntry] = list(entries) if isinstance(entries, Iterable) else [entries]
        for row, entry in zip(rows, written, strict=True):
            self._tell(request, row, verb="deleted", entry=entry)
        return written

    def _tell(self, request: HttpRequest, obj: Model, *, verb: str, entry: LogEntry) -> None:
        """In the same transaction as the change, and at the instant Django's own log noted."""
        if verb in self.tells_itself:
            return
        announce(
            RegisterChanged(
                by=actor_of_request(request),
                now=entry.action_time,
                verb=verb,
                object_type=str(obj._meta.model_name),
                object_ref=str(obj.pk),
                object_label=str(obj),
                community_id=getattr(obj, "community_id", None)
                or (obj.pk if obj._meta.model_name == "community" else None),
                fields=_changed_fields(entry),
            )
        )


class ReadOnlyRegister(Register):
    """What programs write and people only read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Lines(TabularInline):  # type: ignore[misc]  # unfold has no types
    """Lines of a row, changed together with it; who may change the row may change its lines."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_allows(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_allows(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_allows(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The head of the column is no label to a screen reader: each field says its name."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            getattr(field.widget, "widget", field.widget).attrs.setdefault("aria-label", str(field.label))
        return field

    def _parent_allows(self, request: HttpRequest, obj: Any) -> bool:
        parent = self.admin_site._registry[self.parent_model]
        return bool(parent.has_change_permission(request, obj))


class ReadOnlyLines(Lines):
    """Lines that programs write."""

    def _parent_allows(self, request: HttpRequest, obj: Any) -> bool:
        return False


def _communities(request: HttpRequest) -> frozenset[int]:
    """Asked once per request."""
    known: frozenset[int] | None = getattr(request, "_linli_communities", None)
    if known is None:
        known = communities_of(user_id=request.user.pk) if request.user.pk else frozenset()
        request._linli_communities = known  # type: ignore[attr-defined]  # ours, on a foreign class
    return known


def _name_of(model: type[Model]) -> str:
    """How Django names the addresses of a register."""
    return f"{model._meta.app_label}_{model._meta.model_name}"


def _changed_fields(entry: LogEntry) -> tuple[str, ...]:
    """Names of fields out of Django's own message, never values; of lines also what they are."""
    try:
        parts: Sequence[dict[str, dict[str, Any]]] = json.loads(entry.change_message or "[]")
    except ValueError:
        return ()
    found: list[str] = []
    for part in parts:
        for verb, what in part.items():
            name = what.get("name", "")
            found += [f"{name}: {field}" if name else str(field) for field in what.get("fields", [])]
            if name and "fields" not in what:
                found.append(f"{name}: {verb}")
    return tuple(found)
