"""From a file that somebody hands in to a draft of a questionnaire; what kind of file it is, its content says."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import Literal, get_args

from surveys.carrying.drafting import Carried, draft
from surveys.carrying.found import Found
from surveys.carrying.limesurvey import read_limesurvey
from surveys.carrying.limesurvey.tables import is_limesurvey
from surveys.carrying.spreadsheet import read_spreadsheet
from surveys.carrying.xlsform import SURVEY, read_xlsform
from surveys.errors import Problem, SurveyError
from surveys.tables.findings import Findings
from surveys.tables.kinds import kind_of
from surveys.tables.workbook import sheet_names, unzipped_size

Kind = Literal["xlsform", "lss", "spreadsheet"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LARGEST = 10_000_000  # bytes: a questionnaire of 250 questions in six languages has one million
LARGEST_UNZIPPED = 15_000_000


def carry_in(
    content: bytes, *, kind: Kind | None = None, groups: Sequence[str] = (), filename: str | None = None
) -> Carried:
    """The questionnaire in a file, as a document of ours, with what was not carried over.

    `kind` is recognised where it is None; `groups` answer the paper where the file does not say. The draft may still
    have problems, which it names. Raises SurveyError(`carry.invalid` or `table.invalid`) for a file that holds no
    questionnaire or one that is too large.
    """
    _check_size(content)
    chosen = kind or _recognise(content)
    return draft(_read(content, chosen, filename), kind=chosen, groups=groups)


def _read(content: bytes, kind: Kind, filename: str | None) -> Found:
    if kind == "lss":
        return read_limesurvey(content)
    if kind == "xlsform" and kind_of(content) == "xlsx":
        return read_xlsform(content, filename=filename)
    if kind == "xlsform":
        raise SurveyError("carry.invalid", "invalid", [Problem("carry.no_workbook")])
    return read_spreadsheet(content, filename=filename)


def _recognise(content: bytes) -> Kind:
    if is_limesurvey(content):
        return "lss"
    if kind_of(content) == "xlsx":
        names = {name.strip().casefold() for name in sheet_names(content, Findings())}
        return "xlsform" if SURVEY in names else "spreadsheet"
    return "spreadsheet"


def _check_size(content: bytes) -> None:
    """Before anything is unpacked or parsed."""
    found, limit = len(content), LARGEST
    if content.startswith(b"PK") and found <= LARGEST:
        try:
            found, limit = unzipped_size(content), LARGEST_UNZIPPED
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return  # told by whoever reads it
    if found > limit:
        problem = Problem("carry.too_large", value=str(found), params={"limit": limit})
        raise SurveyError("carry.invalid", "invalid", [problem])
