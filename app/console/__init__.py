"""The console: officers set surveys up and watch them, evaluators and analysts read the score."""

from app.console import (
    calls,
    campaigns,
    codes,
    counties,
    filters,
    honesty,
    interviews,
    keying,
    kits,
    misuse,
    outcomes,
    papers,
    plans,
    responses,
    scores,
    sending,
    watch,
)
from app.console.door import blueprint

__all__ = [
    "blueprint",
    "calls",
    "campaigns",
    "codes",
    "counties",
    "filters",
    "honesty",
    "interviews",
    "keying",
    "kits",
    "misuse",
    "outcomes",
    "papers",
    "plans",
    "responses",
    "scores",
    "sending",
    "watch",
]
