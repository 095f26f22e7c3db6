"""Means, shares, totals, ratios and what is made of them; then their estimates."""

from analysis.estimation.estimates import Interval, estimate, kish_size
from analysis.estimation.statistics import (
    Flags,
    Statistic,
    combine,
    in_domains,
    join,
    mean,
    proportions,
    ratio,
    total,
    transform,
)

__all__ = [
    "Flags",
    "Interval",
    "Statistic",
    "combine",
    "estimate",
    "in_domains",
    "join",
    "kish_size",
    "mean",
    "proportions",
    "ratio",
    "total",
    "transform",
]
