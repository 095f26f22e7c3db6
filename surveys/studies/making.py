"""The kinds of study there are, and making one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analysis.errors import AnalysisError
from surveys.errors import SurveyError
from surveys.studies.basis import Basis
from surveys.studies.certainty import study_certainty
from surveys.studies.changes import study_changes
from surveys.studies.drivers import study_drivers
from surveys.studies.schools import study_schools

Study = Callable[[Basis], dict[str, Any]]
KINDS: Mapping[str, Study] = {
    "schools": study_schools,
    "certainty": study_certainty,
    "changes": study_changes,
    "drivers": study_drivers,
}
OVER_TIME = frozenset({"changes"})  # kinds that read the county's earlier campaigns, too
AT_ONCE = 100_000  # answers up to which studies are made while somebody waits for a page


def make_study(basis: Basis, *, kind: str) -> dict[str, Any]:
    """The study as plain data. Pure: the same basis gives the same numbers. Whatever is not defined is None.

    Raises SurveyError(`study.impossible`) where the answers do not carry it.
    """
    try:
        return KINDS[kind](basis)
    except AnalysisError as error:
        raise SurveyError("study.impossible", "conflict", where=error.where, expected=error.expected) from error
