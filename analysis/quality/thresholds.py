"""When a signal counts: fixed before the round, and kept with the result."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.arguments import settle
from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Thresholds:
    """Limits of the signals of one person.

    certain_seconds    : a form answered faster than this many seconds an item is certainly careless
    suspicious_seconds : faster than this is suspicious
    relative_speed     : more than this many times as fast as the middle person is suspicious
    fewest_answers     : forms with fewer valid answers are not judged by their answers
    irv_tail           : share of forms at either end of the spread within a person that is unusual
    scatter_irv        : the spread within a person (recoded) above which answers count as scattered
    relative_spread    : and their share of the largest spread that the person's mean allows, likewise
    long_string_tail   : chance of a run of one answer, at the person's own level, under which it is long
    mahalanobis_tail   : upper tail of chi-square beyond which a form is an outlier
    consistency        : correlations under this are suspicious (antonyms: over minus this)
    synonym            : items count as synonyms from this correlation on, as antonyms from minus this on
    fewest_pairs       : pairs of synonyms (or antonyms), or dimensions for even-odd, that a person's correlation needs
    common_pattern     : two equal forms of one device are certain duplicates only where at most this share of the
                         other forms is the same too
    duplicate_q        : false discovery rate over the forms of schools that several people gave
    instructed_failures: failed instructed items that are certain carelessness
    suspicious_needed  : kinds of suspicion that make a form a candidate for exclusion

    Raises
    ------
    AnalysisError
        Listing every limit that makes no sense.
    """

    certain_seconds: float = 1.0
    suspicious_seconds: float = 2.0
    relative_speed: float = 3.0
    fewest_answers: int = 6
    irv_tail: float = 0.01
    scatter_irv: float = 1.0
    relative_spread: float = 0.36
    long_string_tail: float = 0.001
    mahalanobis_tail: float = 0.001
    consistency: float = 0.0
    synonym: float = 0.6
    fewest_pairs: int = 3
    common_pattern: float = 0.01
    duplicate_q: float = 0.01
    instructed_failures: int = 1
    suspicious_needed: int = 2

    def __post_init__(self) -> None:
        settle(self, globals())
        problems = [
            f"{name} {getattr(self, name)} not between 0 and 1"
            for name in (
                "irv_tail",
                "relative_spread",
                "long_string_tail",
                "mahalanobis_tail",
                "synonym",
                "common_pattern",
                "duplicate_q",
            )
            if not 0 < getattr(self, name) < 1
        ]
        if not 0 <= self.certain_seconds <= self.suspicious_seconds:
            problems.append(f"certain_seconds {self.certain_seconds}, suspicious_seconds {self.suspicious_seconds}")
        if not -1 <= self.consistency <= 1:
            problems.append(f"consistency {self.consistency} is no correlation")
        if not self.relative_speed > 1:
            problems.append(f"relative_speed {self.relative_speed} not over 1")
        if not self.scatter_irv >= 0:
            problems.append(f"scatter_irv {self.scatter_irv} is negative")
        for name, least in (
            ("fewest_answers", 2),
            ("fewest_pairs", 3),
            ("instructed_failures", 1),
            ("suspicious_needed", 1),
        ):
            if getattr(self, name) < least:
                problems.append(f"{name} {getattr(self, name)} under {least}")
        if problems:
            raise AnalysisError(
                "Thresholds", "limits that make sense", "; ".join(problems), "correct each of the limits named"
            )
