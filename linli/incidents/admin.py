"""Registers of kinds, causes and policies, which people keep, and of incidents, which they read."""

from __future__ import annotations

from django.contrib import admin

from linli.accounts.registers.base import Lines, ReadOnlyLines, ReadOnlyRegister, Register
from linli.incidents.models import (
    Answer,
    Cause,
    EscalationPolicy,
    EscalationStep,
    Incident,
    IncidentKind,
    TimelineEntry,
)


class CauseLines(Lines):
    model = Cause
    fields = ("position", "code", "title_zh", "title_en", "false_alarm")

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Closed incidents name their cause."""
        return False


@admin.register(IncidentKind)
class KindRegister(Register):
    community = ""
    icon = "category"
    place = 30
    list_display = ("title_zh", "title_en", "code", "severity")
    list_display_links = ("title_zh", "title_en")
    search_fields = ("title_zh", "title_en", "code")
    ordering = ("severity", "code")
    inlines = (CauseLines,)

    def get_readonly_fields(self, request: object, obj: object = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


@admin.register(Cause)
class CauseRegister(Register):
    community = ""
    icon = "help_center"
    place = 40
    list_display = ("title_zh", "title_en", "kind", "false_alarm", "position")
    list_filter = ("kind", "false_alarm")
    list_select_related = ("kind",)
    search_fields = ("title_zh", "title_en", "code")


class StepLines(Lines):
    model = EscalationStep
    fields = ("after_seconds", "audience", "repeats", "repeat_seconds")
    ordering = ("after_seconds", "id")


@admin.register(EscalationPolicy)
class PolicyRegister(Register):
    """Per community and kind; a change holds for incidents opened from then on, open ones keep their snapshot."""

    house_rows = True
    deletable = True
    icon = "stairs"
    place = 20
    list_display = ("kind", "community", "loop_seconds")
    list_filter = ("kind", ("community", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("kind", "community")
    search_fields = ("kind__title_zh", "kind__title_en", "community__name")
    ordering = ("kind", "community")
    inlines = (StepLines,)


class TimelineLines(ReadOnlyLines):
    model = TimelineEntry
    fields = readonly_fields = ("at", "verb", "actor_label", "params")
    ordering = ("at", "id")


class AnswerLines(ReadOnlyLines):
    model = Answer
    fields = readonly_fields = ("at", "audience", "choice", "by_label", "note")
    ordering = ("at", "id")


@admin.register(Incident)
class IncidentRegister(ReadOnlyRegister):
    icon = "emergency"
    place = 10
    list_display = ("opened_at", "kind", "place", "handling", "condition", "cause", "closed_at")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "handling", "condition", "kind", "severity")
    list_select_related = ("kind", "cause")
    search_fields = ("place", "source_label")
    date_hierarchy = "opened_at"
    ordering = ("-opened_at",)
    fields = readonly_fields = (
        "community", "kind", "severity", "place", "source_label", "condition", "handling", "opened_at", "happened_at", "last_signal_at",
        "signals", "cleared_at", "first_answer_at", "acknowledged_at", "next_step_at", "closed_at", "cause", "outcome",
    )  # fmt: skip
    inlines = (TimelineLines, AnswerLines)
