"""The study of schools: stabilised values, who stands out, and how much schools differ.

It is made of nothing but the figures of schools that may be published, so nothing about another school follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.schools import (
    BetaBinomial,
    FayHerriot,
    Funnel,
    Ranks,
    beta_binomial,
    discoveries,
    draw_beta,
    draw_normal,
    fay_herriot,
    funnel,
    funnel_limits,
    ranks,
    spread_of_schools,
)
from surveys.publication import Figure
from surveys.studies.basis import Basis
from surveys.studies.domains import compare_kinds

Floats = NDArray[np.float64]
Plain = dict[str, Any]
LEVEL = 0.95
FOUND = 0.05  # share of false findings among the schools that stand out
DRAWS, REPLICATES = 4000, 2000
FEWEST = 5  # schools beside which one can stand out, or differ
PER_COLUMN = 5  # schools that each coefficient of the kind of school needs
GRID = 60  # sizes at which the lines of the funnel are drawn
LINES = (0.95, 0.998)
SCALE = 100.0


@dataclass(frozen=True)
class Open:
    """The schools of one view that may be published, in the order of their codes.

    value, n_eff : (J,) as published; size : (J,) people of the frame; unit : variance of one answer; kind : (J,) strata
    """

    group: str | None
    codes: tuple[str, ...]
    value: Floats
    n_eff: Floats
    size: Floats
    unit: float
    kind: tuple[str, ...]

    @property
    def variance(self) -> Floats:
        """(J,) sampling variances that no school's own answers disturb."""
        return self.unit / self.n_eff


def study_schools(basis: Basis) -> Plain:
    """A view of all groups together and one of each group, then urban, town and rural, and the stages."""
    rng = basis.rng()
    return {
        "rule": basis.publication.rule,
        "seed": basis.seed,
        "level": LEVEL,
        "draws": DRAWS,
        "replicates": REPLICATES,
        "found_at": FOUND,
        "views": [_view(basis, each, rng) for each in _open_views(basis)],
        "kinds": compare_kinds(basis),
    }


def _open_views(basis: Basis) -> Iterator[Open]:
    public = basis.publication
    yield _open(basis, None, public.schools)
    for group in basis.dataset.roster.groups:
        yield _open(basis, group, [each for each in public.cells if each.group == group])


def _open(basis: Basis, group: str | None, figures: Sequence[Figure]) -> Open:
    shown = [each for each in figures if _is_known(each)]
    codes = tuple(str(each.school) for each in shown)
    people, kind = _people(basis, group), _kinds(basis)
    n = np.array([each.n or 0 for each in shown], float)
    return Open(
        group=group,
        codes=codes,
        value=np.array([each.value for each in shown], float),
        n_eff=np.array([each.n_eff for each in shown], float),
        size=np.maximum(np.array([people.get(code, 0) for code in codes], float), n),
        unit=_unit_variance(shown),
        kind=tuple(kind.get(code, "") for code in codes),
    )


def _is_known(figure: Figure) -> bool:
    """Whether the figure itself is told, and not only a limit or nothing."""
    return not figure.hidden and not figure.bound and figure.value is not None and bool(figure.n_eff)


def _unit_variance(figures: Sequence[Figure]) -> float:
    """Variance between the answers of one school, over all schools: each school's se^2 n_eff by its n_eff - 1."""
    pairs = [(each.se**2 * each.n_eff, each.n_eff - 1) for each in figures if each.se is not None and each.n_eff]
    freedom = sum(free for _, free in pairs if free > 0)
    return sum(variance * free for variance, free in pairs if free > 0) / freedom if freedom > 0 else 0.0


def _people(basis: Basis, group: str | None) -> dict[str, int]:
    """People of the frame by school's code, of one group or of all."""
    roster = basis.dataset.roster
    cells, found = roster.population, dict.fromkeys(roster.school_codes, 0)
    for school, of, size in zip(cells.school.tolist(), cells.group.tolist(), cells.size.tolist(), strict=True):
        if school >= 0 and group in (None, roster.groups[of]):
            found[roster.school_codes[school]] += size
    return found


def _kinds(basis: Basis) -> dict[str, str]:
    """The stratum of each school, such as `urban.primary`."""
    roster = basis.dataset.roster
    pairs = zip(roster.population.school.tolist(), roster.population.stratum.tolist(), strict=True)
    return {roster.school_codes[school]: roster.strata[stratum] for school, stratum in pairs if school >= 0}


def _view(basis: Basis, given: Open, rng: np.random.Generator) -> Plain:
    about: Plain = {"group": given.group, "schools": [], "method": None, "funnel": None, "spread": None}
    if len(given.codes) < FEWEST or given.unit <= 0:
        return about  # too few beside whom to be seen, or all said the same
    fit = _stabilise(basis, given)
    order = _rank(fit, rng)
    seen = _find_outliers(given)
    return {
        **about,
        "method": "beta-binomial" if isinstance(fit, BetaBinomial) else "fay-herriot",
        "kinds_explain": isinstance(fit, FayHerriot) and fit.beta.size > 1,
        "schools": list(_schools(given, fit, order, seen)),
        "funnel": _funnel(given, seen),
        "spread": _spread(given, rng),
    }


