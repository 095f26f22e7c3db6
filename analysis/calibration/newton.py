"""The equations of calibration, solved by Newton's method with steps that are halved until they help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from analysis.calibration.distances import Distance
from analysis.calibration.margins import Floats

HALVINGS = 40
ENOUGH = 1e-4  # share of the promised gain that a step must bring
CLEARLY = 0.9


@dataclass(frozen=True)
class Problem:
    """Find factors F(x'l) with sum start F(x'l) x = total.

    table : (m, p) x, dense or sparse; start : (m,); total : (p,); scale : (p,) > 0, what an error is compared with
    """

    table: Floats | sparse.csr_array
    start: Floats
    total: Floats
    scale: Floats
    distance: Distance


@dataclass(frozen=True)
class State:
    """Where the search is.

    slope : (p,) l; at : (m,) x'l; factor : (m,); off : (p,) totals minus targets; error : the largest |off| / scale;
    height : of the convex function whose minimum is sought, its gradient being `off`
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
        further = next((better for better in _tries(problem, state)), None)
        if further is None:
            return state, done
        state = further
    return state, iterations


def _state(problem: Problem, slope: Floats) -> State:
    at = np.asarray(problem.table @ slope)
    factor = problem.distance.value(at)
    off = np.asarray(problem.table.T @ (problem.start * factor)) - problem.total
    height = float(problem.start @ problem.distance.integral(at) - problem.total @ slope)
    return State(slope, at, factor, off, float(np.max(np.abs(off) / problem.scale)), height)


def _tries(problem: Problem, state: State) -> Iterator[State]:
    """Newton's step, halved; then, where F' is bounded, the step that is sure to go down."""
    bends = [problem.distance.slope(state.at)]
    if problem.distance.steepest is not None:
        bends.append(np.full(state.at.size, problem.distance.steepest))
    for bend in bends:
        step = _step(problem, problem.start * bend, state.off)
        promised = float(step @ state.off)
        for halving in range(HALVINGS):
            length = 0.5**halving
            next_state = _state(problem, state.slope - length * step)
            if _helps(state, next_state, promised * length):
                yield next_state


def _helps(now: State, then: State, promised: float) -> bool:
    """Clearly nearer to the totals, or clearly lower; below rounding, neither can be told."""
    if then.error <= CLEARLY * now.error:
        return True
    return promised > 1e-13 * abs(now.height) and now.height - then.height >= ENOUGH * promised


def _step(problem: Problem, weight: Floats, off: Floats) -> Floats:
    """The solution of X'diag(weight)X step = off; the shortest one where columns are collinear."""
    table = problem.table
    weighted = table.multiply(weight[:, None]).tocsr() if sparse.issparse(table) else table * weight[:, None]
    inner = weighted.T @ table
    inner = np.asarray(inner.todense() if sparse.issparse(inner) else inner)
    diagonal = np.diag(inner)
    if not diagonal.max() > 0:
        return np.zeros(off.size)
    size = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return np.asarray(linalg.pinvh(inner / np.outer(size, size)) @ (off / size) / size)
