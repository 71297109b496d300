"""What keeps coming back, and what is done so that it does not: detection in words, suggestions, matters, proactive tasks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.models.categories import Category
from linli.registry.models import Community, Household, Post, Resident

Q = models.Q


class Matter(models.Model):
    """What several requests are about. They stay as they are; who solves the matter solves them together."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    title = models.CharField(_("called"), max_length=120)
    why = models.TextField(_("why they belong together"), max_length=1000, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    opened_at = models.DateTimeField(_("made at"))
    opened_by = models.CharField(_("made by"), max_length=120)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="casework_matter_title")]

    def __str__(self) -> str:
        return self.title


class DetectionRule(models.Model):
    """One sentence by which repeats are found: so many requests of a kind within so many days.

    ``looked_on`` and ``looked_step`` say when it was last looked for, and what the newest step was then: nothing new, no work.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("the same building and category")
        UNIT = "unit", _("the same stairwell and category")
        PERSON = "person", _("the same person")
        LAST_YEAR = "last_year", _("the same category, building and week as last year")
        SEASON = "season", _("a category that rises in this month each year")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    kind = models.CharField(_("looks for"), max_length=9, choices=Kind.choices)
    days = models.PositiveSmallIntegerField(_("within days"), default=7)
    least = models.PositiveSmallIntegerField(_("at least so many"), default=2)
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("of the category")
    )
    is_on = models.BooleanField(_("in use"), default=True)
    looked_on = models.DateField(null=True, blank=True, editable=False)
    looked_step = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("detection sentence")
        verbose_name_plural = _("detection sentences")
        ordering = ["community", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, least__gte=2), name="casework_detection_numbers")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Suggestion(models.Model):
    """What a detection found, for a person to decide on. ``key`` names the cluster: found again, it is the same suggestion.

    ``evidence`` are the ids of the requests; one that was put away comes back only with more evidence than then.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("suggestion", "to be decided")
        ACCEPTED = "accepted", pgettext_lazy("suggestion", "made a matter")
        PUT_AWAY = "put_away", pgettext_lazy("suggestion", "put away")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    rule = models.ForeignKey(
        DetectionRule, on_delete=models.CASCADE, related_name="suggestions", verbose_name=_("sentence")
    )
    key = models.CharField(max_length=120)
    evidence = models.JSONField(_("requests"), default=list)
    params = models.JSONField(default=dict)
    found_at = models.DateTimeField(_("found at"))
    grew_at = models.DateTimeField(_("last grew at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True)
    why = models.CharField(_("why it was put away"), max_length=200, blank=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions")

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.UniqueConstraint(fields=["rule", "key"], name="casework_suggestion_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="casework_suggestion_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", matter__isnull=False) | ~Q(state="accepted"),
                name="casework_suggestion_matter",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "-grew_at"], name="casework_suggestion_open")]

    def __str__(self) -> str:
        return self.key


class ProactiveTask(models.Model):
    """What is done before anybody complains (未诉先办): for whom (``aim``), by whom, from when to when, and whether it helped.

    ``aim`` is how the targets were chosen, as data; the targets themselves are frozen rows. It is measured by comparing the
    requests of its category and places in ``measure_days`` before it began and after it was done.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("task", "planned")
        DOING = "doing", pgettext_lazy("task", "under way")
        DONE = "done", pgettext_lazy("task", "done")
        MEASURED = "measured", pgettext_lazy("task", "measured")
        DROPPED = "dropped", pgettext_lazy("task", "dropped")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("matter")
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("measured by the category"),
    )
    title = models.CharField(_("called"), max_length=120)
    what = models.TextField(_("what is to be done"), max_length=2000)
    aim = models.JSONField(_("for whom"), default=dict)
    lead = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    planned_on = models.DateField(_("planned for"))
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    measure_days = models.PositiveSmallIntegerField(_("compared over days"), default=30)
    before_count = models.PositiveIntegerField(_("requests before"), null=True, blank=True)
    after_count = models.PositiveIntegerField(_("requests after"), null=True, blank=True)
    why_dropped = models.CharField(_("why it was dropped"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written at"))
    created_by = models.CharField(_("written down by"), max_length=120)

    class Meta:
        verbose_name = _("proactive task")
        verbose_name_plural = _("proactive tasks")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="casework_task_title"),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "measured"]) | Q(done_at__isnull=False), name="casework_task_done"
            ),
            models.CheckConstraint(
                condition=~Q(state="measured") | Q(before_count__isnull=False, after_count__isnull=False),
                name="casework_task_measured",
            ),
            models.CheckConstraint(condition=Q(measure_days__gte=1), name="casework_task_days"),
        ]
        indexes = [models.Index(fields=["community", "state", "planned_on"], name="casework_task_state")]

    def __str__(self) -> str:
        return self.title


class TaskTarget(models.Model):
    """One household (or one resident of it) that a task is for."""

    class State(models.TextChoices):
        TO_DO = "to_do", pgettext_lazy("target", "to do")
        DONE = "done", pgettext_lazy("target", "done")
        SKIPPED = "skipped", pgettext_lazy("target", "not needed")

    task = models.ForeignKey(ProactiveTask, on_delete=models.CASCADE, related_name="targets", verbose_name=_("task"))
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+", verbose_name=_("household"))
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.TO_DO)
    marked_at = models.DateTimeField(_("marked at"), null=True, blank=True)
    marked_by = models.CharField(_("marked by"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("target of a task")
        verbose_name_plural = _("targets of tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "household", "resident"],
                condition=Q(resident__isnull=False),
                name="casework_target_resident",
            ),
            models.UniqueConstraint(
                fields=["task", "household"], condition=Q(resident__isnull=True), name="casework_target_household"
            ),
            models.CheckConstraint(
                condition=Q(state="to_do", marked_at__isnull=True) | (~Q(state="to_do") & Q(marked_at__isnull=False)),
                name="casework_target_marked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household}"
