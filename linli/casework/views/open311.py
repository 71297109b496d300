"""Open311 GeoReport v2: programs read what is published, and write requests down with a key. Every answer is in the asked format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from linli.casework.actions.open311 import count_key_use, take_report
from linli.casework.errors.open311 import UNKNOWN, WRONG, WRONG_METHOD, AskedWrongly, Problem
from linli.casework.open311 import documents
from linli.casework.open311.asked import Asked
from linli.casework.open311.finding import wanted_of
from linli.casework.open311.formats import FORMATS
from linli.casework.open311.reporting import report_of
from linli.casework.open311.tree import Document
from linli.casework.queries import open311 as ask
from linli.core.actors import Actor
from linli.core.errors import Refusal
from linli.registry.models import Community

READS: Final = ("GET", "HEAD", "OPTIONS")
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
BASE: Final = "/open311/v2"
UNREADABLE: Final = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
"""What Django says of an address or a body that it cannot take apart, or that is too large."""

Answer = Callable[..., Document]
View = Callable[..., HttpResponse]


def speaks(*methods: str) -> Callable[[Answer], View]:
    """Make a view of a function that returns a document: format, language, methods and errors as the specification wants them."""

    def decorate(answer: Answer) -> View:
        @csrf_exempt
        @login_not_required
        @wraps(answer)
        def view(request: HttpRequest, fmt: str, **named: str) -> HttpResponse:
            response = _answered(answer, methods, request, fmt, named)
            if request.method in READS:
                response["Access-Control-Allow-Origin"] = "*"
            response["Cache-Control"] = "no-cache"
            patch_vary_headers(response, ["Accept-Language"])
            return response

        return view

    return decorate


def _answered(
    answer: Answer, methods: Sequence[str], request: HttpRequest, fmt: str, named: Mapping[str, str]
) -> HttpResponse:
    with override(_language(request)):
        try:
            response = _by_method(answer, methods, request, fmt, named)
        except AskedWrongly as refusal:
            response = _error(fmt, refusal.problems, refusal.http_status)
            if refusal.wait_seconds is not None:
                response["Retry-After"] = str(refusal.wait_seconds)
        except Refusal as refusal:
            code = refusal.status if refusal.status in {403, 404} else WRONG
            sentences = list(refusal.fields.values()) or [refusal.sentence]
            response = _error(fmt, [Problem(code, sentence) for sentence in sentences], code)
        except UNREADABLE:
            sentence = _("What was sent cannot be read, or it is too large. Send a form in UTF-8, of 2 MB at most.")
            response = _error(fmt, [Problem(WRONG, sentence)], WRONG)
        response["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    return response


def _by_method(
    answer: Answer, methods: Sequence[str], request: HttpRequest, fmt: str, named: Mapping[str, str]
) -> HttpResponse:
    if request.method in methods:
        return _sent(fmt, answer(request, **named))
    allowed = ", ".join([*methods, "OPTIONS"])
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Access-Control-Allow-Methods"] = ", ".join(READS)
    else:
        sentence = _("This address does not answer %(method)s.") % {"method": str(request.method)[:20]}
        response = _error(fmt, [Problem(WRONG_METHOD, sentence)], WRONG_METHOD)
    response["Allow"] = allowed
    return response


def _language(request: HttpRequest) -> str:
    """``locale``, else what the program's headers ask for; Chinese first."""
    try:
        wanted = request.GET.get("locale", "").lower()
    except UNREADABLE:
        wanted = ""
    if wanted[:2] in {"en", "zh"}:
        return "en" if wanted.startswith("en") else "zh-hans"
    return get_language() or settings.LANGUAGE_CODE


def _sent(fmt: str, document: Document) -> HttpResponse:
    form = FORMATS[fmt]
    return HttpResponse(form.write(document), content_type=form.content_type)


def _error(fmt: str, problems: Sequence[Problem], status: int) -> HttpResponse:
    response = _sent(fmt, documents.errors(problems=problems))
    response.status_code = status
    return response


