"""The rules of journeys and the topics of lectures, among the registers."""

from __future__ import annotations

from django.contrib import admin

from linli.accounts.registers.base import Register
from linli.journeys.models import JourneyRule, LectureTopic


@admin.register(JourneyRule)
class JourneyRuleRegister(Register):
    house_rows = True
    deletable = True
    icon = "conversion_path"
    place = 10
    list_display = ("code", "community", "number", "days", "since_on", "is_on")
    list_filter = ("code", ("community", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("community",)
    search_fields = ("code", "community__name")
    ordering = ("code", "community", "-since_on")


@admin.register(LectureTopic)
class LectureTopicRegister(Register):
    house_rows = True
    deletable = True
    icon = "school"
    place = 20
    list_display = ("title_zh", "title_en", "tag", "community", "is_on")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("community",)
    search_fields = ("title_zh", "title_en", "tag")
    ordering = ("tag", "community")
