"""The gallery: every component with its states. Plugged in when DEBUG is on, and shows invented people only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.errors import NotAllowed
from linli.core.verdict import Verdict


class GalleryForm(forms.Form):
    """One of each kind of field, only to be looked at."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("Paste it as it is, with or without spaces."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    relation = forms.ChoiceField(
        label=gettext_lazy("Relation"),
        choices=[
            ("daughter", gettext_lazy("Daughter")),
            ("son", gettext_lazy("Son")),
            ("other", gettext_lazy("Somebody else")),
        ],
    )
    by_voice = forms.ChoiceField(
        label=gettext_lazy("How shall we reach them?"),
        choices=[("sms", gettext_lazy("Text message")), ("voice", gettext_lazy("Phone call"))],
        widget=forms.RadioSelect,
        initial="sms",
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    at_night = forms.BooleanField(
        label=gettext_lazy("May be called at night"),
        required=False,
        help_text=gettext_lazy("A danger to life is always told, at any hour."),
    )


def _timeline() -> list[dict[str, Any]]:
    now = timezone.now()
    leak = {"state": "danger", "text": _("Gas detector in the kitchen: leak, 12 % LEL")}
    told = {"state": "unknown", "icon": "message", "text": _("Told: daughter, unit captain, duty desk")}
    taken = {"state": "hand", "icon": "person", "who": _("Captain Guan"), "text": _("I'll handle it")}
    clear = {"state": "done", "text": _("The reading is clear"), "detail": _("A person still has to close it.")}
    minutes = (6, 6, 4, 1)
    return [
        {**entry, "at": now - timedelta(minutes=m)}
        for entry, m in zip((leak, told, taken, clear), minutes, strict=True)
    ]


def _incidents() -> list[dict[str, Any]]:
    now = timezone.now()
    rows = [
        ("3-2-501", _("Gas leak"), "danger", timedelta(minutes=2), ""),
        ("8-1-402", _("Detector is silent"), "soon", timedelta(hours=3), ""),
        ("12-3-101", _("Smoke in the stairwell"), "hand", timedelta(minutes=9), _("Captain Guan")),
        ("5-1-202", _("Battery changed"), "done", timedelta(days=1), _("Grid lead Bai")),
        ("7-2-303", _("No reading yet"), "unknown", timedelta(days=30), ""),
    ]
    return [
        {"place": place, "what": what, "state": state, "at": now - since, "who": who}
        for place, what, state, since, who in rows
    ]


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Staff components. `?alarm=life` or `?alarm=soon` sounds; a POST shows the form with its errors."""
    form = GalleryForm(request.POST or None)
    if request.method == "GET" and "message" in request.GET:
        messages.success(request, _("Saved."))
        messages.warning(request, _("Backup is two days old."))
    context = {
        "form": form,
        "states": ["danger", "soon", "hand", "done", "unknown"],
        "timeline": _timeline(),
        "incidents": _incidents(),
        "refused": Verdict(NotAllowed()),
        "page_obj": Paginator(range(240), 20).get_page(request.GET.get("page", 5)),
        "steps": [_("Choose the file"), _("Match the columns"), _("Look it over"), _("Done")],
        "alarm": request.GET.get("alarm", ""),
        "now": timezone.now(),
    }
    return render(request, "ui/gallery.html", context, status=422 if form.is_bound and not form.is_valid() else 200)


@login_not_required
def gallery_family(request: HttpRequest) -> HttpResponse:
    """One question a page, as a relative sees it."""
    return render(request, "ui/gallery_family.html", {"at": timezone.now() - timedelta(minutes=2)})


@login_not_required
def gallery_plain(request: HttpRequest) -> HttpResponse:
    """A refusal as a page."""
    return render(request, "refusal.html", {"refusal": NotAllowed()}, status=403)


@login_not_required
def gallery_reveal(request: HttpRequest) -> HttpResponse:
    """What a reveal answers with."""
    return render(request, "ui/gallery_reveal.html", {"value": "13900005678"})
