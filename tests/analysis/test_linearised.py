"""Influence by cluster gives the score's own errors, whatever is counted and however groups are put together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.frame import Sample
from analysis.rule import ScoringRule
from analysis.scoring import Linearised, ScoreRow, linearise, score
from analysis.variance import covariance
from tests.analysis import conftest as reference
from tests.analysis.test_score_slowly import make_rule, make_sample

RULES: dict[str, dict[str, Any]] = {
    "items": {},
    "no dimensions": {"by_dimension": False},
    "pooled": {"grouping": "pooled"},
    "answers": {"unit": "answer"},
    "respondents": {"unit": "respondent", "respondent_threshold": 60.0, "respondent_minimum": 2},
    "overall": {"unit": "overall", "grouping": "equal"},
    "papers given out": {"denominator": "issued"},
    "papers given out, pooled": {"denominator": "issued", "grouping": "pooled"},
}
ISSUED = {"student": 60, "parent": 55, "public": 9}


def errors(found: Linearised) -> np.ndarray:
    spread = covariance(found.design, found.statistic.influence, lone="certainty", inside=found.statistic.inside)
    return np.asarray(np.sqrt(np.diag(spread)))


def lines(sample: Sample, rule: ScoringRule, **given: Any) -> dict[tuple[str | None, ...], ScoreRow]:
    scored = score(sample, rule, **given)
    rows = {(row.group, row.dimension, row.item): row for row in scored.rows if row.school is None}
    return {**rows, (None, None, None): ScoreRow(None, None, None, None, scored.composite, None, None)}


def check(sample: Sample, rule: ScoringRule, **given: Any) -> None:
    found, rows = linearise(sample, rule, **given), lines(sample, rule, **given)
    assert set(found.about) == {about for about, row in rows.items() if row.estimate.value is not None}
    for place, (about, error) in enumerate(zip(found.about, errors(found).tolist(), strict=True)):
        row = rows[about].estimate
        assert found.statistic.value[place] == pytest.approx(row.value, abs=1e-9), about
        assert found.n[place] == row.n, about
        if row.se is not None:
            assert error == pytest.approx(row.se, abs=1e-7), about


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("same_weights", [True, False])
def test_errors_are_those_of_the_score(name: str, same_weights: bool) -> None:
    rule = make_rule(**RULES[name])
    check(make_sample(5, same_weights=same_weights), rule, issued=ISSUED if rule.denominator == "issued" else None)


def test_the_reference_sample(school: Sample) -> None:
    check(school, reference.make_rule())


def test_rows_are_schools_and_people_without_one() -> None:
    sample = make_sample(5, same_weights=False)
    found = linearise(sample, make_rule())
    assert sorted(found.school.tolist()) == [-1] * int((sample.school < 0).sum()) + list(range(6))
    assert set(found.stratum[found.school < 0].tolist()) == {2}
    public = [place for place, (group, *_) in enumerate(found.about) if group == "public"]
    assert not found.statistic.influence[found.school >= 0][:, public].any()
