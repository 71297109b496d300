"""Households, residents, and the relatives to call."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.fields import EncryptedTextField
from linli.registry.codes import EDUCATION, ETHNICITY, MARRIAGE, POLITICS
from linli.registry.models.places import Community, Dwelling

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another on paper


def new_reference() -> str:
    """A key for somebody or a household without a number of their own: T and eight letters, never 0, never blank."""
    return "T" + "".join(secrets.choice(_LETTERS) for _ in range(8))


def _beginnings(column: str, *, name: str, of: str = "community") -> models.Index:
    """For what a name begins with: PostgreSQL needs to be told, SQLite does not listen."""
    return models.Index(fields=[of, column], opclasses=["int8_ops", "varchar_pattern_ops"], name=name)


class Household(models.Model):
    """A dated occupancy of a dwelling. At most one is open (not moved out) per dwelling.

    ``number`` is that of the household register (户号), or a key of ours (``new_reference``) where none is known.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, verbose_name=_("dwelling"))
    number = models.CharField(_("household number"), max_length=30, default=new_reference)
    moved_in_on = models.DateField(_("moved in on"))
    moved_out_on = models.DateField(_("moved out on"), null=True, blank=True)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling"], condition=models.Q(moved_out_on__isnull=True), name="registry_household_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(moved_out_on__isnull=True) | models.Q(moved_out_on__gte=models.F("moved_in_on")),
                name="registry_household_dates",
            ),
            models.CheckConstraint(condition=~models.Q(number__in=["", "0"]), name="registry_household_has_number"),
        ]
        indexes = [models.Index(fields=["community", "dwelling"], name="registry_household_place")]

    def __str__(self) -> str:
        return str(self.dwelling)


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", _("unknown")
    MALE = "1", _("male")
    FEMALE = "2", _("female")
    NOT_STATED = "9", _("not stated")


class Relation(models.TextChoices):
    """GB/T 4761-2008, first digits."""

    SELF = "01", _("self")
    HEAD = "02", _("head of household")
    SPOUSE = "10", _("spouse")
    SON = "20", _("son")
    DAUGHTER = "30", _("daughter")
    GRANDCHILD = "40", _("grandchild")
    PARENT = "50", _("parent")
    GRANDPARENT = "60", _("grandparent")
    SIBLING = "70", _("brother or sister")
    OTHER = "80", _("other")
    OTHER_KIN = "97", _("other kin")
    NOT_KIN = "99", _("not kin")


class Residence(models.TextChoices):
    """How somebody is here: registered and living here, living here for a time, or registered in another place (人户分离)."""

    USUAL = "usual", _("usual resident")
    MIGRANT = "migrant", _("here for a time")
    ELSEWHERE = "elsewhere", _("registered elsewhere")


class Known(models.TextChoices):
    """How much of a birth date is known; the rest of it is 1 January or the first."""

    DAY = "day", _("to the day")
    MONTH = "month", _("year and month only")
    YEAR = "year", _("year only")


