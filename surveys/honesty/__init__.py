"""Whether it was answered honestly: evidence and never verdicts, rules that are decided by name before the score."""

from surveys.honesty.deciding import decide, is_score_seen, list_exclusions, withdraw
from surveys.honesty.model import EvidenceView, ExclusionView
from surveys.honesty.rules import ExclusionRule, get_rule, library_rules

__all__ = [
    "EvidenceView",
    "ExclusionRule",
    "ExclusionView",
    "decide",
    "get_rule",
    "is_score_seen",
    "library_rules",
    "list_exclusions",
    "withdraw",
]
