"""Weights made anew for replicates of the clusters that were drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.weighting.cells import make_cells
from analysis.weighting.margins import calibrate_cells
from analysis.weighting.steps import CellWeights, rows_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def calibrate_again(
    names: Sample | Counts,
    population: Population,
    weights: CellWeights,
    margins: Mapping[str, Integers],
    factor: Floats,
    *,
    times: float = 4.0,
) -> Floats:
    """Known totals and the cap once more, for each replicate of the weights before them.

    Parameters
    ----------
    names, population, margins, times : as they were given to `design_weights`
    weights : the cells of its result, m of them
    factor : (m, R) what a replicate multiplies the weights of a cell with; 0 where it has no answer of it

    Returns
    -------
    (m, R) float, the final weights of each replicate over the final weights; 0 where the factor is

    Notes
    -----
    Base weights are multiplied with the factor, then steps 3 and 4 of `design_weights` are done again: raking to the
    people of the frame, and the cap. Factors for those who did not answer are kept: they come from within the schools.
    Where the factors are all 1, so is the result.

    Raises
    ------
    AnalysisError
        Factors that do not fit the cells, weights of other cells.
    """
    cells = make_cells(rows_of(names), population)
    there = cells.answers > 0
    if factor.ndim != 2 or factor.shape[0] != weights.group.size or int(there.sum()) != weights.group.size:
        got = f"shape {factor.shape} for {weights.group.size} cells, {int(there.sum())} with answers"
        raise AnalysisError("calibrate_again", "factors (m, R) of the cells with answers", got)
    start, final = weights.after("nonresponse"), weights.final
    result = np.zeros(factor.shape)
    for column, each in enumerate(factor.T):
        drawn = each > 0
        answers = np.zeros(cells.answers.size)
        answers[there] = np.where(drawn, cells.answers[there], 0.0)
        weight = np.ones(cells.answers.size)
        weight[there] = np.where(drawn, start * each, 1.0)
        fitted = calibrate_cells(replace(cells, answers=answers), weight, population, names, margins, times)
        anew = weight[there] * fitted.calibration[there] * fitted.trimming[there]
        result[:, column] = np.where(drawn, anew / final, 0.0)
    return result
