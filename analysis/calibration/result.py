"""What a calibration hands on, and how a design learns of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from analysis.arguments import checked
from analysis.calibration.margins import Cells, Columns, Floats, Margin, indicators, sums
from analysis.design import Calibration, Design
from analysis.errors import AnalysisError
from analysis.results import Notice
from analysis.weighting import kish_deff


@dataclass(frozen=True)
class Totals:
    """The p known totals beside those of the weights, margins first, then columns.

    name   : p names
    target : (p,) float, known
    before : (p,) float, with the starting weights
    after  : (p,) float, with the weights that were found
    """

    name: tuple[str, ...]
    target: Floats
    before: Floats
    after: Floats


@dataclass(frozen=True)
class Calibrated:
    """Weights that reproduce known totals.

    weight      : (n,) float; above 0, where the start is, unless a notice says otherwise
    factor      : (n,) float, g = weight / start
    start       : (n,) float, the weights before
    margins     : as they were used, with one grand total
    columns     : as they were used, or None
    totals      : known totals, before and after
    error       : the largest distance of a total from its target, as a share of the target
    iterations  : rounds until that was reached
    method      : how
    notices     : what the reader must know
    """

    weight: Floats
    factor: Floats
    start: Floats
    margins: tuple[Margin, ...]
    columns: Columns | None
    totals: Totals
    error: float
    iterations: int
    method: str
    notices: tuple[Notice, ...]

    @property
    def deff_before(self) -> float | None:
        """Kish's design effect of the starting weights, of the rows with one."""
        return _deff(self.start)

    @property
    def deff_after(self) -> float | None:
        """Kish's design effect of the weights, of the rows with one; None where some are below 0."""
        return _deff(self.weight)

    @property
    def step(self) -> Calibration:
        """What standard errors must know: the calibrated columns, sparse where they are categories."""
        return Calibration(self.auxiliary, self.start)

    @property
    def auxiliary(self) -> Floats | sparse.csr_array:
        """(n, p) columns in the order of `totals`."""
        if not self.margins:
            assert self.columns is not None
            return self.columns.values
        table = indicators(self.margins, self.start.size)
        if self.columns is None:
            return table
        return sparse.csr_array(sparse.hstack([table, sparse.csr_array(self.columns.values)], format="csr"))


@checked
def calibrated_design(design: Design, result: Calibrated) -> Design:
    """The design with calibrated weights, and with standard errors that know of the calibration.

    Parameters
    ----------
    design : Design of the same rows, with the weights that the calibration started from
    result : Calibrated

    Returns
    -------
    Design

    Notes
    -----
    The same as `replace(design, weight=result.weight, calibration=(*design.calibration, result.step))`.

    Raises
    ------
    AnalysisError
        Other rows, other starting weights, weights that are not above 0.
    """
    if design.weight.shape != result.start.shape:
        raise AnalysisError("calibrated_design", f"{design.weight.size} rows", f"{result.start.size}")
    if not np.allclose(design.weight, result.start, rtol=1e-9, atol=0):
        raise AnalysisError(
            "calibrated_design",
            "a design with the weights that the calibration started from",
            f"others in {int(np.sum(~np.isclose(design.weight, result.start, rtol=1e-9, atol=0)))} rows",
            "replace(design, weight=result.start) first, if the rows are the same",
        )
    if not result.weight.min() > 0:
        raise AnalysisError(
            "calibrated_design",
            "weights above 0",
            f"{int(np.sum(result.weight <= 0))} others, the least {result.weight.min():.4g}",
            "use raking or logit, or linear with a lower bound above 0",
        )
    return replace(design, weight=result.weight, calibration=(*design.calibration, result.step))


def margin_totals(cells: Cells, margins: Sequence[Margin], factor: Floats) -> Totals:
    """The table of the margins, from the cells and their factors (C,)."""
    return Totals(
        name=tuple(margin.label(place) for margin in margins for place in range(margin.total.size)),
        target=np.concatenate([margin.total for margin in margins]),
        before=np.concatenate([*sums(cells, margins, cells.start)]),
        after=np.concatenate([*sums(cells, margins, cells.start * factor)]),
    )


def distance(totals: Totals) -> Floats:
    """(p,) |after - target| as a share of the target, or of what there was before where the target is near 0."""
    scale = np.maximum(np.abs(totals.target), 1e-3 * np.abs(totals.before))
    return np.abs(totals.after - totals.target) / np.where(scale > 0, scale, 1.0)


def worst(totals: Totals, off: Floats, most: int = 5) -> str:
    """The totals that are furthest off, in words."""
    order = [place for place in np.argsort(-off, kind="stable")[:most] if off[place] > off.max() * 1e-3]
    return ", ".join(
        f"{totals.name[place]} {totals.after[place]:.6g} instead of {totals.target[place]:.6g}" for place in order
    )


def _deff(weight: Floats) -> float | None:
    """Of the rows with a weight; none where one is below 0."""
    least = weight.min()
    return None if least < 0 else kish_deff(weight if least > 0 else weight[weight > 0])


def finish(
    start: Floats,
    factor: Floats,
    totals: Totals,
    *,
    margins: tuple[Margin, ...],
    columns: Columns | None = None,
    iterations: int,
    method: str,
    notices: Sequence[Notice],
) -> Calibrated:
    """The result from starting weights and factors (n,) each."""
    weight = start * factor
    return Calibrated(
        weight=weight,
        factor=factor,
        start=start,
        margins=margins,
        columns=columns,
        totals=totals,
        error=float(distance(totals).max()),
        iterations=iterations,
        method=method,
        notices=tuple(notices),
    )
