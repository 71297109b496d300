"""The register of posts: who holds which role over which place."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.accounts.registers.base import Register
from linli.accounts.registers.deriving import DerivingForm, language_field
from linli.accounts.roles import Role
from linli.registry.admin.people import PointLines, save_points
from linli.registry.models import Post

# The place each role is held over; the others are held over the community as a whole.
PLACE_OF = {Role.GRID_LEAD: "grid", Role.BUILDING_CAPTAIN: "building", Role.UNIT_CAPTAIN: "unit"}
PLACES = ("grid", "building", "unit")


class PostForm(DerivingForm):
    language = language_field()

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        wanted = PLACE_OF.get(typed.get("role", ""), "")
        for place in PLACES:
            chosen = typed.get(place)
            if place == wanted and chosen is None:
                self.add_error(place, _("This role is held over a place: choose it."))
            elif place != wanted and chosen is not None:
                self.add_error(place, _("This role is not held over such a place: leave this empty."))
            elif chosen is not None and chosen.community_id != self.instance_community(typed):
                self.add_error(place, ValidationError(_("This place belongs to another community.")))
        return typed

    def instance_community(self, typed: dict[str, Any]) -> int | None:
        community = typed.get("community")
        chosen: int | None = community.pk if community else self.instance.community_id
        return chosen


@admin.register(Post)
class PostRegister(Register):
    leaves_with = "registry.export"
    form = PostForm
    icon = "assignment_ind"
    place = 90
    fields = ("community", "role", *PLACES, "holder_name", "user", "resident", "language", "since_on", "until_on")
    list_display = ("holder_name", "role", "grid", "building", "unit", "user", "since_on", "until_on")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "role", ("until_on", admin.EmptyFieldListFilter))
    list_select_related = ("grid", "building", "unit__building", "user", "community")
    search_fields = ("holder_name", "user__name", "=building__number")
    autocomplete_fields = ("grid", "building", "unit", "user", "resident")
    ordering = ("community", "role", "id")
    inlines = (PointLines,)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Nobody makes an administrator who is not one."""
        if db_field.name == "role" and not request.user.has_perm("accounts.manage"):
            kwargs["choices"] = [("", "—"), *(c for c in Role.choices if c[0] != Role.ADMINISTRATOR)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def _may_write(self, request: HttpRequest, obj: Any) -> bool:
        high = obj is not None and obj.role == Role.ADMINISTRATOR
        return super()._may_write(request, obj) and (not high or request.user.has_perm("accounts.manage"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        save_points(form=form, formset=formset)
