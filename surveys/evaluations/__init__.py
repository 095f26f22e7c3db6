"""Evaluations: a score as it stood, kept with everything needed to derive it again."""

from surveys.evaluations.making import derive, evaluate
from surveys.evaluations.model import LEVEL, WEIGHTINGS, EvaluationView, Weighting
from surveys.evaluations.reading import find_evaluation

__all__ = ["LEVEL", "WEIGHTINGS", "EvaluationView", "Weighting", "derive", "evaluate", "find_evaluation"]
