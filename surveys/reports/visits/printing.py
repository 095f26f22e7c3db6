"""Setting check forms: all in one PDF, or one for each school in a ZIP."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from surveys.reports.typesetting import printable, typeset
from surveys.reports.visits.model import VisitForm, VisitSheet

TEMPLATE = Path(__file__).with_name("visit.typ")
MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP knows: the same forms give the same bytes
LONGEST_STEM = 40


def make_visit_form(sheet: VisitSheet, form: VisitForm) -> bytes:
    """The form of one school."""
    return make_visit_forms(sheet, [form])


def make_visit_forms(sheet: VisitSheet, forms: Sequence[VisitForm]) -> bytes:
    """All forms, one after another, each from a page of its own."""
    return typeset(TEMPLATE, [_plain(sheet, form) for form in forms])


def zip_visit_forms(sheet: VisitSheet, forms: Sequence[VisitForm]) -> bytes:
    """A PDF for each school."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for form in forms:
            archive.writestr(ZipInfo(file_name(form), MOMENT), make_visit_form(sheet, form))
    return packed.getvalue()


def file_name(form: VisitForm) -> str:
    """Such as P01-第一小学.pdf, without what some system takes for a sign of its own."""
    kept = "".join(sign for sign in form.school if sign.isalnum() or unicodedata.category(sign) in ("Ps", "Pe"))
    return f"{form.code}-{kept[:LONGEST_STEM]}.pdf"


def _plain(sheet: VisitSheet, form: VisitForm) -> Mapping[str, Any]:
    told = {**asdict(sheet), "title": printable(sheet.title), "county": printable(sheet.county)}
    facts = [[name, printable(value)] for name, value in form.facts]
    return {"sheet": told, "form": {**asdict(form), "school": printable(form.school), "facts": facts}}
