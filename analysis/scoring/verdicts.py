"""From numbers to words: thresholds, bands, votes, and rounding as people do it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from analysis.errors import AnalysisError
from analysis.results import Estimate
from analysis.rule import MajorityRule, ScoringRule, Verdict

NOISE = Decimal("1e-9")  # smaller differences come from binary arithmetic, not from answers


def settle(value: float) -> Decimal:
    """The decimal number that was meant: 84.99499999999999 is 84.995."""
    return Decimal(repr(float(value))).quantize(NOISE, ROUND_HALF_EVEN)


def round_half_up(value: float, decimals: int) -> float:
    """Round half away from zero, in decimal.

    Parameters
    ----------
    value : float, finite
    decimals : int, 0 or more

    Returns
    -------
    float

    Notes
    -----
    `round` and `numpy.round` take halves to the even digit and see 84.995 as the binary number just below it. Here
    the number is read as it prints, to nine decimals, and then rounded: 84.995 gives 85.00.
    """
    return float(settle(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def reaches(value: float, threshold: float, comparison: Literal[">=", ">"]) -> bool:
    """Whether an unrounded value is at (`>=`) or above (`>`) the threshold, noise of binary arithmetic apart."""
    number, line = settle(value), settle(threshold)
    return number >= line if comparison == ">=" else number > line


def decide(estimate: Estimate, threshold: float, comparison: Literal[">=", ">"]) -> Verdict:
    """The verdict of an interval: all of it at the threshold, none of it, or neither."""
    if estimate.low is None or estimate.high is None:
        return "not_enough_evidence"
    if reaches(estimate.low, threshold, comparison):
        return "met"
    return "not_enough_evidence" if reaches(estimate.high, threshold, comparison) else "not_met"


def find_band(value: float | None, rule: ScoringRule) -> str | None:
    """The highest band whose lowest score the unrounded value reaches; None below all bands or without a value."""
    if value is None:
        return None
    bands = sorted(rule.bands, key=lambda band: band[0], reverse=True)
    return next((name for lowest, name in bands if reaches(value, lowest, ">=")), None)


def majority_band(votes: Mapping[int, int], roster: int, rule: MajorityRule) -> str:
    """The band by votes against the roster, one vote each.

    Parameters
    ----------
    votes : number of votes by option code; codes of no level count for none
    roster : everybody who could have voted
    rule : MajorityRule

    Returns
    -------
    The first level, best first, at which its votes and those of all better levels are at least `share` of the
    roster; `otherwise` where none is.

    Raises
    ------
    AnalysisError
        No roster, negative counts, more votes than the roster, a code in two levels.
    """
    cast = sum(votes.values())
    if roster < 1 or cast > roster or min(votes.values(), default=0) < 0:
        raise AnalysisError("majority_band", "votes of 0 or more, no more than the roster", f"{cast} of {roster}")
    codes = [code for _, level in rule.levels for code in level]
    if len(codes) != len(set(codes)):
        raise AnalysisError("majority_band", "each code in one level", f"{sorted(codes)}")
    share, reached = Fraction(str(rule.share)), 0
    for name, level in rule.levels:
        reached += sum(votes.get(code, 0) for code in level)
        if reached >= share * roster:
            return name
    return rule.otherwise
