"""Scorecards of the library on the reference data: the same answers under several schemes, against R `survey`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.frame import Sample
from analysis.results import Estimate
from analysis.scoring import score
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.model import Respondent, Scorecard
from tests.analysis.conftest import GROUP_WEIGHT, ITEMS
from tests.surveys.scorecard_papers import item, library_scorecard, paper

FIXED: dict[str, Any] = {"grouping": "fixed", "groups": GROUP_WEIGHT}


def composite(school: Sample, card: Scorecard) -> Estimate:
    asked = [item((name, "satisfaction-5", None), role="overall" if name == "q13" else "item") for name in ITEMS]
    return score(school, compile_rule(card, number=1, instruments=[paper(*asked)])).composite


# the reference's scheme, the library's scorecard, what is changed, and the reference's unit
SCHEMES = [
    ("pooled_weighted", "top-two-of-five", {"unit": "overall"}, 100),
    ("option_points", "graded-100-80-60-30-0", {"unit": "overall", **FIXED}, 1),
    ("top3", "top-three-of-five", {"unit": "overall", **FIXED}, 100),
    ("respondent", "respondent-mean-four", {"respondent": Respondent(80, 6), **FIXED}, 100),
]


@pytest.mark.parametrize(("scheme", "name", "changes", "unit"), SCHEMES)
def test_schemes(school: Sample, expected: dict[str, Any], scheme: str, name: str, changes: dict, unit: float) -> None:
    found = composite(school, replace(library_scorecard(name), **changes))
    case = expected["school.SD.schemes"][scheme]
    assert found.value == pytest.approx(unit * case["est"], rel=1e-8)
    assert found.se == pytest.approx(unit * case["se"], rel=1e-8)


@pytest.mark.parametrize(
    ("name", "points"), [("five-by-twenty", lambda x: 20 * x), ("quarter-steps", lambda x: 25 * (x - 1))]
)
def test_mean_grades(school: Sample, expected: dict[str, Any], name: str, points: Any) -> None:
    """The mean of 1 to 5 of the overall question, on the scale of each scorecard."""
    found = composite(school, replace(library_scorecard(name), unit="overall", **FIXED))
    case = expected["school.SD.mean_score"]["items"]["q13"]["composite"]
    assert found.value == pytest.approx(points(case["est"]), rel=1e-8)
    assert found.se == pytest.approx(points(1 + case["se"]) - points(1), rel=1e-8)
