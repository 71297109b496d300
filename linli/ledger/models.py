"""Books, accounts, journals and their transfers, and what is closed. What must hold of them lies in the database: ``triggers``."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community, Resident


class Book(models.Model):
    """The ledger of one community, and where its chain ends: the number, instant and digest of the last journal.

    ``read_only_since`` is set by the check that finds a fault: nothing is written until a person has looked at it.
    """

    community = models.OneToOneField(Community, on_delete=models.PROTECT, verbose_name=_("community"))
    last_number = models.PositiveBigIntegerField(_("last number"), default=0)
    last_at = models.DateTimeField(_("last written at"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    closed_until = models.DateField(_("closed until"), null=True, blank=True)
    read_only_since = models.DateTimeField(_("read-only since"), null=True, blank=True)
    fault = models.TextField(_("fault"), blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")
        constraints = [
            models.CheckConstraint(
                condition=Q(read_only_since__isnull=True, fault="") | (Q(read_only_since__isnull=False) & ~Q(fault="")),
                name="ledger_book_fault_said",
            ),
        ]

    def __str__(self) -> str:
        return str(self.community)


class Side(models.TextChoices):
    """On which side an account grows."""

    DEBIT = "debit", _("debit")
    CREDIT = "credit", _("credit")


class Account(models.Model):
    """What is owned, owed, earned or spent. ``owner`` tells accounts of one sort apart ("resident/37", "funder/2", "" where there is one).

    The posted sums only grow, the pending ones are what is held now; the trigger on transfers keeps them, nobody else. ``overdraft_fen``:
    how far below zero the balance may go, holds counted; None: as far as it likes.
    """

    class Sort(models.TextChoices):
        BANK = "bank", _("Bank account")
        TILL = "till", _("Till")
        CLAIM = "claim", _("Owed by a funder")
        PREPAID = "prepaid", _("Prepaid balance")
        FUND = "fund", _("Fund")
        HELD = "held", _("Held for others")
        INCOME = "income", _("Income")
        EXPENSE = "expense", _("Expense")
        DIFFERENCE = "difference", _("Till differences")
        OPENING = "opening", _("Opening balances")

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False, verbose_name=_("book"))
    sort = models.CharField(_("sort"), max_length=12, choices=Sort.choices)
    owner = models.CharField(_("owner"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=80)
    resident = models.ForeignKey(
        Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("resident")
    )
    side = models.CharField(_("grows on"), max_length=6, choices=Side.choices)
    overdraft_fen = models.BigIntegerField(_("may go below zero by (fen)"), null=True, blank=True)
    debits_fen = models.BigIntegerField(_("debits"), default=0)
    credits_fen = models.BigIntegerField(_("credits"), default=0)
    debits_held_fen = models.BigIntegerField(_("debits held"), default=0)
    credits_held_fen = models.BigIntegerField(_("credits held"), default=0)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["book", "sort", "owner"], name="ledger_account_once"),
            models.CheckConstraint(condition=Q(side__in=["debit", "credit"]), name="ledger_account_side"),
            models.CheckConstraint(
                condition=Q(overdraft_fen__isnull=True) | Q(overdraft_fen__gte=0), name="ledger_account_overdraft"
            ),
            models.CheckConstraint(
                condition=Q(debits_fen__gte=0, credits_fen__gte=0, debits_held_fen__gte=0, credits_held_fen__gte=0),
                name="ledger_account_sums",
            ),
            models.CheckConstraint(
                condition=Q(overdraft_fen__isnull=True)
                | Q(side="credit", debits_fen__lte=F("credits_fen") - F("debits_held_fen") + F("overdraft_fen"))
                | Q(side="debit", credits_fen__lte=F("debits_fen") - F("credits_held_fen") + F("overdraft_fen")),
                name="ledger_account_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Journal(models.Model):
    """One deed with money, done or refused, as it was asked for and answered. Never changed, never deleted.

    ``key`` is the asker's own and unique in the book: the same key with the same ``request_hash`` is the same deed. ``at`` is when it was
    written down, always later than the one before; ``business_on`` the day it belongs to. ``about`` names what it was for
    ("canteen.meal/17"). ``count``: how many transfers it has.
    """

    class State(models.TextChoices):
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False, verbose_name=_("book"))
    number = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("written at"))
    business_on = models.DateField(_("business day"))
    key = models.CharField(_("key"), max_length=120)
    request_hash = models.CharField(_("digest of what was asked"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    refusal = models.JSONField(_("refusal"), default=dict, blank=True)
    sort = models.CharField(_("sort"), max_length=40)
    about = models.CharField(_("about"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=12)
    actor_ref = models.CharField(_("actor"), max_length=60, blank=True)
    actor_label = models.CharField(_("who"), max_length=120)
    count = models.PositiveSmallIntegerField(_("transfers"))
    previous = models.CharField(_("digest before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="ledger_journal_number"),
            models.UniqueConstraint(fields=["book", "key"], name="ledger_journal_key"),
            models.CheckConstraint(
                condition=Q(state="done", count__gte=1) | Q(state="refused", count=0), name="ledger_journal_count"
            ),
        ]
        indexes = [
            models.Index(fields=["book", "business_on"], name="ledger_journal_day"),
            models.Index(fields=["about"], condition=~Q(about=""), name="ledger_journal_about"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Transfer(models.Model):
    """An amount from one account to another of the same book: debited here, credited there. Never changed, never deleted.

    ``resolves``: the hold that a post or void ends. ``reverses``: the transfer that this one takes back, in whole or in part.
    """

    class Kind(models.TextChoices):
        NOW = "now", _("at once")
        HOLD = "hold", _("held")
        POST = "post", _("hold posted")
        VOID = "void", _("hold voided")

    journal = models.ForeignKey(
        Journal, on_delete=models.PROTECT, db_index=False, related_name="transfers", verbose_name=_("journal")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debited", verbose_name=_("debited"))
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credited", verbose_name=_("credited"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    resolves = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="resolved_by",
        verbose_name=_("ends the hold"),
    )
    reverses = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversed_by",
        verbose_name=_("takes back"),
    )

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(fields=["journal", "position"], name="ledger_transfer_once"),
            models.UniqueConstraint(
                fields=["resolves"], condition=Q(resolves__isnull=False), name="ledger_hold_resolved_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="ledger_transfer_amount"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_transfer_accounts_differ"),
            models.CheckConstraint(condition=Q(kind__in=["now", "hold", "post", "void"]), name="ledger_transfer_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=["post", "void"], resolves__isnull=False)
                | Q(kind__in=["now", "hold"], resolves__isnull=True),
                name="ledger_transfer_resolves",
            ),
            models.CheckConstraint(condition=Q(reverses__isnull=True) | Q(kind="now"), name="ledger_transfer_reverses"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen}"


class TillCount(models.Model):
    """The cash of a till, counted: how much was there, how much the book says, and the journal of the difference. ``key`` is the
    asker's own: sent twice, it is counted once. Never changed."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="counts", verbose_name=_("till"))
    key = models.CharField(_("key"), max_length=120)
    business_on = models.DateField(_("business day"))
    at = models.DateTimeField(_("counted at"))
    counted_fen = models.BigIntegerField(_("counted (fen)"))
    booked_fen = models.BigIntegerField(_("by the book (fen)"))
    difference = models.OneToOneField(
        Journal, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("journal of the difference")
    )
    by_label = models.CharField(_("counted by"), max_length=120)
    witness_label = models.CharField(_("witnessed by"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("till count")
        verbose_name_plural = _("till counts")
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="ledger_count_once"),
            models.CheckConstraint(condition=Q(counted_fen__gte=0), name="ledger_count_not_negative"),
            models.CheckConstraint(
                condition=Q(counted_fen=F("booked_fen"), difference__isnull=True)
                | (~Q(counted_fen=F("booked_fen")) & Q(difference__isnull=False) & ~Q(witness_label="")),
                name="ledger_count_difference_booked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_on:%Y-%m-%d}"


class Close(models.Model):
    """The end of a day or of a month: nothing is written any more that belongs to a day up to ``until_on``. Never changed.

    ``totals``: debits and credits of every account as they were then; ``last_number`` and ``digest``: where the chain stood. Two people
    answer for it.
    """

    class Sort(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False, verbose_name=_("book"))
    sort = models.CharField(_("sort"), max_length=5, choices=Sort.choices)
    until_on = models.DateField(_("closed until"))
    at = models.DateTimeField(_("closed at"))
    last_number = models.PositiveBigIntegerField(_("last number"))
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    totals = models.JSONField(_("totals"))
    seal = models.CharField(_("seal"), max_length=64)
    by_label = models.CharField(_("closed by"), max_length=120)
    witness_label = models.CharField(_("witnessed by"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("close")
        verbose_name_plural = _("closes")
        constraints = [
            models.UniqueConstraint(fields=["book", "sort", "until_on"], name="ledger_close_once"),
        ]

    def __str__(self) -> str:
        return f"{self.until_on:%Y-%m-%d}"
