"""The installer's minute on the phone: the serial, the place, the credentials, the test."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotFound
from linli.registry.context import scope_for
from linli.safety.actions import end_commissioning, open_commissioning, put_up_device, rotate_secret
from linli.safety.actions.credentials import AT_ONCE
from linli.safety.commissioning import MOST_MINUTES
from linli.safety.errors import ElsewhereOnFile
from linli.safety.forms.installing import BESIDE, SPOTS, PlaceForm, ScanForm
from linli.safety.queries.commissioning import heard_since, newest_window
from linli.safety.queries.installing import (
    InHand,
    ModelChoice,
    device_for,
    device_in_hand,
    hanging_at,
    model_choices,
    where_it_hangs,
)
from linli.safety.queries.places import PlaceFound, place_for, places_found
from linli.safety.scanned import SERIAL
from linli.safety.views.entry import LIVE_URL, is_fragment, needs
from linli.safety.views.secrets import hold_secret, let_go_of_secret, sign_in_of

REMEMBERED = "safety_install"
CAMERA = "camera=(self), geolocation=(), microphone=()"


def _steps() -> list[str]:
    return [_("Serial"), _("Place"), _("Sign-in"), _("Test")]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("safety.install")
def start_page(request: HttpRequest) -> HttpResponse:
    """The serial: by camera where the browser can, else typed or pasted."""
    form = ScanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        where = reverse("safety:install-place", args=[form.scanned.serial])
        hint = urlencode({"model": form.scanned.model}) if form.scanned.model else ""
        return redirect(f"{where}?{hint}" if hint else where)
    let_go_of_secret(request)
    answer = render(
        request,
        "safety/install/start.html",
        {"form": form, "steps": _steps(), "last": request.session.get(REMEMBERED)},
        status=422 if form.errors else 200,
    )
    answer.headers["Permissions-Policy"] = CAMERA  # the only page of Linli that may ask for a camera
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("safety.install")
def place_page(request: HttpRequest, serial: str) -> HttpResponse:
    """The make, the door or stairwell, and what it replaces; then it hangs, in one step."""
    if not SERIAL.fullmatch(serial):
        raise NotFound
    scope, models = scope_for(request.user), model_choices()
    in_hand = device_in_hand(scope=scope, serial=serial)
    if in_hand is not None and not in_hand.in_reach:
        raise ElsewhereOnFile
    form = PlaceForm(initial=_initial(request, in_hand, models), models=models)
    if request.method == "POST":
        place, found = _place(request)
        there = hanging_at(unit_id=place.unit_id, dwelling_id=place.dwelling_id) if place else ()
        hanging = [one for one in there if one.serial != serial]
        asking = partial(PlaceForm, models=models, found=found if len(found) > 1 else (), hanging=hanging)
        form = asking(request.POST)
        if form.is_valid() and place is not None:
            return _put_up(request, serial=serial, place=place, data=form.cleaned_data, in_hand=in_hand)
        if not found and "place" not in form.errors:
            form.add_error(
                "place", _("No such door or stairwell in your places. Try 8-3-502, or 8-3 for the stairwell.")
            )
        elif _is_asked_first(request, form):
            form = asking(initial=request.POST.dict())
    context = {"form": form, "serial": serial, "in_hand": in_hand, "steps": _steps(), "spots": SPOTS}
    return render(request, "safety/install/place.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, in_hand: InHand | None, models: Sequence[ModelChoice]) -> dict[str, Any]:
    """What is on file, else what the label says, else what was chosen last, else the only make there is."""
    last = request.session.get(REMEMBERED, {})
    hint = request.GET.get("model", "").strip().lower()
    on_label = next((m.id for m in models if hint and hint in {m.code.lower(), m.name.lower()}), None)
    only = models[0].id if len(models) == 1 else None
    model = (in_hand.model_id if in_hand else None) or on_label or last.get("model") or only
    return {"model": model, "place": last.get("place", ""), "spot": last.get("spot", "")}


def _place(request: HttpRequest) -> tuple[PlaceFound | None, list[PlaceFound]]:
    """The place that is meant, if it is clear, and all that the words could mean."""
    scope = scope_for(request.user)
    found = list(places_found(scope=scope, words=request.POST.get("place", "")))
    key = request.POST.get("at", "")
    if key and any(place.key == key for place in found):
        return place_for(scope=scope, key=key), found
    return (found[0] if len(found) == 1 else None), found


def _is_asked_first(request: HttpRequest, form: PlaceForm) -> bool:
    """Whether the only thing wrong is a question that the page has not put before: that is no mistake of the installer's."""
    return bool(form.errors) and not set(form.errors) - ({"at", "replaces"} - set(request.POST))


