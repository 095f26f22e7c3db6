"""Means of levels and shares of answers, of all or by one or two background variables, and whether they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.comparison import adjust, compare_domains, compare_means
from analysis.errors import AnalysisError
from analysis.estimation import Interval, estimate, mean
from surveys.bench.crosstabs import FULL, correct, plain_test, why_not
from surveys.bench.guarding import NO_FIGURE, Crossing, Guard, cross, estimate_plain, rounded, settle_categories
from surveys.bench.model import Label, Plain, Request, Variable
from surveys.bench.people import OUTSIDE, Flags, Floats, Gathered, Integers, People, gather
from surveys.bench.variables import items_of

EVERYBODY = Label(words="bench", key="everybody")
STEPS = 1e6  # levels are gathered as whole millionths
ROUNDING = 1e-8  # errors this small, of points or of shares, are rounding


@dataclass(frozen=True)
class _Measured:
    """What is averaged: (n,) points from 0 to 100, NaN outside; by which categories; which of those may be shown."""

    values: Floats
    domain: Integers
    labels: tuple[tuple[Label, ...], ...]
    shown: Flags


def averages(people: People, request: Request, base: Flags, guard: Guard) -> list[Plain]:
    """A table for every item; the tests of all items are one family, the pairs of each another."""
    parts = [_part(people, request, name, base, guard) for name in request.items]
    correct([part["test"] for part in parts], request)
    return parts


def _part(people: People, request: Request, name: str, base: Flags, guard: Guard) -> Plain:
    measured = _measure(people, request, name, base, guard)
    part: Plain = {
        "item": name,
        "by": list(request.by),
        "positive": _positive(people.known[name], request),
        "n": None,
        "n_eff": None,
        "rows": [],
        "test": None,
        "why": None,
        "pairs": [],
        "untested": [],
    }
    valid = np.isfinite(measured.values) & (measured.domain >= 0)
    if valid.sum() == 0 or (not guard.right and valid.sum() < guard.smallest):
        return {**part, "n": guard.people(int(valid.sum())), "why": "few" if valid.sum() else "nobody"}
    place = np.where(valid, np.round(np.where(valid, measured.values, 0.0) * STEPS), -1).astype(np.int64)
    small = gather(people.design, np.where(valid, measured.domain, -1), place)
    values = np.where(small.columns[1] >= 0, small.columns[1] / STEPS, np.nan)
    part |= {"n": guard.people(int(valid.sum())), "n_eff": guard.effective(small.effective(np.isfinite(values)))}
    part["rows"] = _rows(small, values, measured, request, guard)
    if not request.by:
        return part
    if not measured.shown.all():
        return {**part, "why": "hidden"}
    return part | _compare(small, values, request, guard)


def _positive(variable: Variable, request: Request) -> list[int] | None:
    if request.kind != "shares":
        return None
    return list(request.positive) or sorted(variable.positive)


def _measure(people: People, request: Request, name: str, base: Flags, guard: Guard) -> _Measured:
    values = _values(people, request, name, base)
    found = _crossing(people, request, name, base, guard)
    columns = [settle_categories(people.column(each, base), guard) for each in request.by]
    columns = columns if found is None else [found.row]
    if not columns:
        return _Measured(values, np.where(np.isfinite(values), 0, OUTSIDE), ((EVERYBODY,),), np.ones(1, bool))
    labels: list[tuple[Label, ...]] = [(each,) for each in columns[0].labels]
    domain = columns[0].position
    if len(columns) > 1:
        labels = [(one, other) for one in columns[0].labels for other in columns[1].labels]
        both = (domain >= 0) & (columns[1].position >= 0)
        domain = np.where(both, domain * columns[1].size + columns[1].position, OUTSIDE)
    inside = np.isfinite(values) & (domain >= 0)
    enough = np.bincount(domain[inside], minlength=len(labels)) >= (0 if guard.right else guard.smallest)
    shown = np.asarray(enough if found is None else _rows_shown(found, request))
    return _Measured(values, domain, tuple(labels), shown)


def _rows_shown(found: Crossing, request: Request) -> Flags:
    """A share follows from a row that hides nothing, a mean only from a table that shows every answer."""
    if request.kind == "shares":
        return np.asarray(~found.hidden.any(axis=1))
    return np.full(found.row.size, found.whole and not found.coarse)


def _crossing(people: People, request: Request, name: str, base: Flags, guard: Guard) -> Crossing | None:
    """The table of which a reader may see no more; None with the right, and for means over several questions."""
    if guard.right or not request.by:
        return None
    variable = people.known[name]
    if variable.role == "dimension":
        own = [each for each in items_of(people.variables, variable) if set(each.groups) & set(request.groups)]
        if len(own) != 1:
            return None
        name = own[0].id
    return cross(people, request.by[0], name, base, guard)


def _values(people: People, request: Request, name: str, base: Flags) -> Floats:
    """Levels for means; 100 and 0 for shares."""
    if request.kind == "means":
        return people.values(name, base)
    variable, codes = people.known[name], people.codes(name)
    positive = request.positive or tuple(sorted(variable.positive))
    valid = base & np.isin(codes, variable.codes)
    return np.where(valid, np.where(np.isin(codes, positive), FULL, 0.0), np.nan)


def _rows(small: Gathered, values: Floats, measured: _Measured, request: Request, guard: Guard) -> list[Plain]:
    domain, rows = small.columns[0], []
    for place, labels in enumerate(measured.labels):
        inside = np.asarray((domain == place) & np.isfinite(values))
        n = small.count(inside)
        about: Plain = {"labels": [each.plain() for each in labels], "bound": "", "hidden": False, "n": guard.people(n)}
        if n and measured.shown[place]:
            rows.append(about | _figure(small, values, inside, n, request, guard))
        else:
            few = not measured.shown[place]
            rows.append({**about, **NO_FIGURE, "hidden": few, "n": None if few else 0, "n_eff": None, "df": None})
    return rows


def _figure(small: Gathered, values: Floats, inside: Flags, n: int, request: Request, guard: Guard) -> Plain:
    scale = FULL if request.kind == "shares" else 1.0
    statistic = mean(small.design, np.where(inside, values / scale, np.nan))
    if request.kind == "shares":
        statistic = replace(statistic, value=np.clip(statistic.value, 0.0, 1.0))
    interval: Interval = "logit-t" if request.kind == "shares" else "wald-t"
    made = estimate(small.design, statistic, level=request.level, interval=interval, lone="certainty")
    value, se, low, high = scale * np.array([made.value[0], made.se[0], made.low[0], made.high[0]])
    sure = made.df[0] > 0 and made.se[0] > ROUNDING
    ends = float(np.maximum(low, 0.0)), float(np.minimum(high, FULL))
    figures = (float(value), float(se) if sure else np.nan, *ends)
    told: Plain = {"n_eff": guard.effective(small.effective(inside)), "df": int(made.df[0])}
    bound = _bound(figures[0], n, guard)
    if bound:
        limit = FULL * guard.fewest / n
        value = np.floor(FULL - limit) if bound == "above" else np.ceil(limit)
        return told | {**NO_FIGURE, "value": float(value), "bound": bound}
    return told | estimate_plain(guard, n, *figures)


def _is_fixed(small: Gathered, values: Floats, inside: Flags) -> bool:
    """Whether a mean has no error: all say the same, or there are no two sampling units to see one by.

    It is no known constant for that, so that it cannot be held against others.
    """
    made = estimate(small.design, mean(small.design, np.where(inside, values, np.nan)), lone="certainty")
    return bool(made.df[0] < 1 or not made.se[0] > ROUNDING)


def _bound(value: float, n: int, guard: Guard) -> str:
    """Whether so few said otherwise that the figure would tell what each of them said."""
    if guard.right:
        return ""
    few = FULL * guard.fewest / n
    return "above" if value > FULL - few else "below" if value < few else ""


def _compare(small: Gathered, values: Floats, request: Request, guard: Guard) -> Plain:
    """One test that all are the same, and the difference of every two: of categories that have an error."""
    domain = small.columns[0]
    present = np.unique(domain[(domain >= 0) & np.isfinite(values)]).tolist()
    fixed = [at for at in present if _is_fixed(small, values, np.asarray((domain == at) & np.isfinite(values)))]
    if fixed and not guard.right:
        return {"why": "flat"}  # which of them it is would be what each of its people said
    if fixed and len(present) - len(fixed) < 2:
        return {"why": "fixed", "untested": fixed}
    domain = np.where(np.isin(domain, fixed), OUTSIDE, domain)
    found: Plain = {"pairs": _pairs(small, values, domain, request, guard), "untested": fixed}
    try:
        made = compare_means(small.design, values, domain, level=request.level, lone="certainty")
    except AnalysisError as error:
        return found | {"why": why_not(error)}
    return found | {"test": plain_test(made, "wald", guard)}


def _pairs(small: Gathered, values: Floats, domain: Integers, request: Request, guard: Guard) -> list[Plain]:
    try:
        found = compare_domains(small.design, values, domain, level=request.level, lone="certainty")
    except AnalysisError:
        return []
    p = found.p if request.correction == "none" else adjust(found.p, request.correction)
    exact = None if guard.right else 3
    return [
        {
            "first": int(found.first[at]),
            "second": int(found.second[at]),
            **estimate_plain(guard, guard.smallest, found.value[at], found.se[at], found.low[at], found.high[at]),
            "p": rounded(float(found.p[at]), exact),
            "p_adjusted": rounded(float(p[at]), exact),
        }
        for at in range(found.value.size)
    ]
