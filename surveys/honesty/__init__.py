"""Whether it was answered honestly: evidence and never verdicts, rules that are decided by name before the score."""

from surveys.honesty.deciding import decide, is_score_seen, list_exclusions, withdraw
from surveys.honesty.evidence import Sight, keep, look
from surveys.honesty.model import EvidenceView, ExclusionView
from surveys.honesty.reading import find_evidence, name_schools
from surveys.honesty.rules import ExclusionRule, get_rule, library_rules

__all__ = [
    "EvidenceView",
    "ExclusionRule",
    "ExclusionView",
    "Sight",
    "decide",
    "find_evidence",
    "get_rule",
    "is_score_seen",
    "keep",
    "library_rules",
    "list_exclusions",
    "look",
    "name_schools",
    "withdraw",
]
