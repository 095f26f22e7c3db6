"""Evaluations: a score as it stood, kept with everything needed to derive it again."""

from surveys.evaluations.making import derive, evaluate
from surveys.evaluations.model import LEVEL, WEIGHTINGS, EvaluationView, Preview, Weighting
from surveys.evaluations.previewing import preview
from surveys.evaluations.reading import find_evaluation

__all__ = [
    "LEVEL",
    "WEIGHTINGS",
    "EvaluationView",
    "Preview",
    "Weighting",
    "derive",
    "evaluate",
    "find_evaluation",
    "preview",
]
