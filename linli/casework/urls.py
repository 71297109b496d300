"""The addresses of requests, under /casework/."""

from __future__ import annotations

from django.urls import path

from linli.casework.views import calls, doing, entry, keys, lists, public, request

app_name = "casework"
urlpatterns = [
    path("", lists.list_page, name="list"),
    path("file/", lists.list_file, name="list-file"),
    path("new/", entry.new_page, name="new"),
    path("new/people/", entry.people_part, name="new-people"),
    path("new/about/", entry.about_part, name="new-about"),
    path("calls/", calls.calls_page, name="calls"),
    path("calls/<int:reporter_id>/", calls.call_page, name="call"),
    path("keys/", keys.keys_page, name="keys"),
    path("keys/<int:key_id>/end/", keys.end_key, name="key-end"),
    path("<int:request_id>/", request.request_page, name="request"),
    path("<int:request_id>/text/", request.request_text, name="text"),
    path("<int:request_id>/saved/", entry.saved_page, name="saved"),
    path("<int:request_id>/slip/", entry.slip_page, name="slip"),
    path("<int:request_id>/do/<slug:what>/", doing.do_request, name="do"),
    path("reporters/<int:reporter_id>/phone/", request.reporter_phone, name="reporter-phone"),
    path("ratings/<int:rating_id>/<slug:what>/", doing.do_rating, name="rating-do"),
    path("l/<str:token>/", public.link_page, name="link"),
    path("t/<str:token>/", public.track_page, name="track"),
    path("h/<str:token>/", public.hands_page, name="hands"),
]
