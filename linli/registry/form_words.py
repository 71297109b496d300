"""What blank forms say: fields, refusals and warnings in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Text
from linli.registry.import_words import FIELDS as OF_IMPORTS
from linli.registry.queries.rows import HEADINGS
from linli.registry.single_form import TemplateError

TITLES: Final[Mapping[str, Any]] = {
    name: {
        "age": _("age"),
        "groups": _("priority groups"),
        "compound": _("community"),
        "landline": _("other phones"),
    }.get(name)
    or OF_IMPORTS[name]
    for name in HEADINGS
}
"""Every field that a form can be filled with."""

SAVE_XLSX: Final = _("Open it in Excel or WPS and save it as an Excel workbook (.xlsx); then choose that file.")
REFUSALS: Final[Mapping[str, Any]] = {
    "too-large": _("This file is too large for a blank form. Take out pictures and sheets that are not filled in."),
    "not-xlsx": SAVE_XLSX,
    "not-docx": _(
        "This is no Word document (.docx). Open it in Word or WPS and save it as .docx; then choose that file."
    ),
    "locked": _("This file is locked with a password. Save it without one, then choose it again."),
    "macros": _("This file holds macros, which Linli does not run. Save it without macros (.xlsx or .docx)."),
    "signed": _("This file is signed, and filling it would break the signature. Ask for one without."),
    "strict": SAVE_XLSX,
    "broken": _("This file is damaged. Ask for it again, or open it and save it anew."),
    "unreadable": _("This file cannot be read. Ask for it again, or open it and save it anew as .xlsx."),
    "formula": _(
        "A formula in this form cannot be moved to make room for more people. Take it out, or ask for another form."
    ),
    "no-header": _(
        "We found no table in this form. One row must say what its columns hold, with at least two of: 姓名, 身份证号, 联系电话, "
        "住址, 楼栋, 单元, 门牌."
    ),
    "no-such-sheet": _("The form has no such sheet. Choose its sheet again."),
    "no-such-column": _("The form has no such column. Look at its columns again."),
    "merged-down": _("A column of the form is merged over several people and cannot be filled. Leave it out."),
    "too-many-rows": _("More than 20,000 people do not go into one form. Choose fewer."),
    "word-syntax": _("The Word template has a mistake in its fields. Each is written like {{ 姓名 }}."),
    "word-unsafe": _("The Word template asks for something it may not have. Only fields like {{ 姓名 }} are filled."),
    "took-too-long": _("The Word template took too long. Make it simpler, or choose fewer people."),
}
WARNINGS: Final[Mapping[str, Any]] = {
    "pivot": _("It holds a pivot table, which stays as it is."),
    "external-links": _("It takes values from other files, which stay as they are."),
    "controls": _("It holds buttons or boxes, which stay where they are."),
    "shared-workbook": _("It is a shared workbook; look at it once it is filled."),
    "protected": _("A sheet is protected against changes; it is filled all the same."),
    "rows-filled": _("There are people in it already: they are replaced."),
    "merged-down": _("Some columns are merged over several rows and are left out."),
    "total-not-a-range": _("A total adds up single cells; look whether it is right once it is filled."),
    "data-table": _("It holds a data table, which stays as it is."),
}


def refusal_in_words(*, error: TemplateError) -> Text:
    """Why a blank cannot be used, and what to do."""
    sentence: Text = REFUSALS[error.code]
    return sentence
