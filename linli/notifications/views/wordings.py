"""The wordings of a community: the list, one text with its preview, and back to the built-in words."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotAllowed
from linli.notifications.actions import reset_wording, word_message
from linli.notifications.errors import WordingRefused
from linli.notifications.forms import WordingForm
from linli.notifications.queries import WordingScreen, wording_preview, wording_screen, wordings_for
from linli.registry.context import scope_for
from linli.registry.errors import NoCommunityYet
from linli.registry.models import Community
from linli.registry.queries import communities_in


def _communities(request: HttpRequest) -> tuple[Community, list[Community]]:
    """The community whose wordings are looked at (``?community=``), and all that this person may choose from."""
    scope = scope_for(request.user)
    reach = communities_in(scope=scope)
    if not reach:
        raise NoCommunityYet
    mine = [c for c in reach if scope.everything or c.pk in scope.communities]
    if not mine:
        raise NotAllowed
    asked = request.GET.get("community", "")
    return next((c for c in mine if str(c.pk) == asked), mine[0]), mine


def _address(name: str, community: Community, *args: str) -> str:
    return f"{reverse(f'notifications:{name}', args=args)}?community={community.pk}"


@require_safe
@permission_required("notifications.word", raise_exception=True)
def wordings_page(request: HttpRequest) -> HttpResponse:
    """What messages say, in full, as an SMS and spoken, in both languages."""
    community, mine = _communities(request)
    context = {"community": community, "communities": mine, "wordings": wordings_for(community_id=community.pk)}
    return render(request, "notifications/wordings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required("notifications.word", raise_exception=True)
def wording_page(request: HttpRequest, code: str, language: str, form: str) -> HttpResponse:
    """One text: typed, looked at on sample data, saved. ``look`` in the POST only looks."""
    community, _mine = _communities(request)
    screen = wording_screen(community_id=community.pk, code=code, language=language, form=form)
    if request.method != "POST":
        typing = WordingForm(initial={"title": screen.title, "text": screen.text}, titled=screen.has_title)
        return _shown(request, community, screen, typing)
    typing = WordingForm(request.POST, titled=screen.has_title)
    if typing.is_valid() and "look" not in request.POST:
        try:
            word_message(
                by=actor_of_request(request), now=timezone.now(), community_id=community.pk, code=code,
                language=language, form=form, **typing.typed(),
            )  # fmt: skip
        except WordingRefused as refusal:
            for name, sentence in refusal.fields.items():
                typing.add_error(name, str(sentence))
        else:
            messages.success(request, _("Saved. Messages that go in five seconds or later say this."))
            return redirect(_address("wording", community, code, language, form))
    return _shown(request, community, screen, typing)


def _shown(request: HttpRequest, community: Community, screen: WordingScreen, typing: WordingForm) -> HttpResponse:
    source = typing.data if typing.is_bound else typing.initial
    preview = wording_preview(screen=screen, title=str(source.get("title", "")), text=str(source.get("text", "")))
    context = {"community": community, "screen": screen, "form": typing, "preview": preview}
    if request.headers.get("HX-Request"):
        return render(request, "notifications/parts/preview.html", context)
    return render(request, "notifications/wording.html", context, status=422 if typing.errors else 200)


@require_POST
@permission_required("notifications.word", raise_exception=True)
def wording_default(request: HttpRequest, code: str, language: str, form: str) -> HttpResponse:
    """Back to the built-in words; what was said before stays in the list of versions."""
    community, _mine = _communities(request)
    reset_wording(
        by=actor_of_request(request), now=timezone.now(), community_id=community.pk, code=code, language=language, form=form
    )  # fmt: skip
    messages.success(request, _("The built-in words hold again."))
    return redirect(_address("wording", community, code, language, form))
