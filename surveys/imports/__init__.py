"""Responses from elsewhere: another form tool's export, and the mapping that says what its columns mean."""

from surveys.imports.drafting import Draft, propose_mapping
from surveys.imports.importing import ImportReport, import_responses, school_codes
from surveys.imports.layouts import Layout, find_layout, get_layout, layout_names, recognise
from surveys.imports.mapping import ImportMapping, read_mapping
from surveys.imports.writing import Answers, LaidOut, as_workbook, lay_out
from surveys.tables import read_table

__all__ = [
    "Answers",
    "Draft",
    "ImportMapping",
    "ImportReport",
    "LaidOut",
    "Layout",
    "as_workbook",
    "find_layout",
    "get_layout",
    "import_responses",
    "lay_out",
    "layout_names",
    "propose_mapping",
    "read_mapping",
    "read_table",
    "recognise",
    "school_codes",
]
