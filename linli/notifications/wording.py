"""What messages say. Rooms lay down their sentences here, in Chinese and in English; the worker fills them in.

A community may put its own words in their place (``own``). A text of its own that cannot be filled in never keeps a message
back: the built-in one goes, and the fault is logged once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from linli.core.errors import Text
from linli.notifications.spelling import fill, variables_in

log = logging.getLogger("linli.worker")

LONG, SHORT, SPOKEN = "long", "short", "spoken"
FORMS: Final = (LONG, SHORT, SPOKEN)
LONG_ONLY: Final = (LONG,)
LANGUAGES: Final = ("zh", "en")
DRILL: Final = {"zh": "【演练】", "en": "[DRILL] "}
"""Put by the machine before every text of a drill: no wording can leave it out, and none may hold it otherwise."""
ALWAYS_NEEDED: Final = ("place", "kind")


@dataclass(frozen=True, slots=True)
class Wording:
    """``title`` and ``text`` with {names} to fill in; ``short`` for an SMS and ``spoken`` for a voice on the phone, or "" for ``text``."""

    title: str
    text: str
    short: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class OwnText:
    """A community's own words for one form of a wording; ``version`` is where they are kept."""

    version: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Laid:
    """A wording as its room laid it down. ``knows`` are the variables that it may use, ``needs`` those that it must."""

    code: str
    called: Text
    zh: Wording
    en: Wording
    knows: tuple[str, ...]
    needs: tuple[str, ...]
    routine: bool

    def knows_in(self, language: str) -> tuple[str, ...]:
        """Without the variables that hold words of the other language."""
        return tuple(name for name in self.knows if not name.endswith("_zh" if language == "en" else "_en"))

    def in_language(self, language: str) -> Wording:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, what Chinese readers call it, and samples to see a wording with."""

    code: str
    zh: str
    sample_zh: str
    sample_en: str


_laid: dict[str, Laid] = {}
_variables: dict[str, Variable] = {}
_logged: set[int] = set()


def lay_down(
    code: str,
    *,
    zh: Wording,
    en: Wording,
    called: Text = "",
    knows: Iterable[str] = (),
    needs: Iterable[str] | None = None,
    routine: bool = False,
) -> None:
    """Make a wording known under ``code``. ``called`` is its name on a page.

    It may use the variables of its built-in texts and those that it ``knows`` besides. It must use what it ``needs``: if
    nothing is said, the place and the kind, as far as the built-in texts use them. ``routine`` messages can be declined.
    """
    texts = [text for w in (zh, en) for text in (w.title, w.text, w.short, w.spoken)]
    used = dict.fromkeys(name for text in texts for name in variables_in(text))
    required = tuple(needs) if needs is not None else tuple(
        name for name in ALWAYS_NEEDED if name in variables_in(zh.text) and name in variables_in(en.text)
    )  # fmt: skip
    known = tuple(dict.fromkeys([*used, *knows, "recipient"]))
    _laid[code] = Laid(code, called or code, zh, en, known, required, routine)


def variable_means(code: str, *, zh: str, sample_zh: str, sample_en: str) -> None:
    """Give a variable its Chinese name and samples."""
    _variables[code] = Variable(code, zh, sample_zh, sample_en)


def wordings_laid_down() -> list[Laid]:
    """Every wording, in the order in which the rooms laid them down."""
    return list(_laid.values())


def wording_laid_down(code: str) -> Laid:
    """Raises KeyError."""
    return _laid[code]


def variable(code: str) -> Variable:
    """What is known of a variable; one that nobody described is its own name and sample."""
    return _variables.get(code) or Variable(code, code, code, code)


def names_of(laid: Laid, *, language: str) -> dict[str, str]:
    """The variables of a wording by code, as those who write in this language ("zh" or "en") read them."""
    return {code: variable(code).zh if language == "zh" else code for code in laid.knows_in(language)}


def codes_of(laid: Laid) -> dict[str, str]:
    """Every name under which people may write a variable of this wording, to its code."""
    return {name: code for code in laid.knows for name in (code, variable(code).zh)}


def samples_of(laid: Laid, *, language: str) -> dict[str, str]:
    """What the variables look like, long rather than short: for a preview, and for the length of an SMS."""
    known = [variable(code) for code in laid.knows_in(language)]
    return {one.code: one.sample_en if language == "en" else one.sample_zh for one in known}


def spoken_language(language: str) -> str:
    """The language of a wording for a reader's language: English for English, Chinese for everybody else."""
    return "en" if language.startswith("en") else "zh"


def filled(
    code: str,
    *,
    language: str,
    params: Mapping[str, Any],
    own: Mapping[str, OwnText] | None = None,
    forms: Collection[str] = FORMS,
) -> Wording:
    """The wording in the reader's language, filled in; a drill says so first.

    ``own`` are the community's own texts by form; of forms not in ``forms`` nothing is made, since each costs every message.
    Raises KeyError for an unknown code or a missing value: a bug.
    """
    tongue = spoken_language(language)
    built_in = _laid[code].in_language(tongue)
    values = {**params, "kind": params.get(f"kind_{tongue}", ""), "recipient": params.get("recipient", "")}
    title, text = built_in.title.format_map(values), built_in.text.format_map(values)
    short = spoken = ""
    if SHORT in forms or SPOKEN in forms:
        short = built_in.short.format_map(values) if built_in.short else text
        spoken = built_in.spoken.format_map(values) if built_in.spoken else short
    if own:
        title, text = _own_or(own.get(LONG), (title, text), values)
        short = _own_or(own.get(SHORT), ("", short), values)[1] if SHORT in forms else short
        spoken = _own_or(own.get(SPOKEN), ("", spoken), values)[1] if SPOKEN in forms else spoken
    if params.get("drill"):
        title, text, short, spoken = (t and _marked(t, DRILL[tongue]) for t in (title, text, short, spoken))
    return Wording(title, text, short, spoken)


def _own_or(own: OwnText | None, built_in: tuple[str, str], values: Mapping[str, Any]) -> tuple[str, str]:
    if own is None:
        return built_in
    try:
        return fill(own.title, values) or built_in[0], fill(own.text, values)
    except KeyError as missing:
        if own.version not in _logged:
            _logged.add(own.version)
            log.warning("wording version %s names %s, which has no value; the built-in text goes", own.version, missing)
        return built_in


def _marked(text: str, mark: str) -> str:
    return text if text.startswith(mark.strip()) else mark + text


for _code, _zh, _sample_zh, _sample_en in (
    ("recipient", "收件人", "王芳", "Wang Fang"),
    ("community", "社区", "邻里示范社区", "Linli Demo Community"),
    ("place", "地点", "12栋3单元2502", "12栋3单元2502"),
    ("kind", "类型", "燃气泄漏报警", "Gas leak"),
    ("clock", "时间", "14:05", "14:05"),
    ("serial", "报警器编号", "GAS502", "GAS502"),
    ("round", "第几次", "2", "2"),
):
    variable_means(_code, zh=_zh, sample_zh=_sample_zh, sample_en=_sample_en)
