"""A book in which notes hold numbers, for the walk that looks for whole numbers on every page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from linli.core.actors import Actor
from linli.ledger.actions.opening import open_account, open_book
from linli.ledger.actions.posting import post_journal
from linli.ledger.rules import Move, Wanted
from linli.registry.models import Household, Resident

BY = Actor(kind="user", label="会计", ref="1")


def books_with_money(*, household: Household, now: datetime) -> dict[str, list[Any]]:
    """An elder who paid in once, and what to fill the addresses of the room with."""
    book = open_book(community_id=household.community_id)
    elder = Resident.objects.filter(household=household).order_by("pk")[0]
    till = open_account(now=now, book_id=book.pk, sort="till", name="现金")
    prepaid = open_account(
        now=now,
        book_id=book.pk,
        sort="prepaid",
        name=elder.name,
        owner=f"resident/{elder.pk}",
        resident_id=elder.pk,
    )
    wanted = Wanted(timezone.localdate(now), "top-up", [Move(till.pk, prepaid.pk, 200_00)], note="现金充值")
    answer = post_journal(by=BY, now=now, book_id=book.pk, key="walk", wanted=wanted)
    return {
        "account_id": [till.pk, prepaid.pk],
        "journal_id": [answer.journal.pk],
        "book_id": [book.pk],
        "ledger: sort": ["day"],
    }
