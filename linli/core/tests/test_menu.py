"""The menu of the whole house: in sections, and each key leads to one place."""

from __future__ import annotations

from collections import Counter

from linli.core.rooms import Section, menu_for, rooms


class Everybody:
    is_authenticated = True

    def has_perm(self, _permission: str) -> bool:
        return True


def test_a_key_leads_to_one_place() -> None:
    keys = Counter(entry.key for room in rooms() for entry in room.menu if entry.key)
    assert [key for key, times in keys.items() if times > 1] == []


def test_sections_stand_together_in_their_order() -> None:
    found = [entry.section for entry in menu_for(Everybody())]
    assert found == sorted(found, key=list(Section).index)
    assert set(found) == set(Section)


def test_today_comes_first() -> None:
    assert menu_for(Everybody())[0].url_name == "desk:today"
