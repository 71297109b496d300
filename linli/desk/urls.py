"""The desk's addresses. ``/`` is Today; everything else lies under ``/desk/``."""

from __future__ import annotations

from django.urls import path

from linli.desk.views import calls, chart, drills, history, incident, live, report, silences, statistics, today, wall

app_name = "desk"
urlpatterns = [
    path("", today.today_page, name="today"),
    path("desk/", live.list_page, name="list"),
    path("desk/alarms/", live.alarms_part, name="alarms"),
    path("desk/inbox/", today.inbox_page, name="inbox"),
    path("desk/inbox/read/", today.inbox_read, name="inbox-read"),
    path("desk/take/", live.take_many, name="take-many"),
    path("desk/history/", history.history_page, name="history"),
    path("desk/history/file/<str:form>/", history.history_file, name="history-file"),
    path("desk/statistics/", statistics.statistics_page, name="statistics"),
    path("desk/statistics/<str:table>/<str:form>/", statistics.statistics_file, name="statistics-file"),
    path("desk/chart/", chart.chart_page, name="chart"),
    path("desk/chart/<int:building_id>/", chart.building_page, name="building"),
    path("desk/incidents/<int:incident_id>/calls/", calls.incident_calls, name="calls"),
    path("desk/buildings/<int:building_id>/calls/", calls.building_calls, name="building-calls"),
    path("desk/incidents/<int:incident_id>/report/", report.report_page, name="report"),
    path("desk/incidents/<int:incident_id>/report/docx/", report.report_file, name="report-file"),
    path("desk/silences/", silences.silences_page, name="silences"),
    path("desk/silences/new/", silences.new_silence_page, name="silence-new"),
    path("desk/silences/<int:silence_id>/confirm/", silences.confirm, name="silence-confirm"),
    path("desk/silences/<int:silence_id>/end/", silences.end, name="silence-end"),
    path("desk/drills/", drills.drills_page, name="drills"),
    path("desk/drills/new/", drills.new_drill_page, name="drill-new"),
    path("desk/drills/<int:drill_id>/", drills.drill_page, name="drill"),
    path("desk/drills/<int:drill_id>/end/", drills.end, name="drill-end"),
    path("wall/", wall.wall_page, name="wall"),
    path("wall/links/", wall.wall_links_page, name="wall-links"),
    path("wall/links/<int:link_id>/revoke/", wall.revoke_wall, name="wall-revoke"),
    path("wall/at/<str:token>/", wall.wall_by_link, name="wall-by-link"),
    path("desk/incidents/<int:incident_id>/", incident.incident_page, name="incident"),
    path("desk/incidents/<int:incident_id>/acknowledge/", incident.acknowledge, name="acknowledge"),
    path("desk/incidents/<int:incident_id>/note/", incident.note, name="note"),
    path("desk/incidents/<int:incident_id>/close/", incident.close_page, name="close"),
    path("desk/incidents/<int:incident_id>/reopen/", incident.reopen_page, name="reopen"),
    path("desk/incidents/<int:incident_id>/numbers/<str:kind>/<int:person_id>/", incident.show_numbers, name="numbers"),
]
