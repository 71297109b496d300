"""The working calendar; shifts, people and duties of a community's rota; swaps and hand-over notes."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community, Post

Q = models.Q
F = models.F


class CalendarYear(models.Model):
    """A year whose public holidays are on file. Of a year that is not, only weekends are known."""

    year = models.PositiveSmallIntegerField(
        _("year"), primary_key=True, validators=[MinValueValidator(2000), MaxValueValidator(2199)]
    )
    source = models.CharField(
        _("source"), max_length=120, help_text=_("The notice of the State Council, or a library.")
    )
    filled_at = models.DateTimeField(_("filled in"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("year of holidays")
        verbose_name_plural = _("years of holidays")
        ordering = ["-year"]
        constraints = [models.CheckConstraint(name="scheduling_year", condition=Q(year__gte=2000, year__lt=2200))]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that is not what its weekday says, and each day of a public holiday (weekends among them too)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("public holiday")
        WORKDAY = "workday", _("make-up workday")

    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days", verbose_name=_("year"))
    on = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name of the day"), max_length=60, blank=True)
    by_hand = models.BooleanField(
        _("typed by hand"), default=True, help_text=_("Stays when the year is filled in from a library again.")
    )

    class Meta:
        verbose_name = _("holiday or make-up workday")
        verbose_name_plural = _("holidays and make-up workdays")
        ordering = ["on"]
        constraints = [
            models.CheckConstraint(name="scheduling_day_kind", condition=Q(kind__in=["holiday", "workday"])),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.name}".strip()


class Rota(models.Model):
    """That a community keeps a rota. While it does, only those on duty are called for the desk; else every duty officer."""

    community = models.OneToOneField(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    is_kept = models.BooleanField(
        _("kept"), default=True, help_text=_("Without a rota every duty officer is called for every alarm.")
    )
    weeks_ahead = models.PositiveSmallIntegerField(
        _("weeks planned ahead"),
        default=4,
        validators=[MaxValueValidator(26)],
        help_text=_("The rota is planned on by itself for so many weeks; 0 leaves it to you."),
    )

    class Meta:
        verbose_name = _("rota")
        verbose_name_plural = _("rotas")
        constraints = [models.CheckConstraint(name="scheduling_rota_weeks", condition=Q(weeks_ahead__lte=26))]

    def __str__(self) -> str:
        return str(self.community)


class RotaMember(models.Model):
    """A duty officer who takes turns, and at which place."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    post = models.OneToOneField(Post, on_delete=models.PROTECT, verbose_name=_("post"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("person in the rota")
        verbose_name_plural = _("people in the rota")
        ordering = ["community", "position", "pk"]

    def __str__(self) -> str:
        return str(self.post)


class Shift(models.Model):
    """A span of the day in which one officer is on duty; two officers at once are two shifts of the same hours."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    name = models.CharField(_("name of the shift"), max_length=40)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(
        _("to"), help_text=_("Not after the beginning: then it ends the next day. The same time: 24 hours.")
    )
    on_workdays = models.BooleanField(_("on workdays"), default=True)
    on_weekends = models.BooleanField(_("on weekends"), default=True)
    on_holidays = models.BooleanField(_("on public holidays"), default=True)
    since_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                name="scheduling_shift_some_day",
                condition=Q(on_workdays=True) | Q(on_weekends=True) | Q(on_holidays=True),
                violation_error_message=_("Choose at least one kind of day."),
            ),
            models.CheckConstraint(
                name="scheduling_shift_dates",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
                violation_error_message=_("The last day cannot lie before the first."),
            ),
        ]
        indexes = [models.Index(fields=["community", "starts"], name="scheduling_shift_hours")]

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%H:%M}-{self.ends:%H:%M}"


class Duty(models.Model):
    """One shift on the day it begins, and who holds it. Without a post nobody does: a gap that everybody can see."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, db_index=False, verbose_name=_("shift"))
    on = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("on duty")
    )
    by_hand = models.BooleanField(_("changed by hand"), default=False)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            # A shift has one duty a day, and lasts a day at most: no two duties of a shift overlap.
            models.UniqueConstraint(fields=["shift", "on"], name="scheduling_duty_once"),
            models.CheckConstraint(name="scheduling_duty_ends", condition=Q(ends_at__gt=F("starts_at"))),
        ]
        indexes = [
            models.Index(fields=["community", "ends_at"], name="scheduling_duty_ends_at"),
            models.Index(fields=["post", "ends_at"], name="scheduling_duty_post"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.shift}"


class Swap(models.Model):
    """One officer asks another to take a duty, in exchange for one of theirs or not; or the secretary changed it at once."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")
        LAPSED = "lapsed", _("overtaken by a change of the rota")
        ARRANGED = "arranged", _("arranged by the secretary")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="swaps", verbose_name=_("duty"))
    in_return = models.ForeignKey(
        Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="returned_by", verbose_name=_("in return")
    )
    asker = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="swaps_asked", verbose_name=_("who asks"))
    asked = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="swaps_to_answer", verbose_name=_("who is asked")
    )
    note = models.CharField(_("why"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.CharField(_("asked by"), max_length=120)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            models.UniqueConstraint(fields=["duty"], condition=Q(state="asked"), name="scheduling_swap_one_asked"),
            models.CheckConstraint(name="scheduling_swap_two_people", condition=~Q(asker=F("asked"))),
            models.CheckConstraint(
                name="scheduling_swap_two_duties", condition=Q(in_return__isnull=True) | ~Q(in_return=F("duty"))
            ),
            models.CheckConstraint(
                name="scheduling_swap_answered",
                condition=Q(state="asked", answered_at__isnull=True)
                | (~Q(state="asked") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["community", "asked_at"], name="scheduling_swap_asked_at")]

    def __str__(self) -> str:
        return f"{self.asker} → {self.asked}"


class HandoverNote(models.Model):
    """What a leaving officer tells the next; confirmed once, by somebody else."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, db_index=False, verbose_name=_("community"))
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="notes", verbose_name=_("duty"))
    text = models.CharField(_("text of the note"), max_length=2000)
    written_at = models.DateTimeField(_("written at"))
    written_by = models.CharField(_("written by"), max_length=120)
    author_user_id = models.BigIntegerField(_("author"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("hand-over note")
        verbose_name_plural = _("hand-over notes")
        constraints = [
            models.CheckConstraint(
                name="scheduling_note_confirmed",
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
            ),
            models.CheckConstraint(name="scheduling_note_words", condition=~Q(text="")),
        ]
        indexes = [models.Index(fields=["community", "written_at"], name="scheduling_note_written")]

    def __str__(self) -> str:
        return f"{self.written_by} {self.written_at:%Y-%m-%d %H:%M}"
