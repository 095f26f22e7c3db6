"""How sure a score is: the silent, other scorecards, and errors computed another way."""

from __future__ import annotations

from typing import Any

from analysis.errors import AnalysisError
from surveys.studies.basis import Basis
from surveys.studies.repeating import study_errors
from surveys.studies.schemes import study_schemes
from surveys.studies.supposing import open_groups, study_silence


def study_certainty(basis: Basis) -> dict[str, Any]:
    """Three studies beside one score.

    `open` are groups in which anybody might answer, unasked. `errors` is None where one school answered: it has none.
    """
    try:
        errors = study_errors(basis)
    except AnalysisError:
        errors = None
    return {
        "open": open_groups(basis),
        "silence": study_silence(basis),
        "schemes": study_schemes(basis),
        "errors": errors,
    }
