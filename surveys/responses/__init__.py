"""Responses: the second of the two ledgers. Only this package writes them."""

from surveys.responses.checking import Raw, check_answers, comment_problems
from surveys.responses.importing import ImportedResponse, add_imported
from surveys.responses.sheets import Sheet, Ticket, check_open, fill_sheet, ticket_of
from surveys.responses.submitting import Outcome, Receipt, find_receipt, store, store_at_once, submit

__all__ = [
    "ImportedResponse",
    "Outcome",
    "Raw",
    "Receipt",
    "Sheet",
    "Ticket",
    "add_imported",
    "check_answers",
    "check_open",
    "comment_problems",
    "fill_sheet",
    "find_receipt",
    "store",
    "store_at_once",
    "submit",
    "ticket_of",
]