def _put_up(
    request: HttpRequest, *, serial: str, place: PlaceFound, data: dict[str, Any], in_hand: InHand | None
) -> HttpResponse:
    replaces = data.get("replaces") or BESIDE
    up = put_up_device(
        by=actor_of_request(request),
        now=timezone.now(),
        on=timezone.localdate(),
        serial=serial,
        model_id=in_hand.model_id if in_hand else data["model"],
        community_id=place.community_id,
        unit_id=place.unit_id,
        dwelling_id=place.dwelling_id,
        spot=data["spot"].strip(),
        replaces_id=None if replaces == BESIDE else int(replaces),
    )
    if up.secret:
        hold_secret(request, device=up.device, secret=up.secret)
    request.session[REMEMBERED] = {
        "model": up.device.model_id,
        "place": data["place"],
        "spot": data["spot"].strip(),
        "label": place.label,
    }
    return redirect("safety:install-credentials", up.device.pk)


@never_cache
@require_safe
@needs("safety.install")
def credentials_page(request: HttpRequest, device_id: int) -> HttpResponse:
    """How the device signs in, once; afterwards only that it was given out."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    context = {
        "device": device,
        "hangs": where_it_hangs(device_id=device.pk),
        "sign_in": sign_in_of(request, device=device),
        "steps": _steps(),
    }
    return render(request, "safety/install/credentials.html", context)


@require_POST
@needs("safety.install")
def new_secret(request: HttpRequest, device_id: int) -> HttpResponse:
    """The one from before is lost: another, and the one before ends at once."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    by, now = actor_of_request(request), timezone.now()
    device, secret = rotate_secret(by=by, now=now, device_id=device.pk, grace=AT_ONCE)
    hold_secret(request, device=device, secret=secret)
    return redirect("safety:install-credentials", device.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("safety.install")
def test_page(request: HttpRequest, device_id: int) -> HttpResponse:
    """Waits until the device is heard. POST begins the test, for ten minutes at most."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    now = timezone.now()
    if request.method == "POST":
        open_commissioning(by=actor_of_request(request), now=now, device_id=device.pk)
        return redirect("safety:install-test", device.pk)
    begun = newest_window(device_id=device.pk)
    heard = None
    if begun is not None:
        heard = heard_since(community_id=device.community_id, device_id=device.pk, since=begun.opened_at)
    context = {
        "device": device,
        "hangs": where_it_hangs(device_id=device.pk),
        "begun": begun,
        "heard": heard,
        "is_open": begun is not None and begun.window.is_open(at=now),
        "minutes": MOST_MINUTES,
        "steps": _steps(),
        "live_url": LIVE_URL,
    }
    part = "safety/install/parts/heard.html" if is_fragment(request) else "safety/install/test.html"
    return render(request, part, context)


@require_POST
@needs("safety.install")
def finish(request: HttpRequest, device_id: int) -> HttpResponse:
    """The test is over; on to the next device, or back to this one's page."""
    device = device_for(scope=scope_for(request.user), device_id=device_id)
    end_commissioning(by=actor_of_request(request), now=timezone.now(), device_id=device.pk)
    let_go_of_secret(request)
    return redirect("safety:install") if request.POST.get("next") else redirect("safety:access", device.pk)
