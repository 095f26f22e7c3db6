"""From answers and a scoring rule to the score of a county, with its uncertainty and everything it is made of."""

from analysis.results import Notice
from analysis.scoring.county import score
from analysis.scoring.result import Score, ScoreRow
from analysis.scoring.verdicts import decide, find_band, majority_band, reaches, round_half_up

__all__ = [
    "Notice",
    "Score",
    "ScoreRow",
    "decide",
    "find_band",
    "majority_band",
    "reaches",
    "round_half_up",
    "score",
]
