"""What an answer goes with: shares of what is explained, and odds ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.design import Design
from analysis.drivers import Drivers, drivers
from analysis.errors import AnalysisError
from analysis.models import Model, ordinal, wald_test
from analysis.models.parallel_lines import parallel_lines
from analysis.replication import bootstrap
from surveys.bench.crosstabs import why_not
from surveys.bench.guarding import (
    LEAST_MODELLED,
    OTHERS,
    POSITIVE,
    Guard,
    cross,
    halve,
    outwards,
    rounded,
    settle_categories,
)
from surveys.bench.model import Label, Plain, Request
from surveys.bench.people import Column, Flags, Floats, Gathered, Integers, People, gather

REPLICATES = 200
STEPS = 1e6
TEN = 10.0  # points of a level that an odds ratio is about
LEAST_EACH = 10  # complete forms for each coefficient


def find_drivers(people: People, request: Request, base: Flags, guard: Guard) -> list[Plain]:
    """Relative weights of what was named for the outcome, with limits from schools drawn again."""
    (outcome,), names = request.outcome, request.on
    table = np.column_stack([people.values(name, base) for name in names])
    values = people.values(outcome, base)
    n = int((np.isfinite(values) & np.isfinite(table).all(axis=1)).sum())
    part: Plain = {"outcome": outcome, "n": guard.people(n), "n_eff": None, "why": None, "rows": [], "r2": None}
    if n < max(LEAST_MODELLED, LEAST_EACH * len(names)):
        return [{**part, "why": "few"}]
    found = _weights(people, values, table, request)
    if found is None:
        return [{**part, "why": "flat"}]
    exact = None if guard.right else 2
    rows = [_driver(found, place, name, exact) for place, name in enumerate(names)]
    return [
        {
            **part,
            "n_eff": guard.effective(found.n_eff),
            "r2": rounded(found.r2, exact),
            "df": found.df,
            "replicates": REPLICATES if found.interval != "none" else 0,
            "rows": sorted(rows, key=lambda row: -(row["share"] or 0.0)),
        }
    ]


def _weights(people: People, values: Floats, table: Floats, request: Request) -> Drivers | None:
    """With limits where every draw gives them, without them else; None where something does not vary."""
    design = people.design
    try:
        replicates = bootstrap(design, REPLICATES, people.basis.rng())
    except AnalysisError:
        replicates = None
    for each in (None,) if replicates is None else (replicates, None):
        try:
            return drivers(design, values, table, request.on, replicates=each, level=request.level)
        except AnalysisError:
            continue
    return None


def _driver(found: Drivers, place: int, name: str, exact: int | None) -> Plain:
    low, high = outwards(float(found.low[place]), float(found.high[place]), exact)
    return {
        "item": name,
        "share": rounded(float(found.share[place]), exact),
        "low": low,
        "high": high,
        "shapley": rounded(float(found.shapley[place] / found.r2), exact),
        "correlation": rounded(float(found.correlation[place, -1]), exact),
        "beta": rounded(float(found.beta[place]), exact),
    }


@dataclass(frozen=True)
class _Term:
    """One variable of a model: its columns, each with its label, and the label of what they stand beside."""

    name: str
    columns: Floats
    labels: tuple[Label | None, ...]
    reference: Label | None


def regress(people: People, request: Request, base: Flags, guard: Guard) -> list[Plain]:
    """A proportional-odds model of the outcome with all that was named, its errors those of the design."""
    outcome, columns = _columns(people, request, base, guard)
    part: Plain = {"outcome": request.outcome[0], "levels": [], "n": 0, "n_eff": None, "why": None, "terms": []}
    part["coarse"] = outcome is not None and outcome.labels == (OTHERS, POSITIVE)
    if outcome is None:
        return [{**part, "why": "hidden"}]
    part["levels"] = [each.plain() for each in outcome.labels]
    placed = [each if isinstance(each, np.ndarray) else each.position for each in columns]
    complete = np.logical_and.reduce([outcome.position >= 0, *(each >= 0 for each in placed)])
    n = int(complete.sum())
    part["n"] = guard.people(n)
    if n < LEAST_MODELLED:
        return [{**part, "why": "few"}]
    alone = [np.where(complete, each, -1) for each in (outcome.position, *placed)]
    small = gather(people.design, *alone)
    terms = [_term(name, each, at) for name, each, at in zip(request.on, columns, small.columns[1:], strict=True)]
    terms = [each for each in terms if each.columns.shape[1]]
    if not terms:
        return [{**part, "why": "one_category"}]
    return [part | _model(small, outcome, terms, request, guard)]


def _columns(
    people: People, request: Request, base: Flags, guard: Guard
) -> tuple[Column | None, list[Column | Integers]]:
    """The answers from worst to best, and what they are held against.

    A reader without the right sees no more than the tables of the two say: categories are those of the tables, and the
    answers satisfied or not where one of them has no more; there are none where a table hides anything.
    """
    (name,) = request.outcome
    if guard.right:
        return _rising(people, name, base), [_covariate(people, each, base) for each in request.on]
    found = [cross(people, each, name, base, guard) for each in request.on]
    columns: list[Column | Integers] = [each.row for each in found]
    if not all(each.whole for each in found):
        return None, columns
    if not any(each.coarse for each in found):
        return settle_categories(_rising(people, name, base), guard), columns
    half = settle_categories(halve(people, name, base), guard)
    if half.size < 2:
        return None, columns
    return Column(half.variable, np.where(half.position >= 0, 1 - half.position, -1), (OTHERS, POSITIVE)), columns


def _rising(people: People, name: str, base: Flags) -> Column:
    """The categories of an item in the order of their levels."""
    column = people.column(name, base)
    table = people.levels.table[name]
    codes = [
        code
        for code, label in zip(column.variable.codes, column.variable.labels, strict=True)
        if label in column.labels
    ]
    order = np.argsort([table[code] for code in codes], kind="stable")
    place = np.full(len(codes) + 1, -1)
    place[order] = np.arange(len(codes))
    return Column(column.variable, place[column.position], tuple(column.labels[at] for at in order.tolist()))


def _covariate(people: People, name: str, base: Flags) -> Column | Integers:
    """Categories, or levels in millionths where the variable measures something."""
    variable = people.known[name]
    if not variable.scored:
        return people.column(name, base)
    values = people.values(name, base)
    known = np.isfinite(values)
    return np.where(known, np.round(np.where(known, values, 0.0) * STEPS), -1).astype(np.int64)


def _term(name: str, column: Column | Integers, at: Integers) -> _Term:
    """The columns of the gathered rows; categories that nobody complete has are left out, the first stands aside."""
    if isinstance(column, np.ndarray):
        return _Term(name, np.where(at >= 0, at / STEPS / TEN, np.nan)[:, None], (None,), None)
    present = np.unique(at[at >= 0])
    wide = np.where(at[:, None] >= 0, (at[:, None] == present[1:]).astype(float), np.nan)
    return _Term(name, wide, tuple(column.labels[place] for place in present[1:]), column.labels[int(present[0])])


def _model(small: Gathered, outcome: Column, terms: list[_Term], request: Request, guard: Guard) -> Plain:
    names = [f"{term.name}[{at}]" for term in terms for at in range(len(term.labels))]
    table = np.hstack([term.columns for term in terms])
    values = np.where(small.columns[0] >= 0, small.columns[0].astype(float), np.nan)
    try:
        found = ordinal(small.design, values, table, names, level=request.level, lone="certainty")
    except AnalysisError as error:
        return {"why": "separated" if "settle" in error.expected else why_not(error)}
    inside = np.asarray(small.columns[0] >= 0)
    exact = None if guard.right else 2
    return {
        "n": guard.people(small.count(inside)),
        "n_eff": guard.effective(small.effective(inside)),
        "df": found.df,
        "terms": [_plain_term(found, term, exact) for term in terms],
        "cuts": [rounded(each, exact) for each in found.value[len(names) :].tolist()],
        "proportional": _proportional(small.design, values, table, names, exact),
    }


def _plain_term(found: Model, term: _Term, exact: int | None) -> Plain:
    names = [f"{term.name}[{at}]" for at in range(len(term.labels))]
    try:
        test = wald_test(found, names)
        tested: Plain | None = {
            "statistic": rounded(test.statistic, exact),
            "ndf": int(test.ndf),
            "ddf": rounded(float(test.ddf or 0), 1),
            "p": rounded(test.p, None if exact is None else 3),
        }
    except AnalysisError:
        tested = None
    rows = []
    for name, label in zip(names, term.labels, strict=True):
        at = found.names.index(name)
        odds = np.exp(np.clip([found.value[at], found.low[at], found.high[at]], -500, 500))
        low, high = outwards(float(odds[1]), float(odds[2]), exact)
        rows.append(
            {
                "label": None if label is None else label.plain(),
                "coefficient": rounded(float(found.value[at]), exact),
                "se": rounded(float(found.se[at]), exact),
                "odds": rounded(float(odds[0]), exact),
                "low": low,
                "high": high,
                "p": rounded(float(found.p[at]), None if exact is None else 3),
            }
        )
    reference = None if term.reference is None else term.reference.plain()
    return {"variable": term.name, "reference": reference, "test": tested, "rows": rows}


def _proportional(design: Design, values: Floats, table: Floats, names: list[str], exact: int | None) -> Plain | None:
    """The test that one slope does for all cuts; None where there is one cut only, or too few schools."""
    try:
        found = parallel_lines(design, values, table, names, lone="certainty")
    except AnalysisError:
        return None
    return {
        "statistic": rounded(found.statistic, exact),
        "ndf": int(found.ndf),
        "ddf": rounded(float(found.ddf or 0), 1),
        "p": rounded(found.p, None if exact is None else 3),
    }
