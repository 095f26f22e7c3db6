"""From answers and a scoring rule to the score of a county, with its uncertainty and everything it is made of."""

from analysis.results import Notice
from analysis.scoring.arrays import figures
from analysis.scoring.linearised import Linearised, linearise
from analysis.scoring.making import score, score_counts
from analysis.scoring.result import Figures, SchoolItems, Score, ScoreRow, Silence
from analysis.scoring.verdicts import decide, find_band, majority_band, reaches, round_half_up

__all__ = [
    "Figures",
    "Linearised",
    "Notice",
    "SchoolItems",
    "Score",
    "ScoreRow",
    "Silence",
    "decide",
    "figures",
    "find_band",
    "linearise",
    "majority_band",
    "reaches",
    "round_half_up",
    "score",
    "score_counts",
]
