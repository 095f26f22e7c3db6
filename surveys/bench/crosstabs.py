"""Weighted two-way tables with design-based errors, and whether rows and columns go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparison import adjust, independence
from analysis.errors import AnalysisError
from analysis.estimation import Statistic, estimate, ratio
from analysis.results import HypothesisTest
from surveys.bench.guarding import NO_FIGURE, Crossing, Guard, cross, estimate_plain, rounded
from surveys.bench.model import Plain, Request
from surveys.bench.people import Flags, Floats, Gathered, People, gather

FULL = 100.0
LONE = "certainty"
WIDE = 1e-9


def crosstab(people: People, request: Request, base: Flags, guard: Guard) -> list[Plain]:
    """A table for every row variable with every column variable; their tests are one family."""
    parts = [
        _table(people, cross(people, row, column, base, guard), request, guard)
        for row in request.rows
        for column in request.columns
    ]
    correct([part["test"] for part in parts], request)
    return parts


def correct(tests: Sequence[Plain | None], request: Request) -> None:
    """Give every test of a family its corrected p; a test that could not be made does not count."""
    made = [each for each in tests if each is not None and each["p"] is not None]
    p = np.array([each.pop("exact") for each in made], float)
    adjusted = p if request.correction == "none" else adjust(p, request.correction)
    for each, value in zip(made, adjusted.tolist(), strict=True):
        each["p_adjusted"] = rounded(value, each.pop("decimals"))
        each["family"] = len(made)


def _table(people: People, found: Crossing, request: Request, guard: Guard) -> Plain:
    rows, columns = found.row, found.column
    part: Plain = {
        "row": rows.variable.id,
        "column": columns.variable.id,
        "row_labels": [each.plain() for each in rows.labels],
        "column_labels": [each.plain() for each in columns.labels],
        "coarse": found.coarse,
        "n": guard.people(int(found.counts.sum())),
        "n_eff": None,
        "test": None,
        "why": None,
        "effect": None,
        "cells": [],
        "row_totals": [],
        "column_totals": [],
    }
    if found.counts.sum() == 0 or (not guard.right and found.counts.sum() < guard.smallest):
        return {**part, "n": guard.people(int(found.counts.sum())), "why": "few" if found.counts.sum() else "nobody"}
    small = gather(
        people.design, np.where(found.inside, rows.position, -1), np.where(found.inside, columns.position, -1)
    )
    inside = np.asarray(small.columns[0] >= 0)
    part["n_eff"] = guard.effective(small.effective(inside))
    shares = _Shares(small, found.counts.shape, request.level)
    part |= _cells(found, shares, guard)
    part |= _test(found, small, shares, guard)
    return part


class _Shares:
    """Shares of cells in their row, in their column and in all, each (r, c) with errors; and those of the totals."""

    def __init__(self, small: Gathered, shape: tuple[int, ...], level: float) -> None:
        row, column = small.columns
        inside = (row >= 0) & (column >= 0)
        cell = np.where(inside, row * shape[1] + column, -1)
        here = np.asarray(cell[:, None] == np.arange(shape[0] * shape[1]), float)
        at_row = np.asarray(row[:, None] == np.arange(shape[0]), float)
        at_column = np.asarray(column[:, None] == np.arange(shape[1]), float)
        everybody = np.repeat(inside[:, None].astype(float), here.shape[1], axis=1)
        self.shape = shape
        wide = np.repeat(at_row, shape[1], axis=1)
        self.row = _estimated(small, here, wide, level, shape)
        self.column = _estimated(small, here, np.tile(at_column, shape[0]), level, shape)
        self.total = _estimated(small, here, everybody, level, shape)
        self.row_totals = _estimated(small, at_row, everybody[:, : shape[0]], level, (shape[0],))
        self.column_totals = _estimated(small, at_column, everybody[:, : shape[1]], level, (shape[1],))


def _estimated(
    small: Gathered, part: Floats, whole: Floats, level: float, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """(4, *shape) value, error and limits of shares, in percent. Parts of nobody have no value."""
    there = whole.any(axis=0)
    found = np.full((4, part.shape[1]), np.nan)
    if there.any():
        outside = whole[:, there] == 0
        numerator = np.where(outside, np.nan, part[:, there])
        statistic = _held(ratio(small.design, numerator, np.where(outside, np.nan, 1.0)))
        made = estimate(small.design, statistic, level=level, interval="logit-t", lone="certainty")
        found[:, there] = FULL * np.array([made.value, made.se, made.low, made.high])
    return found.reshape(4, *shape)


def _held(statistic: Statistic) -> Statistic:
    """Shares kept between 0 and 1, where rounding leads beyond."""
    value = np.clip(statistic.value, 0.0, 1.0)
    value[value < WIDE], value[value > 1 - WIDE] = 0.0, 1.0
    return Statistic(value, statistic.influence, statistic.inside, statistic.method)


def _cells(found: Crossing, shares: _Shares, guard: Guard) -> Plain:
    sizes = found.counts.sum(axis=1), found.counts.sum(axis=0)
    whole = int(found.counts.sum())

    def cell(i: int, j: int) -> Plain:
        if found.hidden[i, j]:
            return {"hidden": True, "n": None, **dict.fromkeys(("row", "column", "total"), NO_FIGURE)}
        bases = {"row": int(sizes[0][i]), "column": int(sizes[1][j]), "total": whole}
        told = {name: estimate_plain(guard, n, *getattr(shares, name)[:, i, j].tolist()) for name, n in bases.items()}
        return {"hidden": False, "n": guard.people(int(found.counts[i, j])), **told}

    def totals(values: NDArray[np.float64], own: NDArray[np.int64]) -> list[Plain]:
        """None of them where one is about few people: it would be what the others leave."""
        if not guard.right and np.any((own > 0) & (own < guard.smallest)):
            return [{"n": None, **NO_FIGURE} for _size in own]
        return [
            {"n": guard.people(int(size)), **estimate_plain(guard, whole, *values[:, place].tolist())}
            for place, size in enumerate(own)
        ]

    r, c = shares.shape
    return {
        "cells": [[cell(i, j) for j in range(c)] for i in range(r)],
        "row_totals": totals(shares.row_totals, sizes[0]),
        "column_totals": totals(shares.column_totals, sizes[1]),
    }


def _test(found: Crossing, small: Gathered, shares: _Shares, guard: Guard) -> Plain:
    if not found.whole:
        return {"why": "hidden"}
    if min(found.counts.shape) < 2:
        return {"why": "one_category"}
    try:
        made = independence(small.design, *small.columns, lone="certainty")
    except AnalysisError as error:
        return {"why": why_not(error)}
    return {
        "test": plain_test(made, "rao-scott", guard),
        "effect": rounded(_cramer(shares), None if guard.right else 2),
    }


def why_not(error: AnalysisError) -> str:
    """Why a test could not be made, as a code with words of its own."""
    if "degrees of freedom" in error.expected or "cluster" in error.expected:
        return "clusters"
    return "empty" if "table" in error.expected else "flat"


def plain_test(made: HypothesisTest, name: str, guard: Guard) -> dict[str, Any]:
    """A test as plain data; `exact` and `decimals` are for its correction, and go with it."""
    decimals = None if guard.right else 3
    return {
        "test": name,
        "statistic": rounded(made.statistic, None if guard.right else 1),
        "ndf": rounded(made.ndf, None if guard.right else 2),
        "ddf": None if made.ddf is None else rounded(made.ddf, None if guard.right else 1),
        "p": rounded(made.p, decimals),
        "exact": made.p,
        "decimals": decimals,
    }


def _cramer(shares: _Shares) -> float:
    """Cramer's V of the weighted shares: 0 for nothing in common, 1 for everything."""
    share = shares.total[0] / FULL
    share = share[share.sum(axis=1) > 0][:, share.sum(axis=0) > 0]
    independent = np.outer(share.sum(axis=1), share.sum(axis=0))
    phi = float(np.sum(np.square(share - independent) / independent))
    return float(np.sqrt(phi / (min(share.shape) - 1)))
