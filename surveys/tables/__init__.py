"""Reading the tables that people hand in: CSV and XLSX become one header and rows of text, or a list of problems."""

from surveys.tables.findings import Findings
from surveys.tables.model import Row, Table
from surveys.tables.reading import read_table, read_tables

__all__ = ["Findings", "Row", "Table", "read_table", "read_tables"]
