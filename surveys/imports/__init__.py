"""Responses from elsewhere: another form tool's export, and the mapping that says what its columns mean."""

from surveys.imports.drafting import Draft, propose_mapping
from surveys.imports.importing import ImportReport, import_responses
from surveys.imports.mapping import ImportMapping, read_mapping
from surveys.tables import read_table

__all__ = [
    "Draft",
    "ImportMapping",
    "ImportReport",
    "import_responses",
    "propose_mapping",
    "read_mapping",
    "read_table",
]