def _query(request: HttpRequest) -> Asked:
    return Asked.of(query=dict(request.GET.lists()), form={})


def _community(asked: Asked) -> Community:
    return ask.jurisdiction(code=asked.one("jurisdiction_id"))


@speaks("GET", "HEAD")
def discovery(request: HttpRequest) -> Document:
    """Where the service is, whom to ask, when its list of services last changed."""
    return documents.discovery(
        url=f"{settings.LINLI_PUBLIC_URL}{BASE}",
        kind="test" if settings.LINLI_DEMO else "production",
        changed_at=timezone.localtime(ask.services_changed_at()),
        communities=ask.communities_told(),
    )


@speaks("GET", "HEAD")
def services(request: HttpRequest) -> Document:
    """What may be reported in a community."""
    community = _community(_query(request))
    on = ask.day_in(community=community, at=timezone.now())
    return documents.services(categories=ask.services_of(community_id=community.pk, on=on))


@speaks("GET", "HEAD")
def definition(request: HttpRequest, service_code: str) -> Document:
    """What a service asks."""
    community = _community(_query(request))
    on = ask.day_in(community=community, at=timezone.now())
    return documents.definition(category=ask.service_called(community_id=community.pk, code=service_code, on=on))


@speaks("GET", "HEAD", "POST")
def requests(request: HttpRequest) -> Document:
    """Read requests, or write one down."""
    if request.method == "POST":
        return _take(request)
    asked = _query(request)
    community = _community(asked)
    wanted = wanted_of(asked=asked, now=timezone.now(), zone=ZoneInfo(community.time_zone))
    return documents.requests(rows=ask.requests_told(community=community, wanted=wanted), community=community)


@speaks("GET", "HEAD")
def request_alone(request: HttpRequest, service_request_id: str) -> Document:
    """One request, as a list of one."""
    community = _community(_query(request))
    found = ask.request_told(community=community, text=service_request_id)
    return documents.requests(rows=[found], community=community)


@speaks("GET", "HEAD")
def token(request: HttpRequest, token: str) -> Document:
    """Our ids are given at once, and are their own tokens."""
    community = _community(_query(request))
    found = ask.request_told(community=community, text=token)
    return documents.token(number=found.number, community=community, asked=token)


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address that is none of ours: said in the format it ends with, or plainly."""
    fmt = rest.rpartition(".")[2]
    sentence = _("There is nothing at this address. Begin with %(discovery)s; formats are xml and json.") % {
        "discovery": f"{BASE}/discovery.xml"
    }
    if fmt in FORMATS:
        return _error(fmt, [Problem(UNKNOWN, sentence)], UNKNOWN)
    return HttpResponse(f"{sentence}\n", status=UNKNOWN, content_type="text/plain; charset=utf-8")


class CountedFiles(FileUploadHandler):
    """Files are counted and dropped while they are read."""

    count = 0

    def new_file(self, *args: object, **named: object) -> None:
        self.count += 1
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def _take(request: HttpRequest) -> Document:
    now, files = timezone.now(), CountedFiles(request)
    request.upload_handlers = [files]
    if request.content_type not in FORMS and request.body:
        sentence = _("Send the request as a form: application/x-www-form-urlencoded or multipart/form-data, in UTF-8.")
        raise AskedWrongly([Problem(WRONG, sentence)])
    form: QueryDict = request.POST
    asked = Asked.of(query=dict(request.GET.lists()), form=dict(form.lists()))
    community = _community(asked)
    key = ask.key_behind(plain=asked.one("api_key"), community=community)
    count_key_use(key=key, now=now)
    by = Actor(kind="gateway", label=key.name, ref=str(key.pk), address=str(request.META.get("REMOTE_ADDR") or "")[:60])
    report = report_of(asked=asked, files=files.count)
    taken = take_report(by=by, now=now, key=key, community=community, report=report)
    return documents.received(
        number=taken.request.number, category=taken.service, community=community, account_id=report.account_id
    )
