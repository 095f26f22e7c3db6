"""XLSForm: the workbook with the sheets survey, choices and settings that ODK and KoboToolbox read."""

from surveys.carrying.xlsform.reading import SURVEY, read_xlsform
from surveys.carrying.xlsform.writing import write_xlsform

__all__ = ["SURVEY", "read_xlsform", "write_xlsform"]
