"""How often intervals hold the truth, in simulated counties: docs/methods/intervals.md prints the table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import intervals
from analysis.design import Design, SecondStage, number_clusters, sum_by
from analysis.estimation import combine, estimate, in_domains, mean
from analysis.quantiles import quantiles
from analysis.variance import deviations

Floats = NDArray[np.float64]
ROUNDS = 4000
PEOPLE = 25  # that answer in a school
ICC = 0.04


def shares(p: float, schools: int, rng: np.random.Generator) -> Floats:
    """(schools, ROUNDS) true shares of schools around p, correlated ICC within a school."""
    size = 1 / ICC - 1
    return np.asarray(rng.beta(p * size, (1 - p) * size, (schools, ROUNDS)))


def simulate(p: float, schools: int, seed: int) -> tuple[Floats, Floats, int, int]:
    """Share, design-based standard error, n and df of ROUNDS surveys of `schools` schools in two strata."""
    rng = np.random.default_rng(seed)
    satisfied = rng.binomial(PEOPLE, shares(p, schools, rng)).astype(float)
    design = Design(np.arange(schools) % 2, np.arange(schools), np.ones(schools))
    n = PEOPLE * schools
    value = satisfied.sum(axis=0) / n
    totals = (satisfied - value * PEOPLE) / n
    clusters = number_clusters(design)
    variance = np.square(deviations(clusters, sum_by(clusters.row, totals, schools))).sum(axis=0)
    return value, np.sqrt(variance), n, schools - 2


METHODS: dict[str, Callable[[Floats, Floats, int, int], tuple[Floats, Floats]]] = {
    "wald-t": lambda p, se, n, df: intervals.wald(p, se, df),
    "logit-t": lambda p, se, n, df: intervals.logit(p, se, df),
    "wilson": lambda p, se, n, df: intervals.wilson(p, se, df),
    "korn-graubard": lambda p, se, n, df: _with_edges(p, se, n, df),
    "arcsine": lambda p, se, n, df: intervals.arcsine(p, se, df),
    "likelihood": lambda p, se, n, df: intervals.likelihood(p, se, n, df),
}


def _with_edges(p: Floats, se: Floats, n: int, df: int) -> tuple[Floats, Floats]:
    inner, edge = intervals.korn_graubard(p, se, n, df), intervals.exact(p, n, df)
    alike = (p == 0) | (p == 1)
    return np.where(alike, edge[0], inner[0]), np.where(alike, edge[1], inner[1])


def coverage(method: str, p: float, schools: int) -> tuple[float, float]:
    """How often the interval holds p, and how often there is none (which counts as not holding)."""
    value, se, n, df = simulate(p, schools, seed=20261122)
    low, high = METHODS[method](value, se, n, df)
    none = np.isnan(low) | ((se == 0) & (method != "korn-graubard"))
    return float(np.mean(~none & (low <= p) & (p <= high))), float(np.mean(none))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["logit-t", "wilson", "korn-graubard", "arcsine", "likelihood"])
@pytest.mark.parametrize(("p", "schools"), [(0.85, 24), (0.85, 60), (0.98, 60)])
def test_intervals_hold_the_truth(method: str, p: float, schools: int) -> None:
    """At 95 % of 4,000 rounds the simulation itself is good to 0.7 points; smoothness of t and Beta costs another."""
    assert coverage(method, p, schools)[0] == pytest.approx(0.95, abs=0.02)


@pytest.mark.slow
def test_near_the_end_of_the_scale_only_korn_graubard_is_safe() -> None:
    assert coverage("wald-t", 0.995, 24)[0] < 0.9
    assert coverage("korn-graubard", 0.995, 24)[0] > 0.95
    assert coverage("wald-t", 0.98, 24)[0] < coverage("logit-t", 0.98, 24)[0]


@pytest.mark.slow
def test_the_simple_formula_promises_too_much() -> None:
    """Ignoring schools: the trap that the engine is there to avoid."""
    value, _, n, _ = simulate(0.85, 24, seed=1)
    half = 1.96 * np.sqrt(value * (1 - value) / n)
    assert np.mean(np.abs(value - 0.85) <= half) < 0.86


def county(rng: np.random.Generator, schools: int, p: float) -> tuple[Design, Floats, NDArray[np.int64], Floats]:
    """A finite county: every school takes part, 40 parents and 30 pupils in each, some of whom answer."""
    level = np.log(p / (1 - p)) + rng.normal(0, 0.4, schools)
    people = np.repeat(np.arange(schools), 70)
    group = np.tile(np.repeat([0, 1], [40, 30]), schools)
    satisfied = (rng.random(people.size) < 1 / (1 + np.exp(-level[people]))).astype(float)
    truth = np.array([satisfied[group == g].mean() for g in (0, 1)])
    keep = np.zeros(people.size, bool)
    for cell in range(2 * schools):
        inside = np.flatnonzero(people * 2 + group == cell)
        keep[rng.choice(inside, rng.integers(inside.size // 3, inside.size), replace=False)] = True
    people, group, satisfied = people[keep], group[keep], satisfied[keep]
    cell = people * 2 + group
    size = np.tile([40, 30], schools)
    weight = size[cell] / np.bincount(cell)[cell]
    stratum = people % 2
    design = Design(stratum, people, weight, np.bincount(np.arange(schools) % 2), SecondStage(cell, size))
    return design, satisfied, group, truth


@pytest.mark.slow
def test_this_county_this_term() -> None:
    """Everybody invited: the interval of the people within schools holds the county's own figure; schools as
    examples are far too wide for that question."""
    rng, share = np.random.default_rng(3), np.array([0.6, 0.4])
    held, wide, rounds = 0, 0, 400
    for _ in range(rounds):
        design, satisfied, group, truth = county(rng, 20, 0.85)
        both = combine(mean(design, in_domains(satisfied, group, 2)), share)
        examples = Design(design.stratum, design.cluster, design.weight)
        for each, kind in ((design, "term"), (examples, "process")):
            found = estimate(each, both, interval="logit-t")
            inside = bool(found.low[0] <= share @ truth <= found.high[0])
            held, wide = held + (inside and kind == "term"), wide + (inside and kind == "process")
    assert held / rounds == pytest.approx(0.95, abs=0.025)
    assert wide / rounds > 0.99


def drawn(rng: np.random.Generator, schools: int = 30) -> tuple[Design, Floats, NDArray[np.int64]]:
    """Schools drawn from many, two groups in each, a school's level in both; 82 % and 90 % satisfied on average."""
    level = rng.beta(8, 2, schools)
    people = np.repeat(np.arange(schools), 30)
    group = np.tile(np.repeat([0, 1], 15), schools)
    share = np.clip(level[people] + np.where(group == 0, 0.02, 0.10) * (1 - (level[people] - 0.8) * 2), 0, 1)
    latent = share + rng.normal(0, 0.08, people.size)
    return Design(people % 2, people, np.ones(people.size)), latent, group


@pytest.mark.slow
def test_composites_and_quantiles_hold_the_truth() -> None:
    """Schools as examples: the composite of two groups, and the median of a score, over 600 draws of schools."""
    rng, share, rounds = np.random.default_rng(11), np.array([0.6, 0.4]), 600
    _, many, of_group = drawn(rng, schools=40_000)
    truth = share @ [np.mean(many[of_group == each] > 0.75) for each in (0, 1)]
    middle, held = np.median(many), np.zeros(2)
    for _ in range(rounds):
        design, latent, group = drawn(rng)
        both = combine(mean(design, in_domains((latent > 0.75).astype(float), group, 2)), share)
        found = estimate(design, both, interval="logit-t"), quantiles(design, latent, np.array([0.5]))
        held += [each.low[0] <= value <= each.high[0] for each, value in zip(found, (truth, middle), strict=True)]
    assert held / rounds == pytest.approx(np.full(2, 0.95), abs=0.03)
