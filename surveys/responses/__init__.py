"""Responses: the second of the two ledgers. Only this package writes them."""

from surveys.responses.checking import Raw, check_answers
from surveys.responses.importing import ImportedResponse, add_imported
from surveys.responses.submitting import Receipt, check_open, submit

__all__ = ["ImportedResponse", "Raw", "Receipt", "add_imported", "check_answers", "check_open", "submit"]