class Resident(models.Model):
    """Somebody who lives in a household, with dates. ``is_head`` is unique among the present members.

    ``reference`` names them on paper where no ID number is known.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, db_index=False, verbose_name=_("household")
    )  # registry_resident_house begins with it
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=120, blank=True)
    name_initials = models.CharField(_("pinyin initials"), max_length=20, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    reference = models.CharField(_("key of ours"), max_length=20, default=new_reference, editable=False)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    born_known = models.CharField(
        _("birth date is known"), max_length=5, choices=Known.choices, default=Known.DAY, db_default=Known.DAY
    )
    relation = models.CharField(
        _("relation to the head"), max_length=2, choices=Relation.choices, default=Relation.OTHER
    )
    is_head = models.BooleanField(_("head of household"), default=False)
    phone = EncryptedTextField(_("phone"), blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    phone_tail_hash = models.CharField(max_length=64, blank=True, editable=False)
    other_phones = EncryptedTextField(_("other phones"), blank=True, default="", db_default="")
    id_number = EncryptedTextField(_("ID number"), blank=True)
    id_number_hash = models.CharField(max_length=64, blank=True, editable=False)
    ethnicity = models.CharField(
        _("ethnic group"), max_length=2, choices=ETHNICITY.choices, blank=True, default="", db_default=""
    )
    politics = models.CharField(
        _("political status"), max_length=2, choices=POLITICS.choices, blank=True, default="", db_default=""
    )
    education = models.CharField(
        _("education"), max_length=2, choices=EDUCATION.choices, blank=True, default="", db_default=""
    )
    marriage = models.CharField(
        _("marital status"), max_length=2, choices=MARRIAGE.choices, blank=True, default="", db_default=""
    )
    residence = models.CharField(
        _("residence"), max_length=10, choices=Residence.choices, blank=True, default="", db_default=""
    )
    workplace = models.CharField(_("place of work"), max_length=100, blank=True, default="", db_default="")
    registered_address = models.CharField(
        _("registered address"), max_length=120, blank=True, default="", db_default=""
    )
    note = models.TextField(_("note"), max_length=2000, blank=True, default="", db_default="")
    moved_in_on = models.DateField(_("moved in on"), null=True, blank=True)
    moved_out_on = models.DateField(_("moved out on"), null=True, blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    anonymised_on = models.DateField(_("made anonymous on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=models.Q(is_head=True, moved_out_on__isnull=True, died_on__isnull=True),
                name="registry_resident_one_head",
            ),
            models.UniqueConstraint(
                fields=["community", "id_number_hash"],
                condition=~models.Q(id_number_hash="") & models.Q(moved_out_on__isnull=True, died_on__isnull=True),
                name="registry_resident_id_number",
            ),
            models.UniqueConstraint(fields=["community", "reference"], name="registry_resident_reference"),
            models.CheckConstraint(
                condition=~models.Q(reference__in=["", "0"]), name="registry_resident_has_reference"
            ),
        ]
        indexes = [
            _beginnings("name", name="registry_resident_name"),
            _beginnings("name", name="registry_resident_house", of="household"),
            _beginnings("name_initials", name="registry_resident_initials"),
            _beginnings("name_pinyin", name="registry_resident_pinyin"),
            models.Index(fields=["community", "phone_tail_hash"], name="registry_resident_tail"),
            models.Index(fields=["community", "phone_hash"], name="registry_resident_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class Consent(models.TextChoices):
    """Whether a relative agreed to be kept and called. Who refused is never called."""

    UNASKED = "unasked", _("not asked yet")
    GIVEN = "given", _("agreed")
    REFUSED = "refused", _("refused")


class Contact(models.Model):
    """A relative or friend to call for a household; need not live here. Called in ``call_order``."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    household = models.ForeignKey(Household, on_delete=models.PROTECT, verbose_name=_("household"))
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=120, blank=True, default="", db_default="")
    name_initials = models.CharField(_("pinyin initials"), max_length=20, blank=True, default="", db_default="")
    relation = models.CharField(_("relation"), max_length=2, choices=Relation.choices, default=Relation.OTHER)
    call_order = models.PositiveSmallIntegerField(_("call order"), default=1)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    consent = models.CharField(
        _("agrees to be called"),
        max_length=7,
        choices=Consent.choices,
        default=Consent.UNASKED,
        db_default=Consent.UNASKED,
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    anonymised_on = models.DateField(_("made anonymous on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "call_order"],
                condition=models.Q(ended_on__isnull=True),
                name="registry_contact_call_order",
            )
        ]
        indexes = [
            models.Index(fields=["community", "household"], name="registry_contact_household"),
            _beginnings("name", name="registry_contact_name"),
            _beginnings("name_initials", name="registry_contact_initials"),
            _beginnings("name_pinyin", name="registry_contact_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """One way to reach a contact or the holder of a post: a number (to ring by hand, to text, to be rung by a machine), a browser
    that takes notifications, the in-app inbox, a webhook, or a URL apprise speaks.

    Tried in ``position`` order. Belongs to exactly one of contact and post. ``dead_since`` is set once it failed for good too
    often: it is passed over while there is another way, until it works again or is changed.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("phone call")
        SMS = "sms", _("text message")
        VOICE = "voice", _("automatic call")
        PUSH = "push", _("notification on a phone or computer")
        INBOX = "inbox", _("inbox in Linli")
        WEBHOOK = "webhook", _("webhook")
        APPRISE = "apprise", _("chat or e-mail (apprise address)")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="points", verbose_name=_("contact")
    )
    post = models.ForeignKey(
        "registry.Post", on_delete=models.CASCADE, null=True, blank=True, related_name="points", verbose_name=_("post")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    address = EncryptedTextField(_("address or number"), blank=True)
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    bounces = models.PositiveSmallIntegerField(_("failures for good in a row"), default=0, db_default=0)
    dead_since = models.DateTimeField(_("dead since"), null=True, blank=True)
    dead_reason = models.CharField(_("what was wrong"), max_length=200, blank=True, db_default="")

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False, post__isnull=True)
                | models.Q(contact__isnull=True, post__isnull=False),
                name="registry_point_one_holder",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="inbox") | ~models.Q(address=""), name="registry_point_has_address"
            ),
            models.CheckConstraint(
                condition=models.Q(dead_since__isnull=True) | models.Q(bounces__gte=1), name="registry_point_died_of_it"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "address_hash"], name="registry_point_address"),
            models.Index(
                fields=["community", "dead_since"],
                condition=models.Q(dead_since__isnull=False),
                name="registry_point_dead",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
