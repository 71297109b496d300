"""Registers of requests and what belongs to them: to be read, searched and taken out as files. What changes here changes on the
room's own pages, which check it and write the history."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from linli.accounts.registers.base import ReadOnlyLines, ReadOnlyRegister
from linli.casework.access import ARRANGE, EXPORT, HOTLINE, MEDIATE, REPORTERS
from linli.casework.masked import masked_words
from linli.casework.models import (
    ApiKey,
    CallTry,
    CaseLink,
    Category,
    ClockGrade,
    DetectionRule,
    HotlineBatch,
    Matter,
    Mediation,
    Party,
    Policy,
    ProactiveTask,
    Question,
    Rating,
    Reporter,
    Request,
    ResponseTemplate,
    RoutingRule,
    Step,
    Team,
    TeamMember,
)
from linli.core.masking import mask_phone

LABELS: Final = {
    "text": _("text"), "answer": _("answer"), "public_text": _("public text"), "to_name": _("for"), "title": _("called"),
    "objection_text": _("why it is objected to"), "decision": _("decision"), "why": _("reason"), "outcome": _("what came of it"),
    "what": _("what is to be done"), "about": _("what it is about"), "agreement": _("what was agreed"), "note": _("note"),
    "place": _("place"),
}  # fmt: skip
COMMUNITY = ("community", admin.RelatedOnlyFieldListFilter)


WORDS: Final = frozenset({
    "text", "answer", "public_text", "to_name", "objection_text", "decision", "title", "why", "outcome", "what", "about",
    "agreement", "note", "place",
})  # fmt: skip
"""What people wrote freely: shown with the numbers in it masked."""


class MasksWords:
    """For registers and their lines: a column of WORDS is shown masked. It is renamed, so that no column shows it whole by mistake."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for columns in ("fields", "readonly_fields", "list_display"):
            names = getattr(cls, columns, None)
            if isinstance(names, tuple):
                setattr(cls, columns, tuple(_masked(cls, name) if name in WORDS else name for name in names))


def _masked(register: type[Any], name: str) -> str:
    def show(self: Any, row: Any) -> str:
        return masked_words(getattr(row, name)) or "—"

    called = f"masked_{name}"
    setattr(register, called, admin.display(description=LABELS[name])(show))
    return called


class CaseRegister(MasksWords, ReadOnlyRegister):
    """Seen by those whose post covers the whole community and who may do what ``needs`` names."""

    needs: ClassVar[str] = "casework.rates"
    leaves_with = EXPORT

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(super().has_view_permission(request, obj)) and bool(request.user.has_perm(self.needs))

    def has_module_permission(self, request: Any) -> bool:
        return bool(super().has_module_permission(request)) and bool(request.user.has_perm(self.needs))


class QuestionLines(ReadOnlyLines):
    model = Question
    fields = readonly_fields = ("position", "title_zh", "title_en", "kind", "required")


class MemberLines(ReadOnlyLines):
    model = TeamMember
    fields = readonly_fields = ("post",)


class StepLines(MasksWords, ReadOnlyLines):
    model = Step
    fields = readonly_fields = ("at", "aspect", "verb", "actor_label", "text", "state")
    ordering = ("pk",)


class PartyLines(MasksWords, ReadOnlyLines):
    model = Party
    fields = readonly_fields = ("position", "name", "masked_phone", "place", "signed_on")

    @admin.display(description=_("phone"))
    def masked_phone(self, row: Party) -> str:
        return mask_phone(row.phone)


@admin.register(Request)
class RequestRegister(CaseRegister):
    icon = "assignment"
    place = 10
    list_display = ("number", "received_at", "category", "place", "channel", "state", "lead", "due_at", "community")
    list_filter = (COMMUNITY, "state", "channel", "priority")
    list_select_related = ("category", "lead", "community")
    search_fields = ("=number", "=outside_number", "place")
    ordering = ("-received_at", "-id")
    fields = readonly_fields = (
        "community", "number", "outside_number", "channel", "received_at", "text", "category", "priority", "place", "state",
        "lead", "team", "first_receiver", "due_at", "due_by", "contacted_at", "taken_at", "resolved_at", "answer", "ended_at",
        "returns", "rounds", "parent", "merged_into", "matter", "public_text", "published_at",
    )  # fmt: skip
    inlines = (StepLines,)


@admin.register(Step)
class StepRegister(CaseRegister):
    icon = "history"
    place = 11
    list_display = ("at", "request", "aspect", "verb", "actor_label", "state")
    list_filter = (COMMUNITY, "aspect")
    list_select_related = ("request",)
    search_fields = ("=request__number",)
    ordering = ("-pk",)
    fields = readonly_fields = (
        "community", "request", "at", "aspect", "verb", "actor_label", "text", "state", "lead", "team", "category", "priority",
        "place", "due_at",
    )  # fmt: skip


