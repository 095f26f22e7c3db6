"""Counts of answers, kept beside the responses by a background step: numbers for pages without reading every answer."""

from surveys.counts.model import FreshCounts, Stamp, StoredCounts
from surveys.counts.reading import load_counts
from surveys.counts.taking import drop_counts, keep_counts, recount, take_counts

__all__ = [
    "FreshCounts",
    "Stamp",
    "StoredCounts",
    "drop_counts",
    "keep_counts",
    "load_counts",
    "recount",
    "take_counts",
]
