"""Estimates with their intervals, as rows are made of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import choose
from analysis.results import Estimate
from analysis.scoring.cells import Cells
from analysis.scoring.domain import SCALE, Domains
from analysis.scoring.variance import degrees_of_freedom, standard_errors

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
RATIO = "ratio; linearised, clusters within strata"
COMBINED = "weighted groups; linearised, clusters within strata"


def estimates(
    domains: Domains, cells: Cells, level: float, *, method: str = RATIO, factor: Floats | None = None
) -> list[tuple[Estimate, ...]]:
    """By domain its E estimates with standard errors and intervals, all multiplied by `factor` (D,)."""
    se, df = standard_errors(domains, cells), degrees_of_freedom(domains, cells)
    ones = np.ones(se.shape[0])
    found = make_estimates(
        domains.value.ravel(),
        se.ravel(),
        domains.n.ravel(),
        domains.n_eff.ravel(),
        df.ravel(),
        domains.single.ravel(),
        level,
        method=method,
        factor=np.repeat(ones if factor is None else factor, se.shape[1]),
        deff=np.repeat([_lent_deff(domains, se, domain) for domain in range(se.shape[0])], se.shape[1]),
    )
    return [found[begin : begin + se.shape[1]] for begin in range(0, se.size, se.shape[1])]


def make_estimates(
    value: Floats,
    se: Floats,
    n: Floats,
    n_eff: Floats,
    df: Integers,
    single: NDArray[np.bool_],
    level: float,
    *,
    method: str,
    factor: Floats,
    deff: Floats,
) -> tuple[Estimate, ...]:
    """(E,) columns as Estimates with their intervals; values, errors and limits are multiplied by `factor`.

    An error that is not known (NaN, though there are degrees of freedom) leaves no interval.
    """
    low, high, names = choose(value / SCALE, se / SCALE, n, n_eff, df, single, deff=deff, level=level)
    unknown = np.isnan(se)
    low, high = (np.where(unknown, np.nan, limit) for limit in (low, high))
    se = np.where((df > 0) & np.isfinite(value), se, np.nan)
    known = np.isfinite(value * factor) & ~unknown
    names = tuple(name if there else "none" for name, there in zip(names, known, strict=True))
    columns = (value * factor, se * factor, low * SCALE * factor, high * SCALE * factor, n_eff)
    return tuple(
        Estimate(middle, error, bottom, top, int(people), size, int(free), level, method, name)
        for middle, error, bottom, top, size, people, free, name in zip(
            *(_optional(column) for column in columns), n, df, names, strict=True
        )
    )


def _lent_deff(domains: Domains, se: Floats, domain: int) -> float:
    """The median design effect of the domain's proportions inside the scale, at least 1."""
    p, n = domains.value[domain] / SCALE, domains.n[domain]
    inside = domains.single[domain] & (p > 0) & (p < 1) & (n > 1)
    if not inside.any():
        return 1.0
    simple = p[inside] * (1 - p[inside]) / n[inside]
    return max(1.0, float(np.median((se[domain, inside] / SCALE) ** 2 / simple)))


def _optional(column: Floats) -> list[float | None]:
    return [value if known else None for value, known in zip(column.tolist(), np.isfinite(column), strict=True)]
