"""What may be shown of a table of counts: small cells, what must hide with them, and a check that nothing leaks."""

from analysis.disclosure.audit import Audit, audit
from analysis.disclosure.crossed import Crossed, Hidden, protect_crossed
from analysis.disclosure.relations import find_ranges
from analysis.disclosure.shares import ShareRule, ShownShares, show_shares
from analysis.disclosure.suppression import Suppression, find_small, protect
from analysis.disclosure.tables import Table, make_table, two_way

__all__ = [
    "Audit",
    "Crossed",
    "Hidden",
    "ShareRule",
    "ShownShares",
    "Suppression",
    "Table",
    "audit",
    "find_ranges",
    "find_small",
    "make_table",
    "protect",
    "protect_crossed",
    "show_shares",
    "two_way",
]
