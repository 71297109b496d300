"""Places, from the community down to the door."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

code_validator = RegexValidator(r"^[a-z0-9][a-z0-9-]{1,39}$", _("Use small letters, digits and hyphens only."))


class Community(models.Model):
    """A residential community (社区). ``code`` is part of device topics, so it cannot contain dots, slashes or spaces."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=80)
    subdistrict = models.CharField(_("subdistrict"), max_length=80, blank=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    desk_phone = models.CharField(_("duty desk phone"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")

    def __str__(self) -> str:
        return self.name


class Grid(models.Model):
    """A grid (网格): some 300 to 700 households under one grid lead."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        ordering = ["community", "number"]
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="registry_grid_number")]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """A building (楼栋). ``number`` is as painted on the wall: 8, 8A."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, verbose_name=_("grid"))
    number = models.CharField(_("number"), max_length=10)
    floors = models.PositiveSmallIntegerField(_("floors"), default=6)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="registry_building_number")]

    def __str__(self) -> str:
        return f"{self.number}栋"


class Unit(models.Model):
    """A stairwell (单元) of a building."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    building = models.ForeignKey(Building, on_delete=models.PROTECT, verbose_name=_("building"))
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        verbose_name = _("unit (stairwell)")
        verbose_name_plural = _("units (stairwells)")
        constraints = [models.UniqueConstraint(fields=["building", "number"], name="registry_unit_number")]

    def __str__(self) -> str:
        return f"{self.building}{self.number}单元"


class Dwelling(models.Model):
    """A door: the anchor to which households, devices and records are tied. ``label`` is the whole address in the compound."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, verbose_name=_("unit (stairwell)"))
    floor = models.SmallIntegerField(_("floor"))
    door = models.CharField(_("door"), max_length=10)
    label = models.CharField(_("address"), max_length=60)

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        constraints = [models.UniqueConstraint(fields=["unit", "door"], name="registry_dwelling_door")]
        indexes = [
            models.Index(fields=["community", "label"], name="registry_dwelling_label"),
            models.Index(fields=["community", "door", "id"], name="registry_dwelling_number"),
        ]

    def __str__(self) -> str:
        return self.label