@admin.register(Reporter)
class ReporterRegister(CaseRegister):
    needs = REPORTERS
    icon = "record_voice_over"
    place = 12
    list_display = ("request", "name", "masked_phone", "wants", "since", "community")
    list_filter = (COMMUNITY, "wants")
    list_select_related = ("request", "community")
    search_fields = ("=request__number", "name")
    ordering = ("-pk",)
    fields = readonly_fields = (
        "community", "request", "resident", "name", "masked_phone", "wants", "language", "since", "came_from", "anonymised_on",
    )  # fmt: skip

    @admin.display(description=_("phone"))
    def masked_phone(self, row: Reporter) -> str:
        return mask_phone(row.phone)


@admin.register(Rating)
class RatingRegister(CaseRegister):
    icon = "sentiment_satisfied"
    place = 13
    list_display = (
        "rated_at",
        "request",
        "round",
        "contacted",
        "solved",
        "satisfaction",
        "via",
        "objection",
        "counts_at",
    )
    list_filter = (COMMUNITY, "satisfaction", "via", "objection")
    list_select_related = ("request",)
    search_fields = ("=request__number",)
    ordering = ("-pk",)
    fields = readonly_fields = (
        "community", "request", "round", "via", "rated_at", "contacted", "solved", "satisfaction", "text", "written_by",
        "counts_at", "objection", "objection_text", "objected_at", "objected_by", "decided_at", "decided_by", "decision",
    )  # fmt: skip


@admin.register(CallTry)
class CallTryRegister(CaseRegister):
    needs = REPORTERS
    icon = "phone_missed"
    place = 14
    list_display = ("at", "request", "outcome", "by")
    list_filter = (COMMUNITY, "outcome")
    list_select_related = ("request",)
    search_fields = ("=request__number",)
    ordering = ("-pk",)
    fields = readonly_fields = ("community", "request", "round", "at", "by", "outcome")


@admin.register(CaseLink)
class LinkRegister(CaseRegister):
    needs = REPORTERS
    icon = "link"
    place = 15
    list_display = ("created_at", "request", "kind", "to_name", "masked_phone", "state", "expires_at")
    list_filter = (COMMUNITY, "kind", "state")
    list_select_related = ("request",)
    search_fields = ("=request__number", "to_name")
    ordering = ("-pk",)
    fields = readonly_fields = (
        "community", "request", "kind", "reporter", "to_name", "masked_phone", "text", "created_at", "expires_at", "state",
        "answered_at", "answer",
    )  # fmt: skip

    @admin.display(description=_("phone"))
    def masked_phone(self, row: CaseLink) -> str:
        return mask_phone(row.to_phone)


@admin.register(Category)
class CategoryRegister(CaseRegister):
    icon = "category"
    place = 30
    list_display = (
        "title_zh",
        "title_en",
        "parent",
        "grade",
        "team",
        "published",
        "sensitive",
        "ended_on",
        "community",
    )
    list_filter = (COMMUNITY, "published", "sensitive")
    list_select_related = ("parent", "team", "community")
    search_fields = ("title_zh", "title_en", "keywords")
    fields = readonly_fields = (
        "community", "code", "parent", "title_zh", "title_en", "grade", "team", "keywords", "tags", "urgent_zh", "urgent_en",
        "published", "sensitive", "position", "ended_on",
    )  # fmt: skip
    inlines = (QuestionLines,)


@admin.register(ClockGrade)
class GradeRegister(CaseRegister):
    icon = "timer"
    place = 31
    list_display = (
        "title_zh",
        "title_en",
        "seconds",
        "respond_seconds",
        "runs",
        "warn_percent",
        "since_on",
        "community",
    )
    list_filter = (COMMUNITY,)
    list_select_related = ("community",)
    search_fields = ("title_zh", "title_en")
    fields = readonly_fields = (
        "community", "code", "title_zh", "title_en", "seconds", "respond_seconds", "runs", "warn_percent", "since_on",
    )  # fmt: skip


@admin.register(Policy)
class PolicyRegister(CaseRegister):
    icon = "gavel"
    place = 32
    list_display = ("since_on", "response_weight", "resolution_weight", "satisfaction_weight", "arbiter", "community")
    list_filter = (COMMUNITY,)
    list_select_related = ("arbiter", "community")
    search_fields = ("community__name",)
    fields = readonly_fields = (
        "community", "since_on", "response_weight", "resolution_weight", "satisfaction_weight", "mostly_weight",
        "least_for_percent", "question_days", "outside_days", "rating_days", "objection_days", "duplicate_days",
        "wake_grace_seconds", "late_factor", "returns_to_arbiter", "arbiter",
    )  # fmt: skip


