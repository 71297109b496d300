"""A Word template, read and filled where its author can do no harm: no code, no functions, a short list of filters."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from docx import Document
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError

PEOPLE: Final = ("rows", "名单")
"""How a template may call the list of people."""
FILTERS: Final = (
    "d", "default", "e", "escape", "upper", "lower", "trim", "length", "count", "join", "first", "last", "replace",
)  # fmt: skip
MOST_SAID: Final = 255
"""Characters a property of the file may hold."""
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def names_asked_for(data: bytes) -> list[str]:
    """Names in the text, headers and footers, sorted; fields of the people as ``rows.name``. Raises TemplateError."""
    found: set[str] = set()
    env = _environment()
    template = _opened(data)
    try:
        for text in _texts(template):
            tree = env.parse(text)
            names = meta.find_undeclared_variables(tree)
            found |= {PEOPLE[0] if name in PEOPLE else name for name in names}
            found |= _fields_of_people(tree)
    except (JinjaError, RecursionError) as error:
        raise _no(error) from error
    return sorted(found)


def filled_document(
    data: bytes, *, values: Mapping[str, str], rows: Sequence[Mapping[str, str]], watermark: str
) -> bytes:
    """The document with these values, marked if there is a watermark. Raises TemplateError."""
    people = [{name: _clean(text) for name, text in row.items()} for row in rows]
    context: dict[str, Any] = {name: _clean(text) for name, text in values.items()}
    context |= dict.fromkeys(PEOPLE, people)
    template = _opened(data)
    made = io.BytesIO()
    try:
        template.render(context, jinja_env=_environment(), autoescape=True)
        template.save(made)
        if watermark:
            made = _marked(made, " ".join(_clean(watermark).split()))
    except MemoryError:
        raise
    except Exception as error:  # whatever a template does to the document
        raise _no(error) from error
    if made.tell() > limits.WORD_ANSWER_BYTES // 2:
        raise TemplateError("too-large", {"reason": "filled"})
    return made.getvalue()


def _marked(made: io.BytesIO, watermark: str) -> io.BytesIO:
    """The same with a line at the foot of every page, and in the properties of the file."""
    document = Document(made)
    document.core_properties.comments = watermark[:MOST_SAID]
    facing = document.settings.odd_and_even_pages_header_footer
    for number, section in enumerate(document.sections):
        feet = [section.footer]
        feet += [section.first_page_footer] if section.different_first_page_header_footer else []
        feet += [section.even_page_footer] if facing else []
        for foot in feet:
            if number == 0 or not foot.is_linked_to_previous:
                foot.add_paragraph(watermark)
    out = io.BytesIO()
    document.save(out)
    return out


def _environment() -> ImmutableSandboxedEnvironment:
    env = ImmutableSandboxedEnvironment(autoescape=True)
    env.globals.clear()
    env.filters = {name: env.filters[name] for name in FILTERS}
    return env


def _opened(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check(packed)
        template = DocxTemplate(io.BytesIO(data))
        template.init_docx()
    except (TemplateError, MemoryError):
        raise
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        raise TemplateError("broken") from error
    except Exception as error:  # the libraries have no common error for a file that is damaged inside
        raise TemplateError("broken", {"reason": type(error).__name__}) from error
    return template


def _check(packed: zipfile.ZipFile) -> None:
    infos = packed.infolist()
    names = {info.filename.casefold() for info in infos}
    if "[content_types].xml" not in names or not any(name.startswith("word/") for name in names):
        raise TemplateError("not-docx", {"save_as": "docx"})
    if len(infos) > limits.WORD_ENTRIES or sum(info.file_size for info in infos) > limits.WORD_UNPACKED:
        raise TemplateError("too-large", {"reason": "unpacked"})
    types = packed.read("[Content_Types].xml").lower()
    if b"macroenabled" in types or any(name.endswith("vbaproject.bin") for name in names):
        raise TemplateError("macros", {"save_as": "docx"})


def _texts(template: Any) -> Iterator[str]:
    yield template.patch_xml(template.get_xml())
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(kind):
            yield template.patch_xml(template.get_part_xml(part))


def _fields_of_people(tree: nodes.Template) -> set[str]:
    """What loops over the people ask of each."""
    found = set()
    for loop in tree.find_all(nodes.For):
        if (
            not isinstance(loop.iter, nodes.Name)
            or loop.iter.name not in PEOPLE
            or not isinstance(loop.target, nodes.Name)
        ):
            continue
        for asked in loop.find_all(nodes.Getattr):
            if isinstance(asked.node, nodes.Name) and asked.node.name == loop.target.name:
                found.add(f"{PEOPLE[0]}.{asked.attr}")
        for item in loop.find_all(nodes.Getitem):
            named = isinstance(item.node, nodes.Name) and item.node.name == loop.target.name
            if named and isinstance(item.arg, nodes.Const) and isinstance(item.arg.value, str):
                found.add(f"{PEOPLE[0]}.{item.arg.value}")
    return found


def _no(error: Exception) -> TemplateError:
    """Why a template was not carried out."""
    if isinstance(error, SecurityError):
        return TemplateError("word-unsafe")
    if isinstance(error, TemplateSyntaxError):
        return TemplateError("word-syntax", {"message": str(error.message)[:200]})
    if isinstance(error, JinjaError):
        return TemplateError("word-syntax", {"message": str(error)[:200]})
    return TemplateError("word-syntax", {"reason": type(error).__name__})


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)
