"""What could not be read: the list, one message with its bytes, and what somebody decides about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.registry.context import scope_for
from linli.safety.actions import Replayed, dismiss_signals, replay_signals, treat_signal
from linli.safety.forms.quarantine import DismissForm, QuarantineFilterForm, TreatForm
from linli.safety.models import QuarantinedSignal
from linli.safety.queries.quarantine import (
    OPEN,
    bytes_of,
    device_called,
    preview_of,
    quarantined,
    signal_for,
    signals_among,
)
from linli.safety.reasons import explained
from linli.safety.views.entry import LIVE_URL, needs

MOST_AT_ONCE = 100


@require_safe
@needs("safety.quarantine")
def list_page(request: HttpRequest) -> HttpResponse:
    """What lies there, newest first; open ones unless asked otherwise."""
    data = request.GET.copy()
    data.setdefault("state", OPEN)
    form = QuarantineFilterForm(data)
    wanted = form.wanted()
    page = quarantined(scope=scope_for(request.user), wanted=wanted, page=request.GET.get("page", "1"))
    rows = [(row, explained(row.explanation)) for row in page.object_list]
    context = {"form": form, "page": page, "rows": rows, "narrowed": wanted.narrows, "live_url": LIVE_URL}
    return render(request, "safety/quarantine/list.html", context)


@require_safe
@needs("safety.quarantine")
def signal_page(request: HttpRequest, signal_id: int) -> HttpResponse:
    """One message: why it is here, its bytes, and what can be done. With ``?serial=&kind=`` the preview of taking it so."""
    signal = signal_for(scope=scope_for(request.user), signal_id=signal_id)
    form = TreatForm(request.GET or None, initial={"serial": signal.serial})
    return _page(request, signal, form=form)


def _page(
    request: HttpRequest,
    signal: QuarantinedSignal,
    *,
    form: TreatForm,
    dismiss: DismissForm | None = None,
    status: int = 200,
) -> HttpResponse:
    preview = None
    if form.is_bound and form.is_valid():
        device = device_called(scope=scope_for(request.user), serial=form.cleaned_data["serial"].strip())
        if device is None:
            form.add_error("serial", _("No device with this serial is on file in your places."))
        else:
            preview = preview_of(device=device, kind=form.cleaned_data["kind"], signal=signal)
    context = {
        "signal": signal,
        "explained": explained(signal.explanation),
        "bytes": bytes_of(signal=signal),
        "form": form,
        "dismiss": dismiss or DismissForm(),
        "preview": preview,
    }
    return render(request, "safety/quarantine/signal.html", context, status=422 if form.errors else status)


@require_POST
@needs("safety.quarantine")
def treat(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Take it as what the preview said."""
    scope = scope_for(request.user)
    signal = signal_for(scope=scope, signal_id=signal_id)
    form = TreatForm(request.POST)
    device = device_called(scope=scope, serial=form.cleaned_data["serial"].strip()) if form.is_valid() else None
    if device is None:
        return _page(request, signal, form=form)
    by, now = actor_of_request(request), timezone.now()
    taken = treat_signal(by=by, now=now, signal_id=signal.pk, device_id=device.pk, kind=form.cleaned_data["kind"])
    words = _("It was taken, and people are being told.") if taken.opened else _("It was taken.")
    messages.success(request, words)
    return redirect("safety:quarantine")


@require_POST
@needs("safety.quarantine")
def settle(request: HttpRequest) -> HttpResponse:
    """The chosen messages: read again, or put away with a reason."""
    asked = [int(one) for one in request.POST.getlist("signal") if one.isdecimal() and len(one) < 18]
    ids = signals_among(scope=scope_for(request.user), ids=asked[:MOST_AT_ONCE])
    by, now = actor_of_request(request), timezone.now()
    if not ids:
        messages.info(
            request, _("None of these is open any more. Nothing was done twice.") if asked else _("Choose some first.")
        )
    elif request.POST.get("do") == "replay":
        _say_replayed(request, replay_signals(by=by, now=now, signal_ids=ids))
    else:
        done = dismiss_signals(by=by, now=now, signal_ids=ids, reason=request.POST.get("reason", ""))
        messages.success(
            request, ngettext("%(n)s message was put away.", "%(n)s messages were put away.", done) % {"n": done}
        )
    return redirect("safety:quarantine")


def _say_replayed(request: HttpRequest, replayed: Replayed) -> None:
    if replayed.taken:
        said = ngettext("%(n)s message was read and taken.", "%(n)s messages were read and taken.", replayed.taken)
        messages.success(request, said % {"n": replayed.taken})
    for sentence in sorted({str(refusal) for refusal in replayed.refused.values()}):
        messages.warning(request, sentence)
