"""Outcome rates against examples that were worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.dispositions import Dispositions, OutcomeRates, outcome_rates
from analysis.errors import AnalysisError

# 600 eligible or unknown: N = 520, U = 80; 100 more are not eligible, so that e = 520 / 620 and N + e U = 18200 / 31.
CASES = Dispositions(
    complete=300, partial=20, refused=100, not_reached=80, other=20, unknown=60, unknown_other=20, not_eligible=100
)
LIKELY = 18200 / 31


def test_a_worked_example() -> None:
    rates = outcome_rates(CASES)
    assert rates.eligibility == pytest.approx([26 / 31])
    response = [300 / 600, 320 / 600, 300 / LIKELY, 320 / LIKELY, 300 / 520, 320 / 520]
    assert rates.response.ravel() == pytest.approx(response)
    assert rates.response.ravel() == pytest.approx([0.5, 0.5333, 0.5110, 0.5451, 0.5769, 0.6154], abs=5e-5)
    assert rates.cooperation.ravel() == pytest.approx([300 / 440, 320 / 440, 300 / 420, 320 / 420])
    assert rates.refusal.ravel() == pytest.approx([100 / 600, 100 / LIKELY, 100 / 520])
    assert rates.contact.ravel() == pytest.approx([440 / 600, 440 / LIKELY, 440 / 520])


def test_eligibility_may_be_known_from_elsewhere() -> None:
    assert outcome_rates(CASES, eligibility=0.5).response[2:4, 0] == pytest.approx([300 / 560, 320 / 560])
    none, all_ = (outcome_rates(CASES, eligibility=share).response[:, 0] for share in (0, 1))
    assert none[2:4] == pytest.approx(none[4:6])
    assert all_[2:4] == pytest.approx(all_[0:2])


def test_eligibility_is_estimated_from_all_cells_together() -> None:
    """Where it is known, 4 of 5 are: 10 of 10 in the first cell, 30 of 40 in the second, and nothing in the third."""
    cells = Dispositions(complete=[10, 30, 0], unknown=[10, 0, 5], not_eligible=[0, 10, 0])
    rates = outcome_rates(cells)
    assert rates.eligibility == pytest.approx([0.8, 0.8, 0.8])
    assert rates.response[2] == pytest.approx([10 / 18, 1, 0])


def test_without_cases_there_is_no_rate() -> None:
    rates = outcome_rates(Dispositions(complete=[0, 5]))
    empty, full = (
        np.concatenate([part[:, cell] for part in (rates.response, rates.cooperation, rates.refusal, rates.contact)])
        for cell in (0, 1)
    )
    assert np.isnan(empty).all()
    assert full == pytest.approx([1] * 6 + [1] * 4 + [0] * 3 + [1] * 3)
    assert np.isnan(outcome_rates(Dispositions(complete=[0])).eligibility).all()


def test_where_only_unknown_cases_are_left_nobody_can_say_how_many_are_eligible() -> None:
    rates = outcome_rates(Dispositions(complete=[0], unknown=[7]))
    assert rates.response[:2, 0] == pytest.approx([0, 0])
    assert np.isnan(rates.response[2:, 0]).all()


counts = st.lists(st.integers(0, 10_000), min_size=8, max_size=8)


@settings(max_examples=200)
@given(counts)
def test_what_holds_of_all_rates(cases: list[int]) -> None:
    rates = outcome_rates(Dispositions(*([each] for each in cases)))
    rr = rates.response[:, 0]
    known = rr[~np.isnan(rr)]
    assert ((known >= 0) & (known <= 1)).all()
    for lower, higher in ((0, 1), (2, 3), (4, 5), (0, 2), (2, 4), (1, 3), (3, 5)):  # partials, then fewer unknown
        assert not rr[lower] > rr[higher] + 1e-12
    parts = rates.response[1] + rates.refusal[0] + (1 - rates.contact[0])  # all but `other` once
    assert np.isnan(parts[0]) or parts[0] <= 1 + 1e-12


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Dispositions(complete=[1, -1], refused=[np.nan, 0]), "others in complete, refused"),
        (lambda: Dispositions(complete=[1, 2], refused=[1, 2, 3]), "shapes complete (2,), partial ()"),
        (lambda: Dispositions(complete=[[1]]), "shape (1, 1)"),
        (lambda: Dispositions(complete="many"), "values of type"),
        (lambda: outcome_rates(CASES, eligibility=1.2), "an eligibility from 0 to 1"),
        (lambda: outcome_rates(CASES, eligibility=[0.5, 0.5]), "got shape (2,)"),
        (lambda: outcome_rates(CASES, eligibility=np.nan), "an eligibility from 0 to 1"),
    ],
)
def test_what_is_said(call: Callable[[], object], words: str) -> None:
    with pytest.raises(AnalysisError) as error:
        call()
    assert words in str(error.value)


def test_rates_are_shares_by_cell() -> None:
    rates = outcome_rates(Dispositions(complete=np.arange(1, 4), refused=1))
    assert isinstance(rates, OutcomeRates)
    assert rates.response.shape == (6, 3)
    assert rates.refusal[2] == pytest.approx([1 / 2, 1 / 3, 1 / 4])
