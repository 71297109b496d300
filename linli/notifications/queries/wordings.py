"""The wordings of a community: which it has in its own words, what they say now, and what they said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from linli.core.errors import NotFound, Text
from linli.notifications import spelling, wording
from linli.notifications.models import WordingVersion

MOST_VERSIONS = 20
Form = WordingVersion.Form


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form of a wording in one language; ``own`` is the version that holds, None for the built-in words."""

    language: str
    language_label: str
    form: str
    form_label: str
    own: WordingVersion | None


@dataclass(frozen=True, slots=True)
class WordingRow:
    """A wording and its six texts."""

    code: str
    called: Text
    forms: Sequence[FormRow]


@dataclass(frozen=True, slots=True)
class VariableRow:
    """A variable as people write it, and a sample."""

    name: str
    sample: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Version:
    """What a wording said once; ``text`` empty: back to the built-in words."""

    version: WordingVersion
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class WordingScreen:
    """One text to be written: what it says now as people read it, and what they may use."""

    laid: wording.Laid
    row: FormRow
    title: str
    text: str
    built_in_title: str
    built_in_text: str
    variables: Sequence[VariableRow]
    versions: Sequence[Version]

    @property
    def has_title(self) -> bool:
        return self.row.form == wording.LONG


@dataclass(frozen=True, slots=True)
class Preview:
    """A text filled with samples; ``units`` and ``parts`` say how long an SMS it makes (0: not one)."""

    title: str
    text: str
    drill: str
    units: int = 0
    parts: int = 0


def wordings_for(*, community_id: int) -> list[WordingRow]:
    """Every wording with its texts in both languages. One query."""
    newest = WordingVersion.objects.filter(community_id=community_id).values("code", "language", "form")
    ids = newest.annotate(newest=Max("pk")).values("newest")
    held = {(v.code, v.language, v.form): v for v in WordingVersion.objects.filter(pk__in=ids).exclude(text="")}
    return [
        WordingRow(laid.code, laid.called, [_row(held.get((laid.code, *which)), *which) for which in _forms()])
        for laid in wording.wordings_laid_down()
    ]


def wording_screen(*, community_id: int, code: str, language: str, form: str) -> WordingScreen:
    """One text of a wording, with its last versions, newest first. One query. Raises NotFound."""
    if (language, form) not in _forms():
        raise NotFound
    try:
        laid = wording.wording_laid_down(code)
    except KeyError as unknown:
        raise NotFound from unknown
    versions = list(
        WordingVersion.objects.filter(community_id=community_id, code=code, language=language, form=form).order_by(
            "-pk"
        )[:MOST_VERSIONS]
    )
    own = versions[0] if versions and versions[0].text else None
    names = wording.names_of(laid, language=language)
    built_in_title, built_in_text = (spelling.shown_form(t, names=names) for t in _built_in(laid, language, form))
    samples = wording.samples_of(laid, language=language)
    return WordingScreen(
        laid=laid,
        row=_row(own, language, form),
        title=spelling.shown_form(own.title, names=names) if own else built_in_title,
        text=spelling.shown_form(own.text, names=names) if own else built_in_text,
        built_in_title=built_in_title,
        built_in_text=built_in_text,
        variables=[VariableRow(f"{{{names[v]}}}", samples[v], v in laid.needs) for v in names],
        versions=[
            Version(v, spelling.shown_form(v.title, names=names), spelling.shown_form(v.text, names=names))
            for v in versions
        ],
    )


def wording_preview(*, screen: WordingScreen, title: str, text: str) -> Preview:
    """What somebody would read, on sample data; an unknown variable stays as it was typed."""
    language, codes = screen.row.language, wording.codes_of(screen.laid)
    samples = wording.samples_of(screen.laid, language=language)

    def said(typed: str) -> str:
        kept = spelling.kept_form(typed, codes=codes)
        return spelling.fill(kept, {name: samples.get(name, f"{{{name}}}") for name in spelling.variables_in(kept)})

    shown = said(text)
    units = spelling.sms_units(shown) if screen.row.form == wording.SHORT else 0
    heading = said(title) if screen.has_title else ""
    return Preview(
        heading, shown, wording.DRILL[language] + (heading or shown), units, spelling.sms_parts(units) if units else 0
    )


def _built_in(laid: wording.Laid, language: str, form: str) -> tuple[str, str]:
    built_in = laid.in_language(language)
    short = built_in.short or built_in.text
    return {
        wording.LONG: (built_in.title, built_in.text),
        wording.SHORT: ("", short),
        wording.SPOKEN: ("", built_in.spoken or short),
    }[form]


def _forms() -> list[tuple[str, str]]:
    return [(language, form) for language in wording.LANGUAGES for form in wording.FORMS]


def _row(own: WordingVersion | None, language: str, form: str) -> FormRow:
    return FormRow(language, str(WordingVersion.Language(language).label), form, str(Form(form).label), own)
