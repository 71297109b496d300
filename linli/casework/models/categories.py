"""What requests are about, how long they may take, who is asked first: data that a community keeps for itself."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community, Post

Q = models.Q
code_validator = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]{1,39}$", _("Use small letters, digits, hyphens and underscores only.")
)


class _Titled(models.Model):
    """Something whose name is data, in Chinese and English."""

    title_zh = models.CharField(_("Chinese title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if (get_language() or "").startswith("en") else self.title_zh


class Runs(models.TextChoices):
    """When a clock runs."""

    ALWAYS = "always", _("day and night")
    WORKING_DAYS = "working_days", _("on working days only")


class ClockGrade(_Titled):
    """How long requests of a grade may take, from a day on. The row with the latest ``since_on`` that has come is in force.

    ``seconds`` is running time: seven working days are 7 × 86,400 s that pass on working days only. ``respond_seconds`` is how
    soon the reporter must have been contacted, by the same clock.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    seconds = models.PositiveIntegerField(_("may take (seconds)"), validators=[MinValueValidator(60)])
    respond_seconds = models.PositiveIntegerField(_("contact within (seconds)"), validators=[MinValueValidator(60)])
    runs = models.CharField(_("the clock runs"), max_length=12, choices=Runs.choices, default=Runs.WORKING_DAYS)
    warn_percent = models.PositiveSmallIntegerField(
        _("warn when so much of it is over (percent)"), default=75, validators=[MaxValueValidator(99)]
    )
    since_on = models.DateField(_("in force from"))

    class Meta:
        verbose_name = _("grade of clock")
        verbose_name_plural = _("grades of clock")
        ordering = ["community", "seconds", "since_on"]
        constraints = [
            models.UniqueConstraint(fields=["community", "code", "since_on"], name="casework_grade_once"),
            models.CheckConstraint(
                condition=Q(seconds__gte=60, respond_seconds__gte=60, warn_percent__lte=99),
                name="casework_grade_seconds",
            ),
            models.CheckConstraint(condition=Q(runs__in=["always", "working_days"]), name="casework_grade_runs"),
        ]


class Team(models.Model):
    """People who take requests together; whoever of them takes one leads it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    name = models.CharField(_("called"), max_length=60)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="casework_team_name"),
            models.CheckConstraint(condition=~Q(name=""), name="casework_team_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A post that belongs to a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members", verbose_name=_("team"))
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", verbose_name=_("post"))

    class Meta:
        verbose_name = _("member of a team")
        verbose_name_plural = _("members of teams")
        constraints = [models.UniqueConstraint(fields=["team", "post"], name="casework_member_once")]

    def __str__(self) -> str:
        return str(self.post)


class Category(_Titled):
    """What a request is about: a main category (without ``parent``) or one below it. Requests belong to one of the lower ones.

    ``keywords`` (spaces between) let the entry form guess. ``published``: visible over Open311, which shows no door, no name and
    no text that was not looked at. ``sensitive``: captains do not see it unless it is in their hands.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("main category"),
    )
    grade = models.CharField(_("grade of clock"), max_length=40, blank=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("goes to the team")
    )
    keywords = models.CharField(_("words that point to it"), max_length=400, blank=True)
    tags = models.CharField(
        _("tags"), max_length=100, blank=True, help_text=_("Such as law, diet or fire_safety, with spaces between.")
    )
    urgent_zh = models.CharField(_("say first, in Chinese"), max_length=200, blank=True)
    urgent_en = models.CharField(_("say first, in English"), max_length=200, blank=True)
    published = models.BooleanField(_("published over Open311"), default=False)
    sensitive = models.BooleanField(_("for the office only"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["community", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], name="casework_category_code"),
            models.CheckConstraint(
                condition=Q(published=False) | Q(sensitive=False),
                name="casework_category_not_both",
                violation_error_message=_("What is for the office only cannot be published."),
            ),
        ]

    @property
    def urgent(self) -> str:
        """What is to be said before anything else: call 119."""
        return self.urgent_en if (get_language() or "").startswith("en") else self.urgent_zh


