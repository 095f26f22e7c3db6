"""What all tests here share: the rows they may use, degrees of freedom, and quadratic forms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, Floats, Integers, number_clusters, some, sum_by
from analysis.errors import AnalysisError
from analysis.variance import degrees_of_freedom

Flags = NDArray[np.bool_]
SINGULAR = 1e-10  # smallest over largest eigenvalue of a correlation matrix that can still be inverted
FEW = 8  # degrees of freedom below which a standard error is shaky (Parker et al. 2017)


def degrees(design: Design, inside: Flags) -> Integers:
    """Clusters minus strata that have a row inside, for each column of `inside` (n, k): (k,)."""
    clusters = number_clusters(design)
    present = sum_by(clusters.row, inside.astype(float), clusters.stratum.size) > 0
    return degrees_of_freedom(clusters, present)


def quadratic(where: str, value: Floats, covariance: Floats) -> float:
    """x' V^-1 x.

    Parameters
    ----------
    where : the test that asks, for the message
    value : (k,) float
    covariance : (k, k) float

    Raises
    ------
    AnalysisError
        A covariance that cannot be inverted: fewer clusters than differences, or something that does not vary.
    """
    scale = np.sqrt(np.diag(covariance))
    if np.all(scale > 0):
        correlation = covariance / np.outer(scale, scale)
        size, direction = np.linalg.eigh(correlation)
        if size[0] > SINGULAR * size[-1]:
            return float(np.sum(np.square(direction.T @ (value / scale)) / size))
    hint = "merge categories or domains, or for tables choose rao-scott-f, which needs no inverse"
    raise AnalysisError(where, f"{value.size} differences that vary separately between clusters", "fewer", hint)


def check_codes(where: str, design: Design, **codes: Integers) -> None:
    """Refuse codes that are no whole numbers of the design's rows."""
    problems = []
    for name, column in codes.items():
        if np.shape(column) != design.weight.shape:
            problems.append(f"{name} has shape {np.shape(column)}")
        elif np.asarray(column).dtype.kind not in "iu":
            problems.append(f"{name} has type {np.asarray(column).dtype}")
    if problems:
        expected = f"whole numbers ({design.weight.size},), below 0 outside the domain"
        raise AnalysisError(where, expected, "; ".join(problems), "number the categories from 0")


def present_codes(code: Integers, inside: NDArray[np.bool_]) -> tuple[Integers, Integers, list[int]]:
    """Number the codes that occur inside.

    Returns
    -------
    label (m,) the codes that occur; position (n,) in `label`, -1 outside; the codes below the largest of all rows
    that do not occur inside
    """
    label = np.unique(code[inside])
    position = np.where(inside, np.searchsorted(label, code), -1)
    absent = np.setdiff1d(np.unique(code[code >= 0]), label)
    return label, position, absent.tolist()


def check_freedom(where: str, df: float) -> None:
    """Refuse a test that has no degrees of freedom left."""
    if df < 1:
        hint = "a test needs more clusters than strata and differences together; merge strata, categories or domains"
        raise AnalysisError(where, "1 or more degrees of freedom", f"{df:g}", hint)


def check_values(where: str, design: Design, values: Floats) -> Floats:
    """Values of the design's rows as float, NaN outside; infinite ones refused."""
    found = np.asarray(values, float)
    if found.shape != design.weight.shape:
        raise AnalysisError(where, f"values ({design.weight.size},)", f"shape {found.shape}")
    if np.any(np.isinf(found)):
        rows = some(np.flatnonzero(np.isinf(found)))
        raise AnalysisError(where, "finite values, or NaN outside the domain", f"infinite in row {rows}")
    return found