@admin.register(Team)
class TeamRegister(CaseRegister):
    icon = "groups"
    place = 33
    list_display = ("name", "ended_on", "community")
    list_filter = (COMMUNITY,)
    list_select_related = ("community",)
    search_fields = ("name",)
    ordering = ("name",)
    fields = readonly_fields = ("community", "name", "ended_on")
    inlines = (MemberLines,)


@admin.register(ResponseTemplate)
class TemplateRegister(CaseRegister):
    icon = "edit_note"
    place = 34
    list_display = ("title", "state", "category", "text", "community")
    list_filter = (COMMUNITY, "state")
    list_select_related = ("category", "community")
    search_fields = ("title", "text")
    fields = readonly_fields = ("community", "state", "category", "title", "text", "position")


@admin.register(RoutingRule)
class RoutingRegister(CaseRegister):
    needs = ARRANGE
    icon = "alt_route"
    place = 35
    list_display = (
        "position",
        "is_on",
        "category",
        "channel",
        "grid",
        "building",
        "days",
        "begins",
        "ends",
        "team",
        "post",
    )
    list_filter = (COMMUNITY, "is_on")
    list_select_related = ("category", "grid", "building", "team", "post")
    search_fields = ("category__title_zh", "team__name")
    fields = readonly_fields = (
        "community", "position", "is_on", "category", "channel", "grid", "building", "days", "begins", "ends", "team", "post",
    )  # fmt: skip


@admin.register(DetectionRule)
class DetectionRegister(CaseRegister):
    icon = "troubleshoot"
    place = 36
    list_display = ("kind", "days", "least", "community")
    list_filter = (COMMUNITY, "kind")
    list_select_related = ("community",)
    search_fields = ("community__name",)
    ordering = ("community", "kind")
    fields = readonly_fields = ("community", "kind", "days", "least")


@admin.register(Matter)
class MatterRegister(CaseRegister):
    icon = "hub"
    place = 20
    list_display = ("title", "category", "opened_at", "closed_at", "community")
    list_filter = (COMMUNITY,)
    list_select_related = ("category", "community")
    search_fields = ("title",)
    ordering = ("-pk",)
    fields = readonly_fields = (
        "community", "title", "why", "category", "opened_at", "opened_by", "closed_at", "outcome",
    )  # fmt: skip


@admin.register(ProactiveTask)
class TaskRegister(CaseRegister):
    icon = "task_alt"
    place = 21
    list_display = ("title", "state", "planned_on", "lead", "before_count", "after_count", "community")
    list_filter = (COMMUNITY, "state")
    list_select_related = ("lead", "community")
    search_fields = ("title",)
    ordering = ("-pk",)
    fields = readonly_fields = (
        "community", "title", "what", "matter", "category", "lead", "state", "planned_on", "begun_at", "done_at",
        "measure_days", "before_count", "after_count", "created_at", "created_by",
    )  # fmt: skip


@admin.register(Mediation)
class MediationRegister(CaseRegister):
    """What it is about and what was agreed is read on its own page only."""

    needs = MEDIATE
    icon = "handshake"
    place = 22
    list_display = (
        "number",
        "opened_on",
        "kind",
        "place",
        "mediator_name",
        "state",
        "fulfil_by",
        "fulfilment",
        "community",
    )
    list_filter = (COMMUNITY, "state", "kind", "fulfilment")
    list_select_related = ("community",)
    search_fields = ("=number", "mediator_name")
    ordering = ("-opened_on", "-pk")
    fields = readonly_fields = (
        "community", "number", "request", "kind", "place", "mediator", "mediator_name", "opened_on", "state", "agreed_on",
        "fulfil_by", "fulfilment", "fulfilled_on", "ended_on",
    )  # fmt: skip
    inlines = (PartyLines,)


@admin.register(HotlineBatch)
class SheetRegister(CaseRegister):
    needs = HOTLINE
    icon = "call"
    place = 23
    list_display = ("file_name", "state", "uploaded_at", "uploaded_by", "done_at", "community")
    list_filter = (COMMUNITY, "state")
    list_select_related = ("uploaded_by", "community")
    search_fields = ("file_name",)
    ordering = ("-pk",)
    fields = readonly_fields = ("community", "file_name", "state", "uploaded_at", "uploaded_by", "done_at")


@admin.register(ApiKey)
class KeyRegister(CaseRegister):
    """Keys themselves are kept nowhere."""

    needs = ARRANGE
    house_rows = True
    icon = "key"
    place = 37
    list_display = ("name", "per_minute", "made_at", "ended_at", "community")
    list_filter = (COMMUNITY,)
    list_select_related = ("community",)
    search_fields = ("name",)
    ordering = ("-pk",)
    fields = readonly_fields = ("community", "name", "per_minute", "made_at", "ended_at")