class Question(_Titled):
    """A question that a category asks. ``kind`` and ``choices`` are those of Open311's attributes."""

    class Kind(models.TextChoices):
        STRING = "string", _("a line of text")
        NUMBER = "number", _("a number")
        DATETIME = "datetime", _("a day and time")
        TEXT = "text", _("several lines of text")
        ONE = "singlevaluelist", _("one of a list")
        MANY = "multivaluelist", _("several of a list")

    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, related_name="questions", verbose_name=_("category")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    kind = models.CharField(_("kind of answer"), max_length=16, choices=Kind.choices, default=Kind.STRING)
    required = models.BooleanField(_("must be answered over Open311"), default=False)
    choices = models.JSONField(
        _("answers to choose from"),
        default=list,
        blank=True,
        help_text=_('A list such as [["code", "中文", "English"]].'),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["category", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="casework_question_code"),
            models.CheckConstraint(
                condition=Q(kind__in=["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]),
                name="casework_question_kind",
            ),
        ]


class ResponseTemplate(models.Model):
    """Words to begin an answer with, for a state and perhaps a category: {number}, {place}, {category}, {reporter}, {due}."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="templates", verbose_name=_("category")
    )
    state = models.CharField(_("for the state"), max_length=12)
    title = models.CharField(_("called"), max_length=60)
    text = models.TextField(_("text"), max_length=2000)
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("answer to begin with")
        verbose_name_plural = _("answers to begin with")
        ordering = ["community", "state", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "category", "state", "title"],
                condition=Q(category__isnull=False),
                name="casework_template_of_one",
            ),
            models.UniqueConstraint(
                fields=["community", "state", "title"],
                condition=Q(category__isnull=True),
                name="casework_template_of_all",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Policy(models.Model):
    """What a community decides for its requests, from a day on. The row with the latest ``since_on`` that has come is in force.

    The weights make the one figure out of three rates (响应率, 解决率, 满意率); ``mostly_weight`` is what 基本满意 counts.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    since_on = models.DateField(_("in force from"))
    response_weight = models.DecimalField(
        _("weight of the response rate"), max_digits=4, decimal_places=3, default=Decimal("0.1")
    )
    resolution_weight = models.DecimalField(
        _("weight of the resolution rate"), max_digits=4, decimal_places=3, default=Decimal("0.5")
    )
    satisfaction_weight = models.DecimalField(
        _("weight of the satisfaction rate"), max_digits=4, decimal_places=3, default=Decimal("0.4")
    )
    mostly_weight = models.DecimalField(
        _("what “mostly satisfied” counts"), max_digits=4, decimal_places=3, default=Decimal("0.9")
    )
    least_for_percent = models.PositiveSmallIntegerField(_("percentages from so many cases on"), default=30)
    question_days = models.PositiveSmallIntegerField(_("a question to the resident is open (days)"), default=5)
    outside_days = models.PositiveSmallIntegerField(_("a link for an outside party is open (days)"), default=14)
    rating_days = models.PositiveSmallIntegerField(_("a rating can be given (days)"), default=14)
    objection_days = models.PositiveSmallIntegerField(_("objections to a rating (days)"), default=3)
    duplicate_days = models.PositiveSmallIntegerField(_("hint at the same matter within (days)"), default=7)
    wake_grace_seconds = models.PositiveIntegerField(_("after waiting, no alarm before (seconds)"), default=14400)
    late_factor = models.PositiveSmallIntegerField(_("badly late after so many times its time"), default=3)
    returns_to_arbiter = models.PositiveSmallIntegerField(_("so many returns go to the arbiter"), default=3)
    arbiter = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("arbiter"),
        help_text=_("Empty: the secretary."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("rules of requests")
        verbose_name_plural = _("rules of requests")
        ordering = ["community", "-since_on"]
        constraints = [
            models.UniqueConstraint(fields=["community", "since_on"], name="casework_policy_once"),
            models.CheckConstraint(
                condition=Q(
                    response_weight__gte=0, resolution_weight__gte=0, satisfaction_weight__gte=0,
                    mostly_weight__gte=0, mostly_weight__lte=1, late_factor__gte=1, returns_to_arbiter__gte=1,
                ),
                name="casework_policy_numbers",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.community} {self.since_on:%Y-%m-%d}"
