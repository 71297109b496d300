"""The register of users."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldBooleanSwitchWidget

from linli.accounts import actions, queries
from linli.accounts.actors import actor_of_request
from linli.accounts.models import User
from linli.accounts.registers.base import Register
from linli.accounts.registers.deriving import language_field


class UserForm(forms.ModelForm):
    language = language_field()
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        max_length=200,
        help_text=_("Stays as it is if this is left empty. A new password ends the person's sessions and any lock."),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    try_again = forms.BooleanField(
        label=_("Let try again at once"),
        required=False,
        help_text=_("Forgets the failed sign-ins and ends the lock."),
        widget=UnfoldBooleanSwitchWidget(),
    )

    class Meta:
        model = User
        fields = ("username", "name", "email", "language", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "new_password" in self.fields:
            self.fields["new_password"].required = True
            self.fields["new_password"].help_text = _("For the first time; the person changes it under “My profile”.")

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data.get("new_password", "")
        if password:
            validate_password(password, self.instance)
        return password


@admin.register(User)
class UserRegister(Register):
    form = UserForm
    community = ""
    icon = "badge"
    tells_itself = frozenset({"added", "changed"})
    fields = (
        "username",
        "name",
        "email",
        "language",
        "is_active",
        "new_password",
        "roles",
        "tries",
        "try_again",
        "last_login",
    )
    readonly_fields = ("roles", "tries", "last_login")
    list_display = ("name", "username", "is_active", "last_login")
    list_display_links = ("name", "username")
    list_filter = ("is_active", "language")
    search_fields = ("name", "username")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Superusers are shown to superusers only: nobody below may give one of them a new password."""
        rows: QuerySet[User] = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(is_superuser=False)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields if obj else ("username", "name", "email", "language", "new_password")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody shuts themselves out."""
        own = obj is not None and obj.pk == request.user.pk
        return (*self.readonly_fields, "is_active") if own else self.readonly_fields

    @admin.display(description=_("Roles"))
    def roles(self, obj: User) -> str:
        return "、".join(queries.role_names_of(user_id=obj.pk)) or "—"

    @admin.display(description=_("failed sign-ins"))
    def tries(self, obj: User) -> str:
        count, until = queries.tries_of(username=obj.username)
        if until is not None and until > timezone.now():
            return gettext("%(n)d, locked until %(clock)s") % {
                "n": count,
                "clock": f"{timezone.localtime(until):%H:%M}",
            }
        return str(count)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, now, typed = actor_of_request(request), timezone.now(), form.cleaned_data
        if not change:
            added = actions.create_user(
                by=by, now=now, username=typed["username"], name=typed["name"], password=typed["new_password"],
                email=typed["email"], language=typed["language"],
            )  # fmt: skip
            obj.pk, obj._state.adding = added.pk, False
            typed = {"is_active": typed.get("is_active", True)}
        changes = {field: typed[field] for field in UserForm.Meta.fields if field in typed}
        actions.change_user(by=by, now=now, user_id=obj.pk, changes=changes)
        if change and typed.get("new_password"):
            actions.set_password(by=by, now=now, user_id=obj.pk, password=typed["new_password"])
        if change and typed.get("try_again"):
            actions.unlock_name(by=by, now=now, user_id=obj.pk)
