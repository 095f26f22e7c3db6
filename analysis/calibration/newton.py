"""The equations of calibration, solved by Newton's method with steps that are halved until they help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from analysis.calibration.distances import Distance
from analysis.calibration.margins import Floats, Integers

HALVINGS = 40
ENOUGH = 1e-4  # share of the promised gain that a step must bring
CLEARLY = 0.9


@dataclass(frozen=True)
class Table:
    """The auxiliaries x of m rows: p categories that rows of a cell share, then q columns.

    indicator : (C, p) ones and zeros, sparse
    row       : (m,) the cell of each row
    columns   : (m, q)
    """

    indicator: sparse.csr_array
    row: Integers
    columns: Floats

    def at(self, slope: Floats) -> Floats:
        """(m,) x'slope."""
        middle = self.indicator.shape[1]
        found = np.asarray(self.indicator @ slope[:middle])[self.row]
        return found + self.columns @ slope[middle:] if self.columns.size else found

    def sums(self, weight: Floats) -> Floats:
        """(p + q,) sum of weight x."""
        return np.concatenate([self.indicator.T @ self._by_cell(weight), self.columns.T @ weight])

    def sizes(self, weight: Floats) -> Floats:
        """(p + q,) sum of weight |x|."""
        return np.concatenate([self.indicator.T @ self._by_cell(weight), np.abs(self.columns).T @ weight])

    def inner(self, weight: Floats) -> Floats:
        """(p + q, p + q) sum of weight x x'."""
        weighted = self.columns * weight[:, None]
        cells = np.zeros((self.indicator.shape[0], self.columns.shape[1]))
        for place in range(cells.shape[1]):
            cells[:, place] = self._by_cell(np.ascontiguousarray(weighted[:, place]))
        mixed = self.indicator.T @ cells
        of_cells = self.indicator.T @ (sparse.diags_array(self._by_cell(weight)) @ self.indicator)
        return np.block([[of_cells.toarray(), mixed], [mixed.T, weighted.T @ self.columns]])

    def _by_cell(self, weight: Floats) -> Floats:
        return np.asarray(np.bincount(self.row, weights=weight, minlength=self.indicator.shape[0]), float)


@dataclass(frozen=True)
class Problem:
    """Find factors F(x'l) with sum start F(x'l) x = total.

    start : (m,); total : (p + q,); scale : (p + q,) > 0, what an error is compared with
    """

    table: Table
    start: Floats
    total: Floats
    scale: Floats
    distance: Distance


@dataclass(frozen=True)
class State:
    """Where the search is.

    slope : (p + q,) l; at : (m,) x'l; factor : (m,); off : (p + q,) totals minus targets; error : the largest
    |off| / scale; height : of the convex function whose minimum is sought, its gradient being `off`
    """

    slope: Floats
    at: Floats
    factor: Floats
    off: Floats
    error: float
    height: float


def solve(problem: Problem, tolerance: float, iterations: int) -> tuple[State, int]:
    """The state that meets the totals, or the last one; and the rounds it took."""
    state = _state(problem, np.zeros(problem.total.size))
    for done in range(iterations):
        if state.error <= tolerance:
            return state, done
        further = next(_tries(problem, state), None)
        if further is None:
            return state, done
        state = further
    return state, iterations


def _state(problem: Problem, slope: Floats) -> State:
    at = problem.table.at(slope)
    factor = problem.distance.value(at)
    off = problem.table.sums(problem.start * factor) - problem.total
    height = float(problem.start @ problem.distance.integral(at) - problem.total @ slope)
    return State(slope, at, factor, off, float(np.max(np.abs(off) / problem.scale)), height)


def _tries(problem: Problem, state: State) -> Iterator[State]:
    """Newton's step, halved; then, where F' is bounded, the step that is sure to go down."""
    for bend in _bends(problem.distance, state.at):
        step = _step(problem.table.inner(problem.start * bend), state.off)
        promised = float(step @ state.off)
        for halving in range(HALVINGS):
            length = 0.5**halving
            next_state = _state(problem, state.slope - length * step)
            if _helps(state, next_state, promised * length):
                yield next_state


def _bends(distance: Distance, at: Floats) -> Iterator[NDArray[np.float64]]:
    yield distance.slope(at)
    if distance.steepest is not None:
        yield np.full(at.size, distance.steepest)


def _helps(now: State, then: State, promised: float) -> bool:
    """Clearly nearer to the totals, or clearly lower; below rounding, neither can be told."""
    if then.error <= CLEARLY * now.error:
        return True
    return promised > 1e-13 * abs(now.height) and now.height - then.height >= ENOUGH * promised


def _step(inner: Floats, off: Floats) -> Floats:
    """The solution of inner step = off; the shortest one where columns are collinear."""
    diagonal = np.diag(inner)
    size = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return np.asarray(linalg.pinvh(inner / np.outer(size, size)) @ (off / size) / size)
