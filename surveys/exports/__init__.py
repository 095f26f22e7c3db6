"""Exports (导出): one dictionary, microdata and results in every format, the codebook, the replication package."""

from surveys.exports.files import FORMATS
from surveys.exports.making import find_beside, load_extract, shelve, write_extract
from surveys.exports.ordering import Order, key_of, read_order
from surveys.exports.shelf import Failed, Kept, Shelf, Underway

__all__ = [
    "FORMATS",
    "Failed",
    "Kept",
    "Order",
    "Shelf",
    "Underway",
    "find_beside",
    "key_of",
    "load_extract",
    "read_order",
    "shelve",
    "write_extract",
]
