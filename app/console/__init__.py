"""The console: officers set surveys up and watch them, evaluators and analysts read the score."""

from app.console import campaigns, codes, counties, filters, misuse, papers, responses, scores
from app.console.door import blueprint

__all__ = ["blueprint", "campaigns", "codes", "counties", "filters", "misuse", "papers", "responses", "scores"]
