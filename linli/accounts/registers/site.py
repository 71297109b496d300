"""The registers' site: who may enter, and no second door for signing in, out, or changing a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from linli.accounts.registers.base import Register
from linli.core.errors import NotAllowed
from linli.core.rooms import rooms


class RegistersSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    """Django's admin site, entered through our own sign-in page so that lock-out and trail hold here too."""

    site_title = _("Registers")
    index_title = _("Registers")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Registers of ours only: Django brings one for groups, which mean nothing here, since roles come from posts."""
        if admin_class is not None and issubclass(admin_class, Register):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.has_perm("accounts.open_registers")

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect(reverse("admin:index"))
            raise NotAllowed
        where = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': where})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = HttpResponseRedirect(reverse("accounts:sign-out"))
        response.status_code = 307  # the same POST, at the door that writes the trail
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("accounts:profile")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Rooms in the order of the house, highest first, but places and people before all; registers as their room lists them."""
        order = {room.label: place for place, room in enumerate(rooms())}
        found: list[dict[str, Any]] = list(self._build_app_dict(request, app_label).values())
        found.sort(key=lambda app: (app["app_label"] != "registry", -order.get(app["app_label"], -1)))
        for app in found:
            app["models"].sort(key=lambda entry: self._registry[entry["model"]].place)
        return found

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The side menu is what the person may open; no second list to keep."""
        return [
            {
                "title": app["name"],
                "separator": True,
                "items": [self._sidebar_item(request, entry) for entry in app["models"] if entry["admin_url"]],
            }
            for app in self.get_app_list(request)
        ]

    def _sidebar_item(self, request: HttpRequest, entry: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": entry["name"],
            "link": entry["admin_url"],
            "icon": self._registry[entry["model"]].icon,
            "active": request.path.startswith(entry["admin_url"]),
            "has_permission": True,
        }
