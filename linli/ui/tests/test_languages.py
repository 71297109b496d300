"""The registers speak Chinese: every word of unfold that we name has one."""

from pathlib import Path

from babel.messages.pofile import read_po
from django.utils import translation

from linli.ui import unfold_words

CATALOGUE = Path(unfold_words.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def sentences():
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def test_the_catalogue_is_complete():
    assert len(sentences()) > 200
    assert [m.id for m in sentences() if m.fuzzy or not (m.string if isinstance(m.string, str) else m.string[0])] == []


def test_no_word_of_unfold_was_forgotten_by_the_catalogue():
    named = {message.id if isinstance(message.id, str) else message.id[0] for message in sentences()}
    assert [word for word in unfold_words.WORDS + unfold_words.OF_DJANGO if word not in named] == []


def test_a_plural_of_unfold_is_named():
    with translation.override("en"):
        assert "results" in unfold_words.found(counter=2)
