"""The rota's addresses, under ``/rota/``."""

from __future__ import annotations

from django.urls import path

from linli.scheduling.views import duty, handover, rota

app_name = "scheduling"
urlpatterns = [
    path("", rota.rota_page, name="rota"),
    path("plan/", rota.plan_page, name="plan"),
    path("kept/", rota.change_kept, name="kept"),
    path("duties/<int:duty_id>/", duty.duty_page, name="duty"),
    path("duties/<int:duty_id>/<str:how>/", duty.change_duty, name="change"),
    path("swaps/<int:swap_id>/<str:answer>/", duty.answer_swap, name="answer"),
    path("handover/", handover.handover_page, name="handover"),
    path("handover/<int:note_id>/confirm/", handover.confirm, name="confirm"),
]
