"""Codes: the doors to the questionnaire, and the first of the two ledgers."""

from surveys.codes.counts import Issued, count_issued
from surveys.codes.doors import Door, Place, find_door
from surveys.codes.issuing import issue_open, issue_personal
from surveys.codes.slips import Slip, list_slips

__all__ = [
    "Door",
    "Issued",
    "Place",
    "Slip",
    "count_issued",
    "find_door",
    "issue_open",
    "issue_personal",
    "list_slips",
]
