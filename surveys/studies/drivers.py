"""What the overall judgement goes with, group by group: which dimension, and within it which question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.drivers import MOST, Drivers, drivers, priority
from analysis.errors import AnalysisError
from analysis.replication import Replicates, bootstrap
from analysis.strata import collapse
from surveys.datasets import NO_SCHOOL
from surveys.instruments.model import DIMENSIONS
from surveys.studies.basis import Basis
from surveys.studies.levels import Levels, read_levels

Plain = dict[str, Any]
Floats = NDArray[np.float64]
REPLICATES = 200
LEAST, EACH = 50, 10  # complete forms in all, and for each dimension
SCALE = 100.0


def study_drivers(basis: Basis) -> dict[str, Any]:
    """Relative weights of the dimensions for the overall question, of each group by itself.

    Groups are not put together: they are asked about different things, and the result would be that of the largest.
    `why` says why a group has none: `no_overall`, `dimensions` (fewer than two are asked of everybody), `few`
    (complete forms), `flat` (somewhere everybody says the same).
    """
    sample = basis.sample
    design, replicates = _replicate(basis)
    levels = read_levels(basis)
    answered = np.unique(sample.group).tolist()
    return {
        "replicates": 0 if replicates is None else REPLICATES,
        "level": basis.evaluation.recipe["level"],
        "groups": [_of_group(basis, levels, group, design, replicates) for group in answered],
    }


def _replicate(basis: Basis) -> tuple[Design, Replicates | None]:
    """The design as the score has it, and one set of draws of its schools for all groups; None with one school."""
    sample = basis.sample
    kind = np.zeros(len(sample.strata), np.int64)
    kind[sample.stratum[sample.school != NO_SCHOOL]] = 1
    stratum = collapse(sample.stratum, sample.cluster, kind=kind[sample.stratum])
    design = Design(stratum, sample.cluster, sample.weight)
    try:
        return design, bootstrap(design, REPLICATES, basis.rng())
    except AnalysisError:
        return design, None


def _of_group(basis: Basis, levels: Levels, group: int, design: Design, replicates: Replicates | None) -> Plain:
    rows = np.flatnonzero(basis.sample.group == group)
    name = basis.sample.groups[group]
    outcome = levels.overall(rows)
    asked, partly = levels.dimensions(rows)
    about: Plain = {"group": name, "why": None, "n": 0, "needed": max(LEAST, EACH * len(asked)), "partly": partly}
    if outcome is None:
        return {**about, "why": "no_overall"}
    if not 2 <= len(asked) <= MOST:
        return {**about, "why": "dimensions"}
    names = sorted(asked, key=_order)
    columns = np.column_stack([asked[each] for each in names])
    about["n"] = int(np.sum(np.isfinite(outcome) & np.isfinite(columns).all(axis=1)))
    if about["n"] < about["needed"]:
        return {**about, "why": "few"}
    found = _find(design, rows, outcome, columns, names, replicates, basis)
    if found is None:
        return {**about, "why": "flat"}
    strongest = names[int(np.argmax(found.share))]
    return {
        **about,
        "n_eff": found.n_eff,
        "r2": found.r2,
        "df": found.df,
        "together": _together(found),
        "dimensions": _dimension_rows(basis, name, found),
        "strongest": strongest,
        "items": _item_rows(basis, levels, rows, outcome, strongest, design, replicates),
    }


def _find(
    design: Design,
    rows: NDArray[np.int64],
    outcome: Floats,
    columns: Floats,
    names: Sequence[str],
    replicates: Replicates | None,
    basis: Basis,
) -> Drivers | None:
    """The weights; without limits where some replicate cannot give them, None where nothing varies."""
    n, level = design.weight.size, basis.evaluation.recipe["level"]
    wide_outcome, wide = np.full(n, np.nan), np.full((n, len(names)), np.nan)
    wide_outcome[rows], wide[rows] = outcome, columns
    for each in (replicates, None):
        try:
            return drivers(design, wide_outcome, wide, names, replicates=each, level=level)
        except AnalysisError:
            continue
    return None


def _together(found: Drivers) -> float:
    """The mean correlation among the dimensions: how far people are content with everything or with nothing."""
    inner = found.correlation[:-1, :-1]
    return float(inner[np.triu_indices(inner.shape[0], 1)].mean())


def _dimension_rows(basis: Basis, group: str, found: Drivers) -> list[Plain]:
    satisfaction = [_shown(basis, group, dimension=name) for name in found.names]
    whole = None not in satisfaction
    first = priority(found.share, np.array(satisfaction, float) / SCALE) if whole else None
    return [
        {
            "dimension": name,
            "correlation": float(found.correlation[place, -1]),
            **_weights(found, place),
            "shapley": float(found.shapley[place] / found.r2),
            "satisfaction": satisfaction[place],
            "priority": None if first is None else float(first[place]),
        }
        for place, name in enumerate(found.names)
    ]


def _item_rows(
    basis: Basis,
    levels: Levels,
    rows: NDArray[np.int64],
    outcome: Floats,
    dimension: str,
    design: Design,
    replicates: Replicates | None,
) -> list[Plain]:
    """The questions of a dimension that everybody of the group was asked; weights where there are two or more."""
    group = basis.sample.groups[int(basis.sample.group[rows[0]])]
    columns = levels.items(rows, dimension)
    found = None
    if 2 <= len(columns) <= MOST:
        table = np.column_stack(list(columns.values()))
        found = _find(design, rows, outcome, table, tuple(columns), replicates, basis)
    return [
        {
            "item": name,
            "text": dict(levels.items_by_id[name].text),
            "satisfaction": _shown(basis, group, item=name),
            **(_weights(found, place) if found is not None else dict.fromkeys(("share", "low", "high"))),
        }
        for place, name in enumerate(columns)
    ]


def _shown(basis: Basis, group: str, *, dimension: str | None = None, item: str | None = None) -> float | None:
    """How satisfied a group is, as far as it may be shown exactly; None where it may not, or where nobody scores it."""
    kind = "item" if item is not None else "dimension"
    for each in basis.publication.by_group:
        if (
            (each.kind, each.group) == (kind, group)
            and item in (None, each.item)
            and dimension in (None, each.dimension)
        ):
            return None if each.hidden or each.bound else each.value
    return None


def _weights(found: Drivers, place: int) -> Mapping[str, float | None]:
    columns = {"share": found.share, "low": found.low, "high": found.high}
    return {name: float(each[place]) if np.isfinite(each[place]) else None for name, each in columns.items()}


def _order(dimension: str) -> tuple[int, str]:
    """The order of the official frame, what it does not have last."""
    return (DIMENSIONS.index(dimension) if dimension in DIMENSIONS else len(DIMENSIONS)), dimension
