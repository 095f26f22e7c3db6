"""Evaluations: a score as it stood, kept with everything needed to derive it again."""

from surveys.evaluations.making import derive, evaluate
from surveys.evaluations.model import LEVEL, WEIGHTINGS, EvaluationView, Preview, Weighting
from surveys.evaluations.previewing import preview
from surveys.evaluations.reading import find_evaluation
from surveys.evaluations.versions import VersionView, list_versions

__all__ = [
    "LEVEL",
    "WEIGHTINGS",
    "EvaluationView",
    "Preview",
    "VersionView",
    "Weighting",
    "derive",
    "evaluate",
    "find_evaluation",
    "list_versions",
    "preview",
]
