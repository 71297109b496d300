"""The registers speak Chinese: every word of unfold that we name has one."""

import re
from pathlib import Path

from django.utils import translation

from linli.ui import unfold_words

CATALOGUE = Path(unfold_words.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def test_the_catalogue_is_complete():
    text = CATALOGUE.read_text(encoding="utf-8")
    entries = [entry for entry in text.split("\n\n")[1:] if "msgid" in entry]
    assert len(entries) > 200
    empty = [entry for entry in entries if re.search(r'msgstr(\[0\])? ""\s*$', entry) or "fuzzy" in entry]
    assert empty == []


def test_no_word_of_unfold_was_forgotten_by_the_catalogue():
    text = CATALOGUE.read_text(encoding="utf-8")
    for word in unfold_words.WORDS + unfold_words.OF_DJANGO:
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        assert f'msgid "{escaped}"' in text, word


def test_a_plural_of_unfold_is_named():
    with translation.override("en"):
        assert "results" in unfold_words.found(counter=2)