def _is_share(basis: Basis) -> bool:
    """Whether a school's score is one share of people, which counts of the satisfied give."""
    rule = basis.rule
    if rule.unit == "respondent":
        return True
    counted = [item for item in rule.items if item.overall] if rule.unit == "overall" else rule.items
    return rule.measure == "share" and len(counted) == 1


def _stabilise(basis: Basis, given: Open) -> BetaBinomial | FayHerriot:
    """Shares by counts, as they are; other scores by their variance, with the kind of school where schools suffice."""
    if _is_share(basis):
        return beta_binomial(given.n_eff * given.value / SCALE, given.n_eff, level=LEVEL)
    return fay_herriot(given.value, given.variance, _covariates(given.kind), level=LEVEL)


def _covariates(kind: Sequence[str]) -> Floats | None:
    """(J, k) indicators of locality and stage that say something new, while there are schools enough for each."""
    pairs = [each.split(".") if "." in each else ["", ""] for each in kind]
    names = [(side, word) for side in (0, 1) for word in sorted({pair[side] for pair in pairs})[1:]]
    columns = [np.ones(len(kind))]
    for side, word in names:
        column = np.array([pair[side] == word for pair in pairs], float)
        more = np.column_stack([*columns, column])
        enough = len(kind) >= PER_COLUMN * more.shape[1]
        if enough and min(column.sum(), len(kind) - column.sum()) > 1 and np.linalg.matrix_rank(more) == more.shape[1]:
            columns.append(column)
    return np.column_stack(columns[1:]) if len(columns) > 1 else None


def _rank(fit: BetaBinomial | FayHerriot, rng: np.random.Generator) -> Ranks | None:
    if isinstance(fit, FayHerriot):
        return ranks(draw_normal(fit.value, fit.se, DRAWS, rng), rng, level=LEVEL)
    return ranks(draw_beta(fit, DRAWS, rng), rng, level=LEVEL) if fit.concentration > 0 else None


@dataclass(frozen=True)
class Outliers:
    """Schools against the common value; `worth` is how many counts of a share one effective answer is worth."""

    funnel: Funnel
    adjusted: Floats
    found: NDArray[np.bool_]
    worth: float


def _find_outliers(given: Open) -> Outliers | None:
    """A score over several questions varies less than a share: its answers are worth more counts than there are."""
    middle = float(given.n_eff @ given.value / given.n_eff.sum()) / SCALE
    if not 0 < middle < 1:
        return None
    worth = middle * (1 - middle) * SCALE**2 / given.unit
    counts = given.n_eff * worth
    seen = funnel(counts * given.value / SCALE, counts)
    judged = discoveries(seen.p, level=FOUND)
    return Outliers(seen, judged.adjusted, judged.found, worth)


def _schools(
    given: Open, fit: BetaBinomial | FayHerriot, order: Ranks | None, seen: Outliers | None
) -> Iterator[Plain]:
    scale = SCALE if isinstance(fit, BetaBinomial) else 1.0
    for place, code in enumerate(given.codes):
        yield {
            "school": code,
            "value": _plain(fit.value[place] * scale),
            "low": _plain(max(0.0, fit.low[place] * scale)),
            "high": _plain(min(SCALE, fit.high[place] * scale)),
            "rank_low": None if order is None else int(order.low[place]),
            "rank_high": None if order is None else int(order.high[place]),
            "z": None if seen is None else _plain(seen.funnel.z_adjusted[place]),
            "p": None if seen is None else _plain(seen.adjusted[place]),
            "found": seen is not None and bool(seen.found[place]),
        }


def _funnel(given: Open, seen: Outliers | None) -> Plain | None:
    """The common value, its dispersion, and the lines over sizes in effective answers."""
    if seen is None:
        return None
    grid = np.geomspace(max(1.0, given.n_eff.min() * 0.8), given.n_eff.max() * 1.1, GRID)
    limits = funnel_limits(seen.funnel, grid * seen.worth, levels=LINES)
    return {
        "target": seen.funnel.target * SCALE,
        "dispersion": seen.funnel.dispersion,
        "between": float(np.sqrt(seen.funnel.between)) * SCALE,
        "n": grid.tolist(),
        "levels": list(LINES),
        "low": [[_plain(each) for each in line] for line in limits.low * SCALE],
        "high": [[_plain(each) for each in line] for line in limits.high * SCALE],
    }


def _spread(given: Open, rng: np.random.Generator) -> Plain:
    """How much schools differ, by their size; the intraclass correlation is the part of all variance between them."""
    found = spread_of_schools(given.value, given.variance, given.size, rng, replicates=REPLICATES, level=LEVEL)
    between = found.variation.variance
    return {
        "schools": found.variation.n,
        "mean": found.variation.mean,
        "observed": float(np.sqrt(found.variation.observed)),
        "deviation": found.deviation,
        "chance": found.chance,
        "coefficient": found.variation.value,
        "low": found.low,
        "high": found.high,
        "intraclass": between / (between + given.unit),
    }


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
