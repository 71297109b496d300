"""The doors: signing in and out, the ping that says somebody is there, one's own profile."""

from __future__ import annotations

from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts import actions, queries
from linli.accounts.actors import actor_of_request
from linli.accounts.addresses import inside_address
from linli.accounts.forms import LanguageForm, PasswordForm, SignInForm
from linli.accounts.models import User
from linli.core.errors import Refusal

AnyForm = TypeVar("AnyForm", bound=Form)


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. ``next`` leads back inside Linli only; ``reason=idle`` says why somebody is here again."""
    where = inside_address(request=request, address=request.POST.get("next") or request.GET.get("next") or "")
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(where)
        return _sign_in_page(request, SignInForm(initial={"next": where}), status=200)
    data = request.POST.copy()
    data["next"] = where
    form = SignInForm(data)
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    typed = form.cleaned_data
    try:
        user = actions.sign_in(request=request, name=typed["name"], password=typed["password"], now=timezone.now())
    except Refusal as refusal:
        return _sign_in_page(request, _with_refusal(form, refusal), status=refusal.status)
    return _in_language(HttpResponseRedirect(where), user.language)


def _sign_in_page(request: HttpRequest, form: SignInForm, *, status: int) -> HttpResponse:
    idle = request.GET.get("reason") == "idle" and not form.is_bound
    return render(request, "accounts/sign_in.html", {"form": form, "idle": idle}, status=status)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; a page that was left alone sends ``reason=idle`` and the page to come back to."""
    idle = request.POST.get("reason") == "idle"
    where = inside_address(request=request, address=request.POST.get("next") or "")
    actions.sign_out(request=request, now=timezone.now(), reason="idle" if idle else "asked")
    query = f"?{urlencode({'next': where, 'reason': 'idle'})}" if idle else ""
    return HttpResponseRedirect(reverse("accounts:sign-in") + query)


@login_not_required
@require_POST
def ping(request: HttpRequest) -> HttpResponse:
    """Somebody is at the page: 204; 401 if the session has ended."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@never_cache
@require_http_methods(["GET"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own roles, language and password."""
    return _profile_page(request)


@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, language=form, status=422)
    language = form.cleaned_data["language"]
    actions.change_own_profile(by=actor_of_request(request), now=timezone.now(), language=language)
    with translation.override(language):
        messages.success(request, _("Saved. Pages and messages now come in this language."))
    return _in_language(redirect("accounts:profile"), language)


@sensitive_post_parameters("current", "password")
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, password=form, status=422)
    typed = form.cleaned_data
    try:
        user = actions.change_own_password(
            by=actor_of_request(request), now=timezone.now(), current=typed["current"], new=typed["password"]
        )
    except Refusal as refusal:
        return _profile_page(request, password=_with_refusal(form, refusal), status=refusal.status)
    update_session_auth_hash(request, user)
    messages.success(
        request, _("Your new password is in force. Other places where you were signed in have been signed out.")
    )
    return redirect("accounts:profile")


def _profile_page(
    request: HttpRequest, *, language: Form | None = None, password: Form | None = None, status: int = 200
) -> HttpResponse:
    assert isinstance(request.user, User)
    context: dict[str, Any] = {
        "roles": queries.role_names_of(user_id=request.user.pk),
        "language_form": language or LanguageForm(initial={"language": request.user.language}),
        "password_form": password or PasswordForm(),
    }
    return render(request, "accounts/profile.html", context, status=status)


def _with_refusal(form: AnyForm, refusal: Refusal) -> AnyForm:
    """The form with the refusal beside its fields, or above all of them."""
    for field, sentence in refusal.fields.items():
        form.add_error(field if field in form.fields else None, str(sentence))
    if not refusal.fields:
        form.add_error(None, str(refusal))
    return form


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
