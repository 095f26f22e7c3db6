"""From a questionnaire of ours to the file of another program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from surveys.carrying.found import Left
from surveys.carrying.limesurvey import write_limesurvey
from surveys.carrying.spreadsheet import write_spreadsheet
from surveys.carrying.spreadsheet.headings import Language
from surveys.carrying.xlsform import write_xlsform
from surveys.errors import Problem
from surveys.instruments.model import Instrument

Format = Literal["xlsform", "lss", "xlsx", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Written:
    """A file, and what in it is not as it was in the questionnaire."""

    content: bytes
    left: tuple[Problem, ...]


def carry_out(instrument: Instrument, *, format: Format, language: Language = "zh-CN") -> Written:
    """The questionnaire as a file; a plain spreadsheet has its headings in `language`."""
    left = Left()
    if format == "xlsform":
        content = write_xlsform(instrument, left)
    elif format == "lss":
        content = write_limesurvey(instrument, left)
    else:
        content = write_spreadsheet(instrument, file=format, language=language)
    return Written(content, left.problems)
