"""The desk's addresses. ``/`` is Today; everything else lies under ``/desk/``."""

from __future__ import annotations

from django.urls import path

from linli.desk.views import history, incident, live, today

app_name = "desk"
urlpatterns = [
    path("", today.today_page, name="today"),
    path("desk/", live.list_page, name="list"),
    path("desk/alarms/", live.alarms_part, name="alarms"),
    path("desk/inbox/", today.inbox_page, name="inbox"),
    path("desk/history/", history.history_page, name="history"),
    path("desk/incidents/<int:incident_id>/", incident.incident_page, name="incident"),
    path("desk/incidents/<int:incident_id>/acknowledge/", incident.acknowledge, name="acknowledge"),
    path("desk/incidents/<int:incident_id>/note/", incident.note, name="note"),
    path("desk/incidents/<int:incident_id>/close/", incident.close_page, name="close"),
    path("desk/incidents/<int:incident_id>/numbers/<str:kind>/<int:person_id>/", incident.show_numbers, name="numbers"),
]
