"""The standard errors once more, from replicates of the schools."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.scoring.replicated import (
    ClusterSums,
    bootstrap_errors,
    bootstrap_factors,
    cluster_sums,
    jackknife_errors,
)
from analysis.weighting.again import calibrate_again
from analysis.weighting.steps import CellWeights, design_weights
from surveys.evaluations.weighing import TIMES, margins_of
from surveys.studies.basis import Basis

Plain = dict[str, Any]
Floats = NDArray[np.float64]
REPLICATES = 200


def study_errors(basis: Basis) -> Plain:
    """Errors of the composite and the groups by formula, jackknife and bootstrap, from sums by school.

    `anew` is the bootstrap with the weights calibrated again in every replicate; None where they follow from each
    school's own roll, so that no replicate would change them. Raises AnalysisError where there is one school.
    """
    population = basis.dataset.roster.population
    sums = cluster_sums(basis.sample, basis.rule, population=population, issued=basis.issued or None)
    factor = bootstrap_factors(sums, REPLICATES, basis.rng())
    columns = {
        "value": sums.estimate,
        "linearised": sums.linearised,
        "jackknife": jackknife_errors(sums),
        "bootstrap": bootstrap_errors(sums, factor),
        "anew": _calibrated(basis, sums, factor),
    }
    names = (*basis.sample.groups, None)
    return {
        "replicates": REPLICATES,
        "clusters": int(sums.stratum.size),
        "strata": int(np.unique(sums.stratum).size),
        "weighting": basis.evaluation.recipe["weighting"],
        "rows": [
            {"group": group, **{name: _defined(column, place) for name, column in columns.items()}}
            for place, group in enumerate(names)
        ],
    }


def _calibrated(basis: Basis, sums: ClusterSums, factor: Floats) -> Floats | None:
    """The bootstrap with every step after the draw done again, which is where schools lean on one another."""
    roster = basis.dataset.roster
    if roster.draw is None or basis.evaluation.recipe["weighting"] != "design" or basis.rule.denominator != "valid":
        return None
    margins = margins_of(roster.strata)
    weights = design_weights(basis.sample, roster.population, roster.draw.chances, margins, times=TIMES)
    place = _places(weights.cells, sums, len(roster.groups))
    people = np.bincount(place, minlength=weights.cells.group.size)
    mean = np.zeros((people.size, factor.shape[1]))
    np.add.at(mean, place, factor)
    mean /= people[:, None]
    try:
        anew = calibrate_again(basis.sample, roster.population, weights.cells, margins, mean, times=TIMES)
    except AnalysisError:
        return None  # in some replicate the known totals cannot be met
    return bootstrap_errors(sums, factor * (anew / np.where(mean > 0, mean, 1.0))[place])


def _places(cells: CellWeights, sums: ClusterSums, groups: int) -> NDArray[np.int64]:
    """(r,) the cell of weights that each row of sums is in; that of the county for schools the frame does not have."""
    cell = (cells.school + 1) * groups + cells.group
    at = dict(zip(cell.tolist(), range(cell.size), strict=True))
    own = ((sums.school + 1) * groups + sums.group).tolist()
    return np.array([at[key] if key in at else at[key % groups] for key in own], np.int64)


def _defined(column: Floats | None, place: int) -> float | None:
    return None if column is None or not np.isfinite(column[place]) else float(column[place])
