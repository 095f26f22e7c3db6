from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.design import Design, number, number_clusters
from analysis.errors import AnalysisError
from analysis.strata import collapse
from analysis.variance import covariance, degrees_of_freedom, deviations


def integers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_everything_wrong_is_listed() -> None:
    with pytest.raises(AnalysisError) as caught:
        Design(integers(0, -1), integers(0, 1), np.array([1.0, 0.0]))
    assert "negative" in str(caught.value)
    assert "1 weights" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((integers(0, 1), integers(5, 5), np.ones(2)), "more than one stratum: 5"),
        ((integers(0, 0), integers(5), np.ones(2)), "lengths differ"),
        ((integers(), integers(), np.ones(0)), "no rows"),
        ((integers(0, 0), integers(1, 2), np.ones(2), integers(1)), "population has: 0"),
        ((integers(0, 1), integers(1, 2), np.ones(2), integers(3)), "population for 1 strata"),
    ],
)
def test_designs_that_cannot_be(arguments: Any, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        Design(*arguments)


def test_clusters_without_anybody_in_the_domain_count() -> None:
    """Two clusters with totals 2 and 0: 2/1 (1 + 1) = 4; the empty one is there."""
    design = Design(integers(0, 0, 0), integers(0, 0, 1), np.ones(3))
    assert covariance(design, np.array([[1.0], [1.0], [0.0]])) == pytest.approx(4)
    clusters = number_clusters(design)
    assert np.square(deviations(clusters, np.array([[2.0], [0.0]]))).sum() == pytest.approx(4)
    assert degrees_of_freedom(clusters, np.array([[True], [False]])).tolist() == [0]


def test_a_complete_count_has_no_sampling_error() -> None:
    design = Design(integers(0, 0, 1), integers(0, 1, 2), np.ones(3), integers(2, 1))
    assert covariance(design, np.array([[1.0], [5.0], [7.0]])) == 0


def test_collapse_takes_in_the_next() -> None:
    """Clusters by stratum 2, 1, 3, 1, 1: stratum 1 joins 2, stratum 3 joins 4."""
    stratum, cluster = integers(0, 0, 1, 2, 2, 2, 3, 4), np.arange(8)
    assert collapse(stratum, cluster).tolist() == [0, 0, 1, 1, 1, 1, 3, 3]


def test_collapse_at_the_end_joins_the_run_before() -> None:
    assert collapse(integers(0, 0, 1), integers(0, 1, 2)).tolist() == [0, 0, 0]


def test_collapse_stays_within_a_kind_where_it_can() -> None:
    """Stratum 1 is alone between 0 and 2; only 2 is of its kind."""
    stratum, cluster, kind = integers(0, 0, 1, 2, 2), np.arange(5), integers(0, 0, 1, 1, 1)
    assert collapse(stratum, cluster, kind=kind).tolist() == [0, 0, 1, 1, 1]
    kind = integers(0, 0, 1, 2, 2)
    assert collapse(stratum, cluster, kind=kind).tolist() == [0, 0, 1, 1, 1]


def test_one_cluster_stays_alone() -> None:
    assert collapse(integers(3, 3), integers(8, 8)).tolist() == [3, 3]


@pytest.mark.parametrize("spread", [1, 10**12])
def test_numbering(spread: int) -> None:
    label, position = number(integers(7, 2, 7, 40) * spread)
    assert label.tolist() == [2 * spread, 7 * spread, 40 * spread]
    assert position.tolist() == [1, 0, 1, 2]
