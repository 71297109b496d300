"""One form (一表通): keep a blank, match its columns, fill it with the people chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.actors import actor_of_request
from linli.core.errors import Refusal
from linli.registry.actions.forms import (
    fields_of,
    fill_form,
    fill_form_whole,
    keep_form,
    match_form,
    put_form_away,
)
from linli.registry.context import groups_for, scope_for
from linli.registry.errors import FormRefused, ListTooLong, NothingToFill, ReasonTooShort
from linli.registry.filtering import PeopleFilterForm
from linli.registry.form_words import TITLES, WARNINGS, refusal_in_words
from linli.registry.models import Community, FormTemplate
from linli.registry.queries import communities_in
from linli.registry.queries.forms import form_for, forms_for, gone_since, names_of_form, reports_of, sheets_of_form
from linli.registry.queries.lists import people_listed
from linli.registry.queries.rows import HEADINGS, rows_masked
from linli.registry.single_form import Template, TemplateError
from linli.ui.downloads import DOCX, XLSX, attachment

LARGEST_BYTES: Final = 20 * 1024 * 1024
SAMPLES, REPORTS = 3, 5
Kind = FormTemplate.Kind
REFUSED: Final = (FormRefused, ListTooLong, NothingToFill, ReasonTooShort)


class BlankForm(forms.Form):
    """A blank that somebody sent."""

    community = forms.TypedChoiceField(label=_("Community"), coerce=int, choices=())
    file = forms.FileField(
        label=_("Blank form"),
        help_text=_("As it was sent, .xlsx or .docx, 20 MB at most. It comes back filled and looks the same."),
        error_messages={"required": _("Choose the file first."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.docx"}),
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Empty: the name of the file. A form of the same name takes the place of the older one."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, communities: list[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["community"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(community.pk, community.name) for community in communities]
        if len(communities) == 1:
            choice.widget, choice.initial = forms.HiddenInput(), communities[0].pk

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB. Take out what is not filled in."))
        return file


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.export", raise_exception=True)
def forms_page(request: HttpRequest) -> HttpResponse:
    """The blanks that were kept, and the door for one more."""
    scope = scope_for(request.user)
    form = BlankForm(request.POST or None, request.FILES or None, communities=communities_in(scope=scope))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            kept = keep_form(
                by=actor_of_request(request),
                now=timezone.now(),
                community_id=told["community"],
                name=told["name"].strip() or Path(told["file"].name).stem or "表",
                data=told["file"].read(),
            )
        except FormRefused as refusal:
            form.add_error("file", str(refusal.sentence))
        else:
            return redirect("registry:form", kept.pk)
    shown = {"form": form, "blanks": forms_for(scope=scope)}
    return render(request, "registry/forms/list.html", shown, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD"])
@permission_required("registry.export", raise_exception=True)
def form_page(request: HttpRequest, form_id: int) -> HttpResponse:
    """A blank: what its columns hold, who is to go into it, and the button."""
    return _page(request, form_for(scope=scope_for(request.user), form_id=form_id))


def _page(request: HttpRequest, blank: FormTemplate, *, refusal: Refusal | None = None) -> HttpResponse:
    scope = scope_for(request.user).narrowed(community_id=blank.community_id)
    seen, today = groups_for(request.user), timezone.localdate()
    people = PeopleFilterForm(request.GET, scope=scope, groups=seen)
    found = people_listed(scope=scope, wanted=people.wanted, on=today, groups=seen)
    first, fields = list(found[:SAMPLES]), fields_of(form=blank)
    reports = reports_of(form=blank, limit=REPORTS)
    samples = rows_masked(people=first, fields=fields, on=today, groups=seen)
    shown: dict[str, Any] = {
        "blank": blank,
        "form": people,
        "count": found.count(),
        "words": people.in_words(),
        "query": request.GET.urlencode(),
        "reports": reports,
        "gone": gone_since(report=reports[0], people=found) if reports else [],
        "since": request.POST.get("since", ""),
        "whole": request.POST.get("numbers") == "whole",
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "titles": TITLES.items(),
    }
    shown |= _word(blank) if blank.kind == Kind.WORD else _excel(blank, request, samples)
    return render(request, "registry/forms/form.html", shown, status=422 if refusal or people.errors else 200)


def _word(blank: FormTemplate) -> dict[str, Any]:
    try:
        known, unknown = names_of_form(form=blank)
    except TemplateError as error:
        return {"trouble": refusal_in_words(error=error)}
    return {"known": known, "unknown": unknown, "headings": HEADINGS.values()}


def _excel(blank: FormTemplate, request: HttpRequest, samples: list[Any]) -> dict[str, Any]:
    try:
        template = sheets_of_form(form=blank)
    except TemplateError as error:
        return {"trouble": refusal_in_words(error=error)}
    chosen = template.sheet(request.GET.get("sheet", "")) or template.sheet(blank.sheet) or template.sheets[0]
    mapping = blank.mapping if chosen.name == blank.sheet else chosen.suggested
    columns = [
        {
            "column": header.column,
            "title": header.title,
            "field": mapping.get(header.column, ""),
            "counted": header.field == "sequence",
            "samples": [row[mapping[header.column]] or "—" for row in samples if mapping.get(header.column) in row],
        }
        for header in chosen.headers
    ]
    return {"sheet": chosen, "sheets": template.sheets, "columns": columns, "warnings": _warnings(template)}


def _warnings(template: Template) -> list[Any]:
    return [WARNINGS[code] for code in dict.fromkeys(warning.code for warning in template.warnings)]


@never_cache
@require_POST
@permission_required("registry.export", raise_exception=True)
def form_columns(request: HttpRequest, form_id: int) -> HttpResponse:
    """What the columns hold."""
    mapping = {name.removeprefix("c-"): value for name, value in request.POST.items() if name.startswith("c-")}
    match_form(
        by=actor_of_request(request),
        now=timezone.now(),
        form_id=form_id,
        sheet=request.POST.get("sheet", "")[:60],
        mapping={column: str(value) for column, value in mapping.items()},
    )
    return redirect("registry:form", form_id)


@never_cache
@require_POST
@permission_required("registry.export", raise_exception=True)
def form_file(request: HttpRequest, form_id: int) -> HttpResponse:
    """The filled form; the filter stands in the address."""
    scope = scope_for(request.user)
    blank = form_for(scope=scope, form_id=form_id)
    narrowed = scope.narrowed(community_id=blank.community_id)
    people = PeopleFilterForm(request.GET, scope=narrowed, groups=groups_for(request.user))
    since = request.POST.get("since", "")
    told: dict[str, Any] = {
        "by": actor_of_request(request),
        "now": timezone.now(),
        "form_id": blank.pk,
        "wanted": people.wanted,
        "since_report_id": int(since) if since.isascii() and since.isdecimal() and len(since) < 18 else None,
    }
    try:
        if request.POST.get("numbers") == "whole":
            done = fill_form_whole(reason=request.POST.get("reason", ""), **told)
        else:
            done = fill_form(**told)
    except REFUSED as refusal:
        return _page(request, blank, refusal=refusal)
    kind = DOCX if blank.kind == Kind.WORD else XLSX
    return attachment(
        content=done.content, name=f"{blank.name} {timezone.localdate():%Y-%m-%d}.{blank.kind}", kind=kind
    )


@never_cache
@require_POST
@permission_required("registry.export", raise_exception=True)
def form_away(request: HttpRequest, form_id: int) -> HttpResponse:
    """Put a blank away."""
    put_form_away(by=actor_of_request(request), now=timezone.now(), form_id=form_id)
    return redirect("registry:forms")
