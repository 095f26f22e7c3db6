"""A plain spreadsheet, one row an item: for people who write questionnaires in a table."""

from surveys.carrying.spreadsheet.reading import read_spreadsheet
from surveys.carrying.spreadsheet.template import write_template
from surveys.carrying.spreadsheet.writing import write_spreadsheet

__all__ = ["read_spreadsheet", "write_spreadsheet", "write_template"]
