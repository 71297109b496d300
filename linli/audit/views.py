"""The trail as a page."""
from django.http import HttpRequest, HttpResponse


def trail(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
