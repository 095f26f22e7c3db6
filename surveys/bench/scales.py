"""Whether items belong together: alpha in three kinds, omega, and the factors behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.errors import AnalysisError
from analysis.reliability import (
    Polychoric,
    alpha,
    bartlett,
    maximum_likelihood,
    omega,
    polychoric,
    sampling_adequacy,
    varimax,
)
from analysis.reliability.designed import design_alpha
from analysis.reliability.parallel import parallel_analysis
from surveys.bench.asking import most_factors
from surveys.bench.guarding import LEAST_MODELLED, Guard, outwards, rounded
from surveys.bench.model import Label, Plain, Request
from surveys.bench.people import Flags, Floats, People
from surveys.bench.variables import items_of

BEST = 100.0
CHOSEN = Label(words="bench", key="chosen")
STRONG = 0.4  # loadings from which an item is said to belong to a factor


def reliability(people: People, request: Request, base: Flags, guard: Guard) -> list[Plain]:
    """A scale for each dimension that was named, and one of the items that were."""
    return [_scale(people, label, items, request, base, guard) for label, items in _scales(people, request)]


def _scales(people: People, request: Request) -> list[tuple[Label, tuple[str, ...]]]:
    known = people.known
    found = [
        (known[name].label, tuple(each.id for each in items_of(people.variables, known[name])))
        for name in request.items
        if known[name].role == "dimension"
    ]
    alone = tuple(name for name in request.items if known[name].role != "dimension")
    return [*found, *([(CHOSEN, alone)] if alone else [])]


def _asked(people: People, items: Sequence[str], request: Request) -> tuple[str, ...]:
    """Those that the groups were asked: a dimension has items of several papers."""
    return tuple(name for name in items if not request.groups or set(people.known[name].groups) & set(request.groups))


def _table(people: People, items: Sequence[str], request: Request, base: Flags) -> Floats:
    """(n, k) levels; items to be turned are turned."""
    columns = [people.values(name, base) for name in items]
    turned = [BEST - each if name in request.reverse else each for name, each in zip(items, columns, strict=True)]
    return np.column_stack(turned) if turned else np.zeros((base.size, 0))


def _scale(people: People, label: Label, items: Sequence[str], request: Request, base: Flags, guard: Guard) -> Plain:
    items = _asked(people, items, request)
    about: Plain = {"label": label.plain(), "items": list(items), "n": 0, "n_eff": None, "dropped": None, "why": None}
    about |= {"alpha": None, "ordinal_alpha": None, "omega": None, "standardised": None, "rows": [], "notices": []}
    table = _table(people, items, request, base)
    complete = np.isfinite(table).all(axis=1)
    n = int(complete.sum()) if items else 0
    if len(items) < 2:
        return {**about, "n": guard.people(n), "why": "items"}
    about |= {"n": guard.people(n), "dropped": guard.people(int(base.sum()) - n)}
    if n < (2 * len(items) if guard.right else max(LEAST_MODELLED, guard.smallest)):
        return {**about, "why": "few"}
    weight = people.design.weight
    try:
        plain = alpha(table, weight=weight, level=request.level)
        designed = design_alpha(people.design, table, level=request.level, lone="certainty")
    except AnalysisError:
        return {**about, "why": "flat"}
    exact = None if guard.right else 2
    low, high = outwards(designed.low, designed.high, exact)
    about |= {
        "n_eff": guard.effective(plain.n_eff),
        "df": designed.df,
        "alpha": {"value": rounded(plain.value, exact), "se": rounded(designed.se, exact), "low": low, "high": high},
        "standardised": rounded(plain.standardised, exact),
        "notices": [{"code": each.code, "params": _particulars(each.params, items)} for each in plain.notices],
    }
    about["ordinal_alpha"] = rounded(_ordinal(table, weight), exact)
    about["omega"] = rounded(_omega(table, weight), exact)
    about["rows"] = [
        {
            "item": name,
            "mean": rounded(float(np.average(table[complete, at], weights=weight[complete])), guard.decimals(n)),
            "item_rest": rounded(float(plain.item_rest[at]), exact),
            "if_dropped": rounded(float(plain.if_dropped[at]), exact),
            "turned": name in request.reverse,
        }
        for at, name in enumerate(items)
    ]
    return about


def _particulars(params: Any, items: Sequence[str]) -> Plain:
    return {"item": items[params["item"]]} if "item" in params else {}


def _ordinal(table: Floats, weight: Floats) -> float | None:
    try:
        return polychoric(table, weight=weight).alpha
    except AnalysisError:
        return None


def _omega(table: Floats, weight: Floats) -> float | None:
    try:
        return omega(table, weight=weight).value
    except AnalysisError:
        return None


def factors(people: People, request: Request, base: Flags, guard: Guard) -> list[Plain]:
    """The factors behind the items, by maximum likelihood from polychoric correlations, turned by varimax."""
    items = _asked(people, _single(people, request), request)
    part: Plain = {"items": list(items), "n": 0, "n_eff": None, "dropped": None, "why": None, "loadings": []}
    table = _table(people, items, request, base)
    complete = np.isfinite(table).all(axis=1)
    n = int(complete.sum()) if items else 0
    if len(items) < 3:
        return [{**part, "n": guard.people(n), "why": "items"}]
    part |= {"n": guard.people(n), "dropped": guard.people(int(base.sum()) - n)}
    if n < (2 * len(items) if guard.right else max(LEAST_MODELLED, guard.smallest)):
        return [{**part, "why": "few"}]
    try:
        return [part | _structure(people, table, items, request, guard)]
    except AnalysisError as error:
        return [{**part, "why": "factors" if "factors" in error.expected else "flat"}]


def _single(people: People, request: Request) -> list[str]:
    """Items; of a dimension all its own."""
    known = people.known
    return list(
        dict.fromkeys(
            each.id
            for name in request.items
            for each in (items_of(people.variables, known[name]) if known[name].role == "dimension" else [known[name]])
        )
    )


def _structure(people: People, table: Floats, items: Sequence[str], request: Request, guard: Guard) -> Plain:
    found = polychoric(table, weight=people.design.weight)
    correlation, used = _usable(found, table, people.design.weight)
    parallel = parallel_analysis(correlation, found.n_eff, people.basis.rng())
    count = request.factors or min(parallel.factors, most_factors(len(items)))
    made = maximum_likelihood(correlation, count)
    loadings = varimax(made.loadings) if count > 1 else made.loadings
    order = np.argsort(-np.square(loadings).sum(axis=0), kind="stable")
    loadings = loadings[:, order]
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    left = correlation - made.loadings @ made.loadings.T
    off = left[np.triu_indices(len(items), 1)]
    exact = None if guard.right else 2
    adequacy, sphericity = sampling_adequacy(table), bartlett(table)
    explained = np.square(loadings).sum(axis=0) / len(items)
    return {
        "n_eff": guard.effective(found.n_eff),
        "correlations": used,
        "wanted": request.factors,
        "factors": count,
        "suggested": parallel.factors,
        "eigenvalues": [rounded(each, 2) for each in parallel.eigenvalues.tolist()],
        "chance": [rounded(each, 2) for each in parallel.chance.tolist()],
        "explained": [rounded(each, exact) for each in explained.tolist()],
        "srmr": rounded(float(np.sqrt(np.mean(np.square(off)))), 3),
        "kmo": rounded(adequacy.value, exact),
        "bartlett": {
            "statistic": rounded(sphericity.statistic, 1),
            "df": int(sphericity.ndf),
            "p": rounded(sphericity.p, 3),
        },
        "loadings": [
            {
                "item": name,
                "loadings": [rounded(each, exact) for each in loadings[at].tolist()],
                "communality": rounded(1 - float(made.uniqueness[at]), exact),
                "adequacy": rounded(float(adequacy.by_item[at]), exact),
                "strong": [bool(abs(each) >= STRONG) for each in loadings[at].tolist()],
                "turned": name in request.reverse,
            }
            for at, name in enumerate(items)
        ],
    }


def _usable(found: Polychoric, table: Floats, weight: Floats) -> tuple[Floats, str]:
    """The polychoric correlations; those of the levels themselves where the first are no correlation matrix."""
    if float(np.linalg.eigvalsh(found.correlation)[0]) > 1e-6:
        return found.correlation, "polychoric"
    rows = table[np.isfinite(table).all(axis=1)]
    used = np.cov(rows.T, aweights=weight[np.isfinite(table).all(axis=1)])
    spread = np.sqrt(np.diag(used))
    correlation = used / np.outer(spread, spread)
    np.fill_diagonal(correlation, 1.0)
    return (correlation + correlation.T) / 2, "pearson"
