"""Requests, who told us, and every step of what happened to them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.models.categories import Category, Runs, Team
from linli.core.fields import EncryptedTextField
from linli.registry.models import Building, Community, Dwelling, Household, Post, Resident, Unit

Q = models.Q
ENDED_STATES = ("closed", "merged", "cancelled")
STANDING_STATES = ("waiting", "resolved", "reopen_asked", *ENDED_STATES)
"""In these the clock does not run: nobody is alarmed."""
TO_DO = Q(ended_at__isnull=True) & ~Q(state="resolved")
"""What is not answered; many more are, and only wait to be rated."""
LOOSE = Q(ended_at__isnull=True) & (Q(state="returned") | Q(lead__isnull=True, team__isnull=True))


class Request(models.Model):
    """One concern (诉求). What it is now stands in its columns; each of them came with a ``Step``, and the five pointers
    (``state_step`` …) say with which.

    ``ended_at`` is set in the states of ENDED_STATES only. ``version`` grows with each change: who edits an older one is shown
    what changed. ``key`` comes with the form and ``source`` with a journey ("incident:12"): the same one again is the same request.
    The clock: ``allowance_seconds`` of running time (``runs``) from ``clock_from`` on, times of waiting left out, end at ``due_at``.
    ``next_alarm`` is the next of warn, due and late that has to be said, also while the clock stands ("": all were).
    """

    class Channel(models.TextChoices):
        COUNTER = "counter", pgettext_lazy("channel", "at the counter")
        PHONE = "phone", pgettext_lazy("channel", "by phone")
        DOOR = "door", pgettext_lazy("channel", "at the door")
        WEB = "web", pgettext_lazy("channel", "over the web")
        WECHAT = "wechat", pgettext_lazy("channel", "WeChat note")
        HOTLINE = "hotline", pgettext_lazy("channel", "hotline 12345")
        CAPTAIN = "captain", pgettext_lazy("channel", "through a captain")
        LINLI = "linli", pgettext_lazy("channel", "from another room of Linli")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("request", "written down")
        ASSIGNED = "assigned", pgettext_lazy("request", "handed on")
        IN_HAND = "in_hand", pgettext_lazy("request", "being dealt with")
        WAITING = "waiting", pgettext_lazy("request", "waiting for the resident")
        OUTSIDE = "outside", pgettext_lazy("request", "with an outside party")
        RETURNED = "returned", pgettext_lazy("request", "sent back")
        RESOLVED = "resolved", pgettext_lazy("request", "answered, to be rated")
        REOPEN_ASKED = "reopen_asked", pgettext_lazy("request", "not satisfied: to be decided")
        REOPENED = "reopened", pgettext_lazy("request", "opened again")
        SPLIT = "split", pgettext_lazy("request", "split into parts")
        MERGED = "merged", pgettext_lazy("request", "joined to another")
        CANCELLED = "cancelled", pgettext_lazy("request", "taken back")
        CLOSED = "closed", pgettext_lazy("request", "closed")

    class Priority(models.IntegerChoices):
        URGENT = 1, pgettext_lazy("priority", "urgent")
        SOON = 2, pgettext_lazy("priority", "soon")
        NORMAL = 3, pgettext_lazy("priority", "normal")

    class DueBy(models.TextChoices):
        GRADE = "grade", _("its category")
        SHEET = "sheet", _("the hotline's sheet")
        HAND = "hand", _("a person")

    class Alarm(models.TextChoices):
        WARN = "warn", _("soon due")
        DUE = "due", _("due")
        LATE = "late", _("badly late")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    number = models.CharField(_("number"), max_length=20)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("came from"), max_length=60, blank=True)
    outside_number = models.CharField(_("number at the hotline"), max_length=60, blank=True)
    channel = models.CharField(_("how it came"), max_length=10, choices=Channel.choices)
    received_at = models.DateTimeField(_("received at"))
    text = models.TextField(_("what it is about"), max_length=4000)
    search_text = models.TextField(editable=False, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_index=False, verbose_name=_("category"))
    sensitive = models.BooleanField(_("for the office only"), default=False)
    attributes = models.JSONField(_("answers to questions"), default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    place = models.CharField(_("place"), max_length=120, blank=True)
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, db_index=False, null=True, blank=True, verbose_name=_("building")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, null=True, blank=True, verbose_name=_("unit (stairwell)")
    )
    dwelling = models.ForeignKey(
        Dwelling, on_delete=models.PROTECT, db_index=False, null=True, blank=True, verbose_name=_("dwelling")
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED)
    lead = models.ForeignKey(
        Post, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+", verbose_name=_("lead")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    first_receiver = models.CharField(_("first received by"), max_length=120)
    runs = models.CharField(max_length=12, choices=Runs.choices, default=Runs.WORKING_DAYS)
    clock_from = models.DateTimeField(_("clock runs from"))
    allowance_seconds = models.PositiveIntegerField(_("may take (seconds)"), default=0)
    due_at = models.DateTimeField(_("due time"))
    due_by = models.CharField(_("due time set by"), max_length=6, choices=DueBy.choices, default=DueBy.GRADE)
    late_at = models.DateTimeField(_("badly late at"))
    respond_due_at = models.DateTimeField(_("contact by"))
    paused_at = models.DateTimeField(_("clock stopped at"), null=True, blank=True)
    next_alarm = models.CharField(max_length=4, choices=Alarm.choices, blank=True)
    next_alarm_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken in hand at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    returns = models.PositiveSmallIntegerField(_("times sent back"), default=0)
    rounds = models.PositiveSmallIntegerField(_("times answered"), default=0)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined", verbose_name=_("joined to")
    )
    matter = models.ForeignKey(
        "casework.Matter",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("matter"),
    )
    public_text = models.TextField(_("public text"), max_length=4000, blank=True)
    published_at = models.DateTimeField(_("text looked at"), null=True, blank=True)
    api_key = models.ForeignKey(
        "casework.ApiKey",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("came with the key"),
    )
    version = models.PositiveIntegerField(default=1)
    state_step = models.ForeignKey(
        "casework.Step", on_delete=models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    lead_step = models.ForeignKey(
        "casework.Step", on_delete=models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    category_step = models.ForeignKey(
        "casework.Step", on_delete=models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    priority_step = models.ForeignKey(
        "casework.Step", on_delete=models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    place_step = models.ForeignKey(
        "casework.Step", on_delete=models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="casework_request_number"),
            models.UniqueConstraint(
                fields=["community", "outside_number"],
                condition=~Q(outside_number=""),
                name="casework_request_outside_number",
            ),
            models.UniqueConstraint(
                fields=["community", "source"], condition=~Q(source=""), name="casework_request_source"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="casework_request_has_text"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED_STATES, ended_at__isnull=False)
                | (~Q(state__in=ENDED_STATES) & Q(ended_at__isnull=True)),
                name="casework_request_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", paused_at__isnull=False)
                | (~Q(state="waiting") & Q(paused_at__isnull=True)),
                name="casework_request_paused",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="casework_request_merged",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "reopen_asked", "closed"])
                | (Q(resolved_at__isnull=False) & ~Q(answer="")),
                name="casework_request_answered",
            ),
            models.CheckConstraint(
                condition=Q(next_alarm_at__isnull=True) | (~Q(next_alarm="") & ~Q(state__in=STANDING_STATES)),
                name="casework_request_alarm",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STANDING_STATES) | Q(next_alarm="") | Q(next_alarm_at__isnull=False),
                name="casework_request_clock_runs",
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")) & ~Q(merged_into=models.F("id")), name="casework_request_self"
            ),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=3), name="casework_request_priority"),
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "in_hand"]) | Q(lead__isnull=False) | Q(team__isnull=False),
                name="casework_request_has_lead",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "due_at"], condition=TO_DO, name="casework_open_due"),
            models.Index(fields=["due_at"], condition=TO_DO, name="casework_open_everywhere"),
            models.Index(fields=["community", "due_at"], condition=LOOSE, name="casework_loose"),
            models.Index(fields=["due_at"], condition=Q(state="reopen_asked"), name="casework_to_decide"),
            models.Index(fields=["community", "-received_at", "-id"], name="casework_newest"),
            models.Index(fields=["-received_at", "-id"], name="casework_newest_everywhere"),
            models.Index(fields=["number"], name="casework_by_number"),
            models.Index(fields=["outside_number"], condition=~Q(outside_number=""), name="casework_by_outside_number"),
            models.Index(fields=["community", "category", "received_at"], name="casework_by_category"),
            models.Index(fields=["community", "building", "received_at"], name="casework_by_building"),
            models.Index(fields=["community", "state", "resolved_at"], name="casework_by_state"),
            models.Index(fields=["lead", "due_at"], condition=Q(ended_at__isnull=True), name="casework_in_hands"),
            models.Index(fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="casework_alarms"),
        ]

    def __str__(self) -> str:
        return self.number


class Step(models.Model):
    """Something that happened to a request. Append-only. ``aspect`` says what changed; the columns hold what it became.

    ``text`` is what was written (why it is returned, how it was solved); ``params`` whatever the sentence on a page needs.
    """

    class Aspect(models.TextChoices):
        STATE = "state", _("state")
        LEAD = "lead", _("lead")
        CATEGORY = "category", _("category")
        PRIORITY = "priority", _("priority")
        PLACE = "place", _("place")
        CLOCK = "clock", _("clock of the request")
        ALARM = "alarm", _("escalation")
        NOTE = "note", _("note")
        CONTACT = "contact", _("contact with the resident")
        REPORTER = "reporter", _("reporter")
        ASSISTANT = "assistant", _("assistant")
        LINK = "link", _("link")
        RATING = "rating", _("rating")
        MATTER = "matter", _("matter")
        TAG = "tag", _("tag")
        PUBLIC = "public", _("public text")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, db_index=False, related_name="steps", verbose_name=_("request")
    )
    at = models.DateTimeField(_("at"))
    aspect = models.CharField(_("what changed"), max_length=10, choices=Aspect.choices)
    verb = models.CharField(_("what"), max_length=30)
    actor_kind = models.CharField(_("kind of actor"), max_length=12)
    actor_label = models.CharField(_("who"), max_length=120)
    user_id = models.BigIntegerField(_("user"), null=True)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    state = models.CharField(max_length=12, blank=True)
    lead = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    priority = models.PositiveSmallIntegerField(null=True)
    place = models.CharField(max_length=120, blank=True)
    due_at = models.DateTimeField(null=True)
    params = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")
        constraints = [
            models.CheckConstraint(
                condition=(
                    (Q(aspect="state") & ~Q(state=""))
                    | Q(aspect="lead")
                    | Q(aspect="category", category__isnull=False)
                    | Q(aspect="priority", priority__isnull=False)
                    | ~Q(aspect__in=["state", "lead", "category", "priority"])
                ),
                name="casework_step_says_what",
            )
        ]
        indexes = [models.Index(fields=["request", "id"], name="casework_step_of")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class Reporter(models.Model):
    """Who told us, and who is told how it went; after a merge there are several. Its own table, behind its own permission.

    With neither resident nor name it is somebody who did not want to say. ``came_from`` is the request they had told us in.
    """

    class Wants(models.TextChoices):
        LINK = "link", _("a message with a link")
        CALL = "call", _("a call")
        NOTHING = "nothing", _("nothing")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, db_index=False, related_name="reporters", verbose_name=_("request")
    )
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    wants = models.CharField(_("wants to be told by"), max_length=7, choices=Wants.choices, default=Wants.CALL)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    since = models.DateTimeField(_("from when on"))
    came_from = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    anonymised_on = models.DateField(_("made anonymous on"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporter")
        verbose_name_plural = _("reporters")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "resident"], condition=Q(resident__isnull=False), name="casework_reporter_once"
            ),
            models.CheckConstraint(
                condition=~Q(wants="link") | ~Q(phone="") | Q(anonymised_on__isnull=False),
                name="casework_reporter_link",
            ),
        ]
        indexes = [
            models.Index(fields=["request"], name="casework_reporter_of"),
            models.Index(
                fields=["phone_hash", "community", "since"], condition=~Q(phone_hash=""), name="casework_reporter_phone"
            ),
            models.Index(fields=["name", "community", "since"], condition=~Q(name=""), name="casework_reporter_name"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class Assistant(models.Model):
    """A post that helps the lead. The lead stays responsible (首接负责)."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="assistants", verbose_name=_("request"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("post"))
    since = models.DateTimeField(_("from when on"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("assistant")
        verbose_name_plural = _("assistants")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "post"], condition=Q(until__isnull=True), name="casework_assistant_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.post)


class Tagging(models.Model):
    """A word on a request by which it is counted: law, diet, fire_safety …"""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="tags", verbose_name=_("request"))
    tag = models.CharField(_("tag"), max_length=30)
    tagged_at = models.DateTimeField(_("tagged at"))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(fields=["request", "tag"], name="casework_tag_once")]
        indexes = [models.Index(fields=["community", "tag", "tagged_at"], name="casework_tag_counts")]

    def __str__(self) -> str:
        return self.tag


class DayCount(models.Model):
    """The last running number of a day, from which requests get theirs."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    on = models.DateField(_("day"))
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "on"], name="casework_daycount_once")]

    def __str__(self) -> str:
        return f"{self.on:%Y%m%d} {self.last}"
