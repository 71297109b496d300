"""How a device gets in: its secret renewed, the device struck off or let in again, its label."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.registry.context import scope_for
from linli.safety.actions import readmit_device, rotate_secret, strike_off_device
from linli.safety.forms.installing import RenewForm, StrikeOffForm
from linli.safety.queries.doors import earlier_secret_until
from linli.safety.queries.installing import device_for, where_it_hangs
from linli.safety.views.entry import needs
from linli.safety.views.secrets import hold_secret, sign_in_of
from linli.ui.pictures import qr_code


@never_cache
@require_safe
@needs("safety.install")
def access_page(request: HttpRequest, device_id: int) -> HttpResponse:
    """Whether the device may come in, with which secret, and how to change that."""
    return _page(request, device_id)


def _page(
    request: HttpRequest,
    device_id: int,
    *,
    renew: RenewForm | None = None,
    strike_off: StrikeOffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    context = {
        "device": device,
        "hangs": where_it_hangs(device_id=device.pk),
        "sign_in": sign_in_of(request, device=device),
        "earlier_until": earlier_secret_until(device_id=device.pk, now=timezone.now()),
        "renew": renew or RenewForm(),
        "strike_off": strike_off or StrikeOffForm(),
    }
    return render(request, "safety/access.html", context, status=status)


@require_POST
@needs("safety.install")
def renew_secret(request: HttpRequest, device_id: int) -> HttpResponse:
    """A new secret beside the old one for a while, or instead of it at once."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    form = RenewForm(request.POST)
    if not form.is_valid():
        return _page(request, device.pk, renew=form, status=422)
    grace = timedelta(hours=form.cleaned_data["grace_hours"])
    by, now = actor_of_request(request), timezone.now()
    device, secret = rotate_secret(by=by, now=now, device_id=device.pk, grace=grace)
    hold_secret(request, device=device, secret=secret)
    return redirect("safety:access", device.pk)


@require_POST
@needs("safety.install")
def strike_off(request: HttpRequest, device_id: int) -> HttpResponse:
    """In no more, and out now."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    form = StrikeOffForm(request.POST)
    if not form.is_valid():
        return _page(request, device.pk, strike_off=form, status=422)
    by, now = actor_of_request(request), timezone.now()
    strike_off_device(by=by, now=now, device_id=device.pk, reason=form.cleaned_data["reason"])
    messages.success(request, _("%(serial)s is struck off, and its line is being cut.") % {"serial": device.serial})
    return redirect("safety:access", device.pk)


@require_POST
@needs("safety.install")
def readmit(request: HttpRequest, device_id: int) -> HttpResponse:
    """In again, with the secret it has."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    readmit_device(by=actor_of_request(request), now=timezone.now(), device_id=device.pk)
    messages.success(request, _("%(serial)s may come in again.") % {"serial": device.serial})
    return redirect("safety:access", device.pk)


@require_safe
@needs("safety.install")
def label_page(request: HttpRequest, device_id: int) -> HttpResponse:
    """A label for the casing: whose it is, where it hangs, whom to call. No secret is on it."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    context = {
        "device": device,
        "hangs": where_it_hangs(device_id=device.pk),
        "qr": qr_code(text=f"SN:{device.serial};MODEL:{device.model.code}"),
    }
    return render(request, "safety/label.html", context)
