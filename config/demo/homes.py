"""Households of the invented town: who lives together, and which relatives are called."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

from config.demo.cast import FEMALE, MALE, Cast, Invented
from config.demo.paper import PlannedContact, PlannedHousehold, PlannedResident
from linli.registry.models import Relation

# Kind of household -> share within its half of the town, people and elders in it on average.
WITH_ELDERS = {"elder_alone": (0.33, 1.0, 1.0), "elder_couple": (0.45, 2.0, 2.0), "three_generations": (0.22, 4.5, 1.5)}
WITHOUT_ELDERS = {
    "family": (0.35, 3.0, 0.0),
    "couple": (0.30, 2.0, 0.0),
    "alone": (0.30, 1.0, 0.0),
    "two_children": (0.05, 4.0, 0.0),
}
CHILD_OF = {MALE: Relation.SON, FEMALE: Relation.DAUGHTER}
LIVES_ABROAD = 0.02


class Homes:
    """Makes households one after another so that ``elder_share`` of all people are 60 or older."""

    def __init__(self, *, dice: random.Random, cast: Cast, today: date, elder_share: float) -> None:
        self._dice, self._cast, self._today = dice, cast, today
        self._elder_half = _half_with_elders(elder_share)

    def household(self) -> PlannedHousehold:
        kinds = WITH_ELDERS if self._dice.random() < self._elder_half else WITHOUT_ELDERS
        kind = self._dice.choices(list(kinds), weights=[share for share, _, _ in kinds.values()])[0]
        residents = list(getattr(self, f"_{kind}")())
        moved_in_on = self._today - timedelta(days=self._dice.randrange(60, 9000))
        return PlannedHousehold(moved_in_on=moved_in_on, residents=residents)

    def contacts(self, household: PlannedHousehold) -> list[PlannedContact]:
        """One to three relatives who live elsewhere, in the order to call them."""
        oldest = max((r.person for r in household.residents), key=lambda person: person.age)
        return [self._contact(oldest) for _ in range(self._dice.choices((1, 2, 3), weights=(25, 45, 30))[0])]

    def _contact(self, elder: Invented) -> PlannedContact:
        sex = self._sex()
        if elder.age >= 45:
            relation, age = CHILD_OF[sex], elder.age - self._dice.randrange(22, 32)
        else:
            relation, age = Relation.PARENT, elder.age + self._dice.randrange(22, 32)
        if elder.age >= 45 and self._dice.random() < 0.12:
            relation, age = Relation.SIBLING, elder.age - self._dice.randrange(0, 8)
        inherits = relation in {Relation.SON, Relation.SIBLING} or self._dice.random() < 0.6
        name = self._cast.name(age=age, sex=sex, surname=elder.surname if inherits else "")
        language = "en" if self._dice.random() < LIVES_ABROAD else "zh-hans"
        return PlannedContact(name, relation, self._cast.phone(), language)

    def _elder_alone(self) -> Iterable[PlannedResident]:
        yield self._head(self._elder_age(), FEMALE if self._dice.random() < 0.65 else MALE)

    def _elder_couple(self) -> Iterable[PlannedResident]:
        yield from self._pair(self._elder_age())

    def _three_generations(self) -> Iterable[PlannedResident]:
        elder = self._head(self._elder_age(), self._sex())
        yield elder
        if self._dice.random() < 0.5:
            yield self._spouse(elder.person, oldest=95, youngest=60)
        child = self._person(
            elder.person.age - self._dice.randrange(23, 30), MALE, CHILD_OF[MALE], elder.person.surname
        )
        yield child
        yield self._person(child.person.age - self._dice.randrange(-2, 4), FEMALE, Relation.OTHER_KIN)
        yield self._person(
            max(1, child.person.age - self._dice.randrange(24, 33)),
            self._sex(),
            Relation.GRANDCHILD,
            child.person.surname,
        )

    def _family(self) -> Iterable[PlannedResident]:
        yield from self._with_children(1)

    def _two_children(self) -> Iterable[PlannedResident]:
        yield from self._with_children(2)

    def _couple(self) -> Iterable[PlannedResident]:
        yield from self._pair(self._dice.randrange(25, 58))

    def _alone(self) -> Iterable[PlannedResident]:
        yield self._head(self._dice.randrange(22, 59), self._sex())

    def _with_children(self, children: int) -> Iterable[PlannedResident]:
        pair = list(self._pair(self._dice.randrange(28, 54)))
        yield from pair
        father = next(r.person for r in pair if r.person.sex == MALE)
        for _ in range(children):
            sex = self._sex()
            youngest_parent = min(r.person.age for r in pair)
            yield self._person(
                max(0, youngest_parent - self._dice.randrange(22, 33)), sex, CHILD_OF[sex], father.surname
            )

    def _pair(self, age: int) -> Iterable[PlannedResident]:
        head = self._head(age, MALE if self._dice.random() < 0.7 else FEMALE)
        yield head
        yield self._spouse(head.person, oldest=95 if age >= 60 else 59, youngest=60 if age >= 60 else 20)

    def _head(self, age: int, sex: str) -> PlannedResident:
        return PlannedResident(self._cast.person(age=age, sex=sex), Relation.HEAD, is_head=True)

    def _spouse(self, of: Invented, *, oldest: int, youngest: int) -> PlannedResident:
        age = min(oldest, max(youngest, of.age + self._dice.randrange(-4, 5)))
        return self._person(age, FEMALE if of.sex == MALE else MALE, Relation.SPOUSE)

    def _person(self, age: int, sex: str, relation: str, surname: str = "") -> PlannedResident:
        return PlannedResident(self._cast.person(age=age, sex=sex, surname=surname), relation)

    def _elder_age(self) -> int:
        return min(94, 60 + int(self._dice.expovariate(1 / 10)))

    def _sex(self) -> str:
        return self._dice.choice((MALE, FEMALE))


def _half_with_elders(elder_share: float) -> float:
    """Which part of all households must have elders so that ``elder_share`` of all people are elders."""
    elders, with_elders = (sum(kind[0] * kind[part] for kind in WITH_ELDERS.values()) for part in (2, 1))
    without = sum(share * people for share, people, _ in WITHOUT_ELDERS.values())
    return min(1.0, elder_share * without / (elders - elder_share * (with_elders - without)))
