"""Mediation: the list, beginning one, its page, the agreement on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions import mediating as act
from linli.casework.context import reach_for
from linli.casework.forms.mediation import (
    AgreeForm,
    FailForm,
    FulfilmentForm,
    MediationFilterForm,
    MediationForm,
    beginning_initial,
    mediation_initial,
)
from linli.casework.models import Mediation
from linli.casework.queries import mediation as ask
from linli.casework.queries.hands import posts_that_lead
from linli.casework.queries.office import chosen_community, communities_entered
from linli.casework.rules.mediation import is_due, may_be_kept
from linli.casework.views.office import number_in, posted, today_in
from linli.core.masking import mask_phone
from linli.ui.downloads import excel_list
from linli.ui.form_parts import refusals_in

MEDIATE: Final = "casework.mediate"
PER_PAGE: Final = 40
STATES: Final = {"open": "hand", "agreed": "done", "failed": "unknown"}
KEPT: Final = {"pending": "hand", "partly": "soon", "kept": "done", "broken": "soon", "": "unknown"}


@never_cache
@require_safe
@permission_required(MEDIATE, raise_exception=True)
def mediations_page(request: HttpRequest) -> HttpResponse:
    """Those within reach, filtered."""
    form, wanted = _filter(request)
    on = timezone.localdate()
    rows = ask.mediations_found(reach=reach_for(request.user), wanted=wanted, on=on)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "form": form,
        "page": page,
        "rows": [_row(one) | {"due": _is_due(one, on)} for one in page],
        "query": request.GET.urlencode(),
        "filtered": wanted != ask.MediationFilter(),
    }
    return render(request, "casework/mediation/list.html", shown)


@never_cache
@require_safe
@permission_required([MEDIATE, "casework.export"], raise_exception=True)
def mediations_file(request: HttpRequest) -> HttpResponse:
    """The same rows as an Excel file: no phone, and not what the disputes are about."""
    form, wanted = _filter(request)
    words = " ".join(str(value) for value in form.cleaned_data.values() if value) if form.is_valid() else ""
    rows = act.export_mediations(by=actor_of_request(request), now=timezone.now(), wanted=wanted, words=words)
    head = [
        "编号",
        "开始日期",
        "类型",
        "地点",
        "当事人",
        "调解人",
        "状态",
        "达成日期",
        "履行期限",
        "履行情况",
        "结束日期",
    ]
    values = [
        [
            one.number, one.opened_on, one.get_kind_display(), one.place, "、".join(party.name for party in one.parties.all()),
            one.mediator_name, one.get_state_display(), one.agreed_on, one.fulfil_by,
            one.get_fulfilment_display() if one.state == "agreed" else "", one.ended_on,
        ]
        for one in rows
    ]  # fmt: skip
    return excel_list(title="矛盾纠纷调解台账", head=head, rows=values, on=timezone.localdate())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MEDIATE, raise_exception=True)
def mediation_new(request: HttpRequest) -> HttpResponse:
    """Begin one, from a request or from scratch."""
    reach, now = reach_for(request.user), timezone.now()
    request_id = number_in(request.GET.get("request"))
    beginning = ask.beginning_of(reach=reach, request_id=request_id) if request_id is not None else None
    communities = communities_entered(reach=reach)
    wanted = (
        beginning.request.community_id
        if beginning
        else number_in(request.POST.get("community") or request.GET.get("community"))
    )
    community = chosen_community(communities=communities, community_id=wanted)
    posts = posts_that_lead(community_id=community.pk, on=today_in(community, now))
    own = next((post.pk for post in posts if post.pk in reach.posts), None)
    initial = beginning_initial(beginning, own, today_in(community, now))
    form = MediationForm(posted(request), initial=initial, posts=posts)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = act.open_mediation(
                by=actor_of_request(request),
                now=now,
                community_id=community.pk,
                given=form.given(),
                request_id=request_id,
            )
            return redirect("casework:mediation", made.pk)
    shown = {
        "form": form, "community": community, "communities": [] if beginning else communities, "beginning": beginning,
    }  # fmt: skip
    return render(request, "casework/mediation/new.html", shown, status=422 if form.errors else 200)


@never_cache
@require_safe
@permission_required(MEDIATE, raise_exception=True)
def mediation_page(request: HttpRequest, mediation_id: int) -> HttpResponse:
    """One mediation: the dispute, the people, what was agreed, what comes next."""
    mediation = ask.mediation_for(reach=reach_for(request.user), mediation_id=mediation_id)
    return _page(request, mediation, {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MEDIATE, raise_exception=True)
def mediation_edit(request: HttpRequest, mediation_id: int) -> HttpResponse:
    """Change what it says, while it is under way. Who wrote meanwhile loses nothing: both are seen."""
    mediation = ask.mediation_for(reach=reach_for(request.user), mediation_id=mediation_id)
    now = timezone.now()
    posts = posts_that_lead(community_id=mediation.community_id, on=today_in(mediation.community, now))
    parties = ask.parties_of(mediation=mediation)
    form = MediationForm(posted(request), initial=mediation_initial(mediation), posts=posts, parties=parties)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act.change_mediation(
                by=actor_of_request(request), now=now, mediation_id=mediation.pk, seen=form.cleaned_data["seen"] or 0,
                given=form.given(),
            )  # fmt: skip
            return redirect("casework:mediation", mediation.pk)
    shown = {"mediation": mediation, "form": form, "parties": parties, "meanwhile": _meanwhile(form, mediation)}
    return render(request, "casework/mediation/edit.html", shown, status=422 if form.errors else 200)


def _meanwhile(form: forms.Form, mediation: Mediation) -> bool:
    """Whether somebody else saved since this form was opened; it is then sent again with the new version."""
    if not form.is_bound or form["seen"].value() == str(mediation.version):
        return False
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data["seen"] = str(mediation.version)
    form.data = data
    return True


@never_cache
@require_POST
@permission_required(MEDIATE, raise_exception=True)
def mediation_do(request: HttpRequest, mediation_id: int, what: str) -> HttpResponse:
    """Agreed, given up, kept or broken."""
    mediation = ask.mediation_for(reach=reach_for(request.user), mediation_id=mediation_id)
    deeds: Mapping[str, tuple[type[forms.Form], Callable[..., Mediation]]] = {
        "agree": (AgreeForm, act.agree_mediation),
        "fail": (FailForm, act.fail_mediation),
        "kept": (FulfilmentForm, act.record_fulfilment),
    }
    if what not in deeds:
        return redirect("casework:mediation", mediation.pk)
    form_class, deed = deeds[what]
    form = form_class(request.POST, auto_id=f"id_{what}_%s")
    if form.is_valid():
        with refusals_in(form):
            deed(by=actor_of_request(request), now=timezone.now(), mediation_id=mediation.pk, **form.cleaned_data)
            return redirect("casework:mediation", mediation.pk)
    _meanwhile(form, mediation)
    return _page(request, mediation, {what: form}, status=422)


@never_cache
@require_safe
@permission_required(MEDIATE, raise_exception=True)
def mediation_paper(request: HttpRequest, mediation_id: int) -> HttpResponse:
    """The agreement on a sheet of paper, to be signed."""
    ask.mediation_for(reach=reach_for(request.user), mediation_id=mediation_id)
    mediation = act.print_agreement(by=actor_of_request(request), now=timezone.now(), mediation_id=mediation_id)
    shown = {"mediation": mediation, "parties": ask.parties_of(mediation=mediation)}
    return render(request, "casework/mediation/paper.html", shown)


@never_cache
@require_POST
@permission_required(MEDIATE, raise_exception=True)
def party_phone(request: HttpRequest, party_id: int) -> HttpResponse:
    """The number of a party, whole, with a reason."""
    number = act.reveal_party_phone(
        by=actor_of_request(request), now=timezone.now(), party_id=party_id, reason=request.POST.get("reason", "")
    )
    template = "casework/parts/revealed.html" if request.headers.get("HX-Request") else "casework/revealed.html"
    return render(request, template, {"value": number, "label": _("Phone")})


def _filter(request: HttpRequest) -> tuple[MediationFilterForm, ask.MediationFilter]:
    """What the address asks for; a part that makes no sense is left open."""
    form = MediationFilterForm(request.GET)
    form.is_valid()
    typed = form.cleaned_data
    return form, ask.MediationFilter(
        state=typed.get("state", ""), kind=typed.get("kind", ""), words=typed.get("words", ""),
        since_on=typed.get("since_on"), until_on=typed.get("until_on"),
    )  # fmt: skip


def _row(one: Mediation) -> dict[str, Any]:
    return {
        "one": one,
        "parties": "、".join(party.name for party in one.parties.all()),
        "state": STATES[one.state],
        "state_word": one.get_state_display(),
        "kept": KEPT[one.fulfilment] if one.state == "agreed" else "",
        "kept_word": one.get_fulfilment_display(),
    }


def _is_due(one: Mediation, on: Any) -> bool:
    return is_due(state=one.state, fulfilment=one.fulfilment, fulfil_by=one.fulfil_by, on=on)


def _page(
    request: HttpRequest, mediation: Mediation, bound: Mapping[str, forms.Form], *, status: int = 200
) -> HttpResponse:
    on = today_in(mediation.community, timezone.now())
    seen = {"seen": mediation.version}
    fresh = {
        "agree": AgreeForm(initial={**seen, "agreed_on": on}, auto_id="id_agree_%s"),
        "fail": FailForm(initial=seen, auto_id="id_fail_%s"),
        "kept": FulfilmentForm(initial={**seen, "on": on}, auto_id="id_kept_%s"),
    }
    shown = _row(mediation) | {
        "mediation": mediation,
        "people": [(party, mask_phone(party.phone)) for party in ask.parties_of(mediation=mediation)],
        "due": _is_due(mediation, on),
        "may_be_kept": bool(may_be_kept(state=mediation.state, fulfilment=mediation.fulfilment)),
        "forms": {**fresh, **bound},
        "bound": list(bound),
    }
    return render(request, "casework/mediation/mediation.html", shown, status=status)
