"""The addresses of Open311, as its specification spells them. They end with the format, not with a slash."""

from __future__ import annotations

from django.urls import re_path

from linli.casework.views import open311

app_name = "open311"
_FORMAT = r"\.(?P<fmt>xml|json)\Z"
urlpatterns = [
    re_path(rf"^discovery{_FORMAT}", open311.discovery, name="discovery"),
    re_path(rf"^services{_FORMAT}", open311.services, name="services"),
    re_path(rf"^services/(?P<service_code>[^/]+){_FORMAT}", open311.definition, name="definition"),
    re_path(rf"^requests{_FORMAT}", open311.requests, name="requests"),
    re_path(rf"^requests/(?P<service_request_id>[^/]+){_FORMAT}", open311.request_alone, name="request"),
    re_path(rf"^tokens/(?P<token>[^/]+){_FORMAT}", open311.token, name="token"),
    re_path(r"^(?P<rest>(?s:.*))\Z", open311.nothing_here, name="nothing"),
]
