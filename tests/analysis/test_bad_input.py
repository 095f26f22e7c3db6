"""Every public function says what is wrong with what it is given: never a warning, another exception or a bare NaN."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from analysis import calibration, comparison, disclosure, intervals, models, planning, quality, reliability, schools
from analysis.arguments import checked, together
from analysis.design import Calibration, Design, SecondStage
from analysis.dispositions import Dispositions, outcome_rates
from analysis.drawing import systematic_by_size, systematic_positions, systematic_start
from analysis.drivers import drivers, priority, relative_weights
from analysis.errors import AnalysisError
from analysis.estimation import combine, estimate, in_domains, mean, proportions, ratio, total, transform
from analysis.inclusion import base_weights, proportional_to_size, simple_random, two_stage
from analysis.quantiles import quantiles
from analysis.replication import balanced, bootstrap, jackknife, replicate
from analysis.strata import collapse
from analysis.trimming import cap_weights, rake_and_trim, trim
from analysis.uncertainty import composite_bounds, nonresponse_bounds, r_indicator
from analysis.weighting import class_factors, kish_deff

NAN, INF, HUGE = np.nan, np.inf, 1e300
N = 40
RNG = np.random.default_rng(3)
STRATUM, CLUSTER = np.repeat([0, 1], 20), np.repeat(np.arange(10), 4)
WEIGHT = RNG.uniform(1, 3, N)
DESIGN = Design(STRATUM, CLUSTER, WEIGHT)
PAIRS = Design(STRATUM, np.repeat(np.arange(4), 10), WEIGHT)
GROUP = np.tile([0, 1], 20)
SATISFIED = np.tile([1.0, 0, 1, 1, 0, 1, 0, 1], 5)
ANSWERS = np.clip(np.round(3 + RNG.normal(size=(N, 1)) + 0.8 * RNG.normal(size=(N, 4))), 1, 5)
SCORE, X = ANSWERS[:, 0], ANSWERS[:, 1:3]
MEANS = mean(DESIGN, in_domains(SCORE, GROUP, 2))
MARGINS = (calibration.Margin("group", GROUP, np.array([50.0, 40])),)
CALIBRATED = calibration.rake(WEIGHT, MARGINS)
POSITIVE, PEOPLE = np.array([54.0, 34, 21, 70]), np.array([60.0, 40, 35, 80])
RATE, VARIANCE = POSITIVE / PEOPLE, np.full(4, 0.002)
FUNNEL, FIT = schools.funnel(POSITIVE, PEOPLE), schools.beta_binomial(POSITIVE, PEOPLE)
TABLE = disclosure.two_way([[64, 60, 2], [48, 51, 16]])
ROUND = comparison.round_of(
    ANSWERS[:, :2], ("a", "b"), WEIGHT, np.array([f"t{s}" for s in STRATUM]), np.array([f"s{c}" for c in CLUSTER])
)
BOUNDS = nonresponse_bounds([0.8, 0.9], [80, 90], [100, 100])


def _rng() -> np.random.Generator:
    return np.random.default_rng(1)


GOOD: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "kish_deff": (kish_deff, {"weight": WEIGHT}),
    "class_factors": (class_factors, {"invited": PEOPLE, "responded": POSITIVE, "classes": np.array([0, 0, 1, 1])}),
    "design": (Design, {"stratum": STRATUM, "cluster": CLUSTER, "weight": WEIGHT, "population": np.array([9, 9])}),
    "second stage": (
        lambda **given: Design(STRATUM, CLUSTER, WEIGHT, np.array([9, 9]), SecondStage(**given)),
        {"cell": CLUSTER, "population": np.full(10, 9), "unit": np.arange(N)},
    ),
    "calibration": (
        lambda **given: estimate(Design(STRATUM, CLUSTER, WEIGHT, calibration=(Calibration(**given),)), MEANS),
        {"auxiliary": np.eye(2)[GROUP], "start": WEIGHT},
    ),
    "ratio": (ratio, {"design": DESIGN, "numerator": SCORE, "denominator": np.ones(N)}),
    "mean": (mean, {"design": DESIGN, "values": SCORE}),
    "total": (total, {"design": DESIGN, "values": SCORE}),
    "proportions": (proportions, {"design": DESIGN, "category": GROUP, "size": 2}),
    "in_domains": (in_domains, {"values": SCORE, "domain": GROUP, "size": 2}),
    "combine": (combine, {"statistic": MEANS, "coefficients": np.array([0.5, 0.5])}),
    "transform": (transform, {"statistic": MEANS, "function": lambda v: v[0] / v[1], "jacobian": np.ones((1, 2))}),
    "estimate": (
        estimate,
        {"design": DESIGN, "statistic": mean(DESIGN, SATISFIED), "level": 0.9, "interval": "wilson", "lone": "error"},
    ),
    "quantiles": (quantiles, {"design": DESIGN, "values": SCORE, "shares": np.array([0.5]), "level": 0.9}),
    "jackknife": (jackknife, {"design": DESIGN}),
    "bootstrap": (bootstrap, {"design": DESIGN, "replicates": 9, "rng": _rng()}),
    "balanced": (balanced, {"design": PAIRS, "fay": 0.3}),
    "replicate": (
        replicate,
        {"design": DESIGN, "replicates": jackknife(DESIGN), "function": lambda w: w @ SCORE, "level": 0.9},
    ),
    "collapse": (collapse, {"stratum": STRATUM, "cluster": CLUSTER, "kind": STRATUM}),
    "calibrate": (
        calibration.calibrate,
        {"start": WEIGHT, "margins": MARGINS, "method": "linear", "bounds": (0.2, 5.0), "tolerance": 1e-9},
    ),
    "columns": (
        lambda **given: calibration.calibrate(WEIGHT, (), calibration.Columns(**given)),
        {"values": np.column_stack([np.ones(N), SCORE]), "total": np.array([90.0, 270.0])},
    ),
    "margin": (
        lambda **given: calibration.rake(WEIGHT, [calibration.Margin("group", **given)]),
        {"category": GROUP, "total": np.array([50.0, 40])},
    ),
    "rake": (calibration.rake, {"start": WEIGHT, "margins": MARGINS, "tolerance": 1e-9, "iterations": 50}),
    "poststratify": (calibration.poststratify, {"start": WEIGHT, "margin": MARGINS[0]}),
    "calibrated_design": (calibration.calibrated_design, {"design": DESIGN, "result": CALIBRATED}),
    "calibration_deff": (calibration.calibration_deff, {"result": CALIBRATED, "values": SCORE}),
    "spencer_deff": (calibration.spencer_deff, {"weight": WEIGHT, "values": SCORE, "probability": 1 / WEIGHT}),
    "summarize_weights": (calibration.summarize_weights, {"weight": WEIGHT}),
    "trim": (trim, {"weight": WEIGHT, "lower": 1.2, "upper": 2.8, "strict": True}),
    "cap_weights": (cap_weights, {"weight": WEIGHT, "group": GROUP, "times": 2.0}),
    "rake_and_trim": (rake_and_trim, {"start": WEIGHT, "margins": MARGINS, "group": GROUP, "times": 3.0}),
    "simple_random": (simple_random, {"drawn": np.array([3, 4]), "population": np.array([30, 40])}),
    "proportional_to_size": (proportional_to_size, {"size": PEOPLE, "drawn": 2, "most": 1.0}),
    "two_stage": (two_stage, {"first": np.array([0.5, 0.2]), "second": np.array([0.5, 0.2])}),
    "base_weights": (base_weights, {"probability": np.array([0.5, 0.2])}),
    "systematic_by_size": (systematic_by_size, {"probability": np.array([0.5, 0.5]), "rng": _rng()}),
    "systematic_start": (systematic_start, {"population": 10, "drawn": 4, "turn": 0.5}),
    "systematic_positions": (systematic_positions, {"start": 0.5, "population": 10, "drawn": 4}),
    "dummies": (models.dummies, {"category": GROUP, "labels": ["a", "b"]}),
    "linear": (models.linear, {"design": DESIGN, "outcome": SCORE, "columns": X, "names": ["u", "v"], "level": 0.9}),
    "logistic": (models.logistic, {"design": DESIGN, "outcome": SATISFIED, "columns": X, "names": ["u", "v"]}),
    "ordinal": (models.ordinal, {"design": DESIGN, "outcome": SCORE, "columns": X[:, 1:], "names": ["v"]}),
    "wald_test": (models.wald_test, {"model": models.linear(DESIGN, SCORE, X, ["u", "v"]), "names": ["u"]}),
    "drivers": (drivers, {"design": DESIGN, "outcome": SCORE, "columns": X, "names": ["u", "v"], "level": 0.9}),
    "priority": (priority, {"share": np.array([0.4, 0.6]), "satisfaction": np.array([0.9, 0.5])}),
    "relative_weights": (relative_weights, {"correlation": np.array([[[1, 0.3, 0.4], [0.3, 1, 0.2], [0.4, 0.2, 1]]])}),
    "adjust": (comparison.adjust, {"p": np.array([0.01, 0.2]), "correction": "holm"}),
    "round_of": (
        comparison.round_of,
        {"values": X, "names": ("a", "b"), "weight": WEIGHT, "stratum": ROUND.stratum, "code": ROUND.code},
    ),
    "change": (
        comparison.change,
        {"before": ROUND, "after": ROUND, "composites": {"c": {"a": 0.5, "b": 0.5}}, "level": 0.9},
    ),
    "pool": (comparison.pool, {"before": ROUND, "after": ROUND}),
    "compare_domains": (comparison.compare_domains, {"design": DESIGN, "values": SCORE, "domain": GROUP}),
    "compare_means": (comparison.compare_means, {"design": DESIGN, "values": SCORE, "domain": GROUP}),
    "compare_ranks": (comparison.compare_ranks, {"design": DESIGN, "values": SCORE, "domain": GROUP}),
    "compare_pairs": (comparison.compare_pairs, {"design": DESIGN, "statistic": MEANS, "level": 0.9}),
    "independence": (
        comparison.independence,
        {"design": DESIGN, "row": GROUP, "column": SATISFIED.astype(int), "method": "wald", "asked": np.ones(N, bool)},
    ),
    "population_ranks": (comparison.population_ranks, {"values": SCORE, "weight": WEIGHT, "ties": "weighted"}),
    "alpha": (reliability.alpha, {"answers": ANSWERS, "weight": WEIGHT, "level": 0.9}),
    "alpha_by_group": (
        reliability.alpha_by_group,
        {"answers": ANSWERS, "group": GROUP, "size": 2, "weight": WEIGHT, "fewest": 10},
    ),
    "alpha_of_covariance": (reliability.alpha_of_covariance, {"covariance": np.cov(ANSWERS.T)}),
    "bartlett": (reliability.bartlett, {"answers": ANSWERS}),
    "confirmatory": (reliability.confirmatory, {"answers": ANSWERS, "factor": [0, 0, 1, 1]}),
    "factor_analysis": (reliability.factor_analysis, {"answers": ANSWERS, "factors": 1, "weight": WEIGHT}),
    "maximum_likelihood": (reliability.maximum_likelihood, {"correlation": np.corrcoef(ANSWERS.T), "factors": 1}),
    "minres": (reliability.minres, {"answers": ANSWERS, "weight": WEIGHT}),
    "normal_probability": (
        reliability.normal_probability,
        {"h": np.array([0.0, 0.3]), "k": np.array([0.1, 0.2]), "correlation": 0.4},
    ),
    "omega": (reliability.omega, {"answers": ANSWERS, "weight": WEIGHT}),
    "omega_of": (reliability.omega_of, {"loadings": np.array([0.7, 0.6]), "uniqueness": np.array([0.5, 0.6])}),
    "polychoric": (reliability.polychoric, {"answers": ANSWERS[:, :2], "weight": WEIGHT}),
    "recode_reversed": (reliability.recode_reversed, {"answers": ANSWERS, "items": [1], "low": 1, "high": 5}),
    "sampling_adequacy": (reliability.sampling_adequacy, {"answers": ANSWERS}),
    "varimax": (reliability.varimax, {"loadings": np.array([[0.7, 0.1], [0.6, 0.2], [0.1, 0.8]])}),
    "beta_binomial": (schools.beta_binomial, {"satisfied": POSITIVE, "n": PEOPLE, "level": 0.9}),
    "corrected_variation": (schools.corrected_variation, {"value": RATE, "variance": VARIANCE, "size": 2 * PEOPLE}),
    "discoveries": (schools.discoveries, {"p": np.array([0.01, 0.2]), "level": 0.05}),
    "draw_beta": (schools.draw_beta, {"fit": FIT, "draws": 9, "rng": _rng()}),
    "draw_normal": (schools.draw_normal, {"value": RATE, "se": VARIANCE, "draws": 9, "rng": _rng()}),
    "fay_herriot": (
        schools.fay_herriot,
        {"direct": RATE, "variance": VARIANCE, "covariates": np.array([0.0, 1, 0, 1]), "likelihood": "reml"},
    ),
    "funnel": (schools.funnel, {"satisfied": POSITIVE, "n": PEOPLE, "target": 0.85, "tails": 0.1}),
    "funnel_limits": (schools.funnel_limits, {"found": FUNNEL, "n": PEOPLE, "levels": (0.95,), "dispersed": True}),
    "intraclass_correlation": (schools.intraclass_correlation, {"values": SCORE, "school": CLUSTER, "level": 0.9}),
    "mixed_model": (schools.mixed_model, {"values": SCORE, "school": CLUSTER, "covariates": X, "schools": 10}),
    "ranks": (schools.ranks, {"draws": RNG.normal(size=(9, 4)), "rng": _rng(), "level": 0.9}),
    "sampling_variances": (schools.sampling_variances, {"rate": RATE, "n": PEOPLE}),
    "school_rates": (
        schools.school_rates,
        {"values": SATISFIED, "school": CLUSTER, "weight": WEIGHT, "schools": 10, "enrolled": np.full(10, 30)},
    ),
    "simple_variation": (schools.simple_variation, {"value": RATE}),
    "smoothed_variances": (schools.smoothed_variances, {"rate": RATE, "n": PEOPLE, "deff": np.full(4, 1.5)}),
    "weighted_variation": (schools.weighted_variation, {"value": RATE, "size": 2 * PEOPLE, "answers": PEOPLE}),
    "arrivals_of_slots": (quality.arrivals_of_slots, {"counts": np.array([[1, 0, 2]]), "seconds": 600.0}),
    "arrivals": (quality.Arrivals, {"school": np.array([0, 1]), "moment": np.array([1.0, 2]), "resolution": 600.0}),
    "judge_persons": (
        quality.judge_persons,
        {"answers": ANSWERS, "reversed_items": [3], "scale": (1, 5), "dimension": np.array([0, 0, 1, 1])},
    ),
    "paradata": (
        lambda **given: quality.judge_persons(ANSWERS, paradata=quality.Paradata(**given)),
        {"seconds": WEIGHT, "bucket": 1.0, "device": np.arange(N), "order": np.arange(N), "instructed": GROUP},
    ),
    "judge_schools": (
        lambda **given: quality.judge_schools(quality.SchoolMaterial(**given), rng=_rng()),
        {"answers": ANSWERS, "school": CLUSTER // 5, "schools": 2, "seconds": WEIGHT, "enrolled": np.full(2, 40)},
    ),
    "largest_window": (quality.largest_window, {"moments": np.array([1.0, 2, 50]), "width": 10.0}),
    "school_indices": (quality.school_indices, {"answers": ANSWERS, "school": CLUSTER, "schools": 10}),
    "audit": (
        disclosure.audit,
        {"table": TABLE, "hidden": disclosure.find_small(TABLE.value), "protection": 5.0},
    ),
    "find_ranges": (
        disclosure.find_ranges,
        {
            "low": np.array([0.0, 80]),
            "high": np.array([100.0, 82]),
            "weight": np.array([[0.5, 0.5]]),
            "total_low": np.array([85.0]),
            "total_high": np.array([86.0]),
            "wanted": np.array([0]),
        },
    ),
    "find_small": (disclosure.find_small, {"counts": np.array([4, 50]), "smallest": 10}),
    "make_table": (
        disclosure.make_table,
        {"value": np.array([4, 50, 54]), "margins": [(2, [0, 1])], "least": np.zeros(3), "most": np.full(3, INF)},
    ),
    "protect": (disclosure.protect, {"table": TABLE, "smallest": 10, "protection": 5.0}),
    "show_shares": (disclosure.show_shares, {"positive": np.array([9, 12]), "n": np.array([9, 50])}),
    "share rule": (
        lambda **given: disclosure.show_shares([24], [25], rule=disclosure.ShareRule(**given)),
        {"smallest": 10, "bands": ((10, 0.05),), "fewest": 1},
    ),
    "two_way": (disclosure.two_way, {"counts": np.array([[64, 60], [48, 51]]), "nesting": [[0, 0]]}),
    "allocate": (
        planning.allocate,
        {"total": 600, "weight": np.array([0.5, 0.5]), "share": np.array([0.8, 0.9]), "deff": 2.0, "floor": 30},
    ),
    "apportion": (planning.apportion, {"total": 60, "weight": np.array([5.0, 3]), "population": np.array([40.0, 30])}),
    "spread": (planning.spread, {"total": 6, "size": np.array([5.0, 3]), "least": 2}),
    "share_to_show": (planning.share_to_show, {"n_eff": 300.0, "power": 0.8, "line": 0.85, "level": 0.9}),
    "design_effect": (planning.design_effect, {"cluster": np.array([25.0]), "icc": np.array([0.04])}),
    "evidence": (
        planning.evidence,
        {"share": np.array([0.9]), "n": np.array([100]), "deff": 1.8, "df": 22, "line": 0.85, "interval": "wilson"},
    ),
    "half_width": (planning.half_width, {"n": np.array([600]), "share": 0.85, "deff": 2.0, "population": 9000}),
    "least_share": (planning.least_share, {"n_eff": np.array([300.0]), "line": 0.85, "df": 20, "level": 0.9}),
    "quotas": (
        planning.quotas,
        {"rule": planning.COMPULSORY_2012, "n": 600, "groups": ("parent", "teacher"), "population": [900, 90]},
    ),
    "rule_size": (planning.rule_size, {"rule": planning.COMPULSORY_2012, "residents": np.array([380000])}),
    "size rule": (
        lambda **given: planning.SizeRule("x", **given),
        {"rate": 0.0015, "floor": 600, "cap": 1e4, "bands": ()},
    ),
    "sample_size": (planning.sample_size, {"margin": np.array([0.02]), "share": 0.85, "deff": 2.0, "response": 0.7}),
    "size_for_composite": (planning.size_for_composite, {"half_width": 0.02, "weight": np.array([0.5, 0.5])}),
    "size_for_power": (planning.size_for_power, {"share": 0.92, "power": 0.8, "deff": 1.2, "line": 0.85}),
    "nonresponse_bounds": (
        nonresponse_bounds,
        {"value": np.array([0.8]), "responded": np.array([80]), "invited": np.array([100]), "line": 0.85},
    ),
    "composite_bounds": (composite_bounds, {"bounds": BOUNDS, "weight": np.array([0.5, 0.5])}),
    "dispositions": (Dispositions, {"complete": POSITIVE, "refused": np.array([3.0, 0, 1, 2]), "unknown": PEOPLE}),
    "outcome_rates": (
        outcome_rates,
        {"cases": Dispositions(POSITIVE, unknown=PEOPLE - POSITIVE), "eligibility": np.array([0.9, 0.8, 1, 0.7])},
    ),
    "r_indicator": (r_indicator, {"responded": np.array([64, 60]), "invited": np.array([73, 73])}),
} | {
    name: (
        getattr(intervals, name),
        {"value": np.array([0.5, 0.8]), "se": np.array([0.1, 0.1]), "df": np.array([5, 6]), "level": 0.9}
        | ({"n": np.array([30, 40])} if name in ("korn_graubard", "likelihood") else {}),
    )
    for name in ("wald", "logit", "wilson", "arcsine", "likelihood", "korn_graubard")
}


def _first(array: np.ndarray, value: float) -> np.ndarray:
    changed = array.astype(float)
    changed.flat[0] = value
    return changed


def _spoiled(value: Any) -> dict[str, Any]:
    """What a caller may give by mistake instead of this value."""
    if isinstance(value, bool):
        return {"none": None, "text": "x"}
    if isinstance(value, int | float):
        numbers = {"nan": NAN, "inf": INF, "less": -INF, "negative": -1, "zero": 0, "one": 1, "between": 1.5}
        return numbers | {"text": "x", "none": None, "array": np.array([1.0, 2]), "huge": HUGE}
    if isinstance(value, str):
        return {"unknown": "nonsense", "number": 3, "none": None}
    if isinstance(value, np.ndarray) and value.dtype.kind in "iufb":
        return _spoiled_arrays(value)
    if isinstance(value, list | tuple):
        many = {"empty": type(value)(), "short": value[:-1], "twice": value + value, "one": value[:1] * len(value)}
        return many | {"text": "x", "number": 3, "none": None, "texts": ["x"] * len(value)}
    return {"none": None, "other": object()}


def _spoiled_arrays(value: np.ndarray) -> dict[str, Any]:
    ones = {"nan": NAN, "inf": INF, "less": -INF, "negative": -1, "huge": HUGE, "between": 1.5, "large": 99, "zero": 0}
    finite = np.nan_to_num(value.astype(float), posinf=9)
    blank = value.astype(object)
    blank.flat[0] = None
    return {name: _first(value, number) for name, number in ones.items()} | {
        "all nan": np.full(value.shape, NAN),
        "nothing": value[:0],
        "zeros": np.zeros_like(value),
        "all negative": -finite - 1,
        "alike": np.full_like(value, value.flat[0]),
        "one row": value[:1],
        "two rows": value[:2],
        "one fewer": value[:-1],
        "deeper": value[None],
        "wider": value[..., None],
        "single": 3,
        "list": value.tolist(),
        "whole": finite.astype(np.int64),
        "bytes": np.clip(finite, 0, 255).astype(np.uint8),
        "flags": value.astype(bool),
        "big": value * 1e12,
        "tiny": value * 1e-300,
        "objects": value.astype(object),
        "blank": blank,
        "digits": value.astype(str),
        "words": np.full(value.shape, "x"),
        "complex": value.astype(complex),
        "dates": np.full(value.shape, np.datetime64("2020-01-01")),
        "masked": np.ma.masked_equal(value, value.flat[0]),
        "ragged": [[1, 2], [3]],
        "none": None,
    }


NEVER = ("words", "digits", "dates", "complex", "masked", "ragged", "unknown", "other")


@pytest.mark.parametrize("name", GOOD)
def test_bad_input_is_an_analysis_error_or_a_result(name: str) -> None:
    """Each argument spoiled in turn; warnings are errors in all tests."""
    function, good = GOOD[name]
    function(**good)
    for argument, value in good.items():
        for kind, bad in _spoiled(value).items():
            given = good | {argument: bad}
            if kind in NEVER:
                with pytest.raises(AnalysisError):
                    function(**given)
                continue
            try:
                function(**given)
            except AnalysisError:
                continue
            except Exception as other:
                pytest.fail(f"{argument} {kind}: {type(other).__name__}: {other}")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Design(STRATUM, CLUSTER, -WEIGHT), "40 weights not positive and finite"),
        (lambda: Design(STRATUM, CLUSTER + 0.5, WEIGHT), "cluster: others, such as 0.5"),
        (lambda: Design(STRATUM, CLUSTER, np.full(N, "x")), "weight: values of type <U1"),
        (lambda: Design(STRATUM, CLUSTER, WEIGHT, np.array([2, 2])), "more clusters sampled than the population has"),
        (lambda: mean(DESIGN, np.full(N, NAN)), "rows in every domain"),
        (lambda: mean(DESIGN, np.ma.masked_equal(SCORE, 1)), "put NaN where nothing is known"),
        (lambda: mean("design", SCORE), "design: a Design, got design: 'design'"),
        (lambda: total(DESIGN, _first(SCORE, INF)), "1 infinite"),
        (lambda: estimate(DESIGN, MEANS, level=1.0), "level between 0 and 1"),
        (lambda: estimate(DESIGN, MEANS, interval="beta"), "one of wald-t, logit-t, wilson, korn-graubard"),
        (lambda: estimate(DESIGN, mean(DESIGN, SCORE * 1e300)), "overflow"),
        (lambda: in_domains(SCORE[:-1], GROUP, 2), r"shapes \(39,\), \(40,\)"),
        (lambda: transform(MEANS, lambda v: v[0], jacobian=np.ones((1, 3))), r"derivatives \(1, 2\)"),
        (lambda: quantiles(DESIGN, SCORE, []), "shares between 0 and 1"),
        (lambda: intervals.wilson([0.5, 0.6], [0.1, 0.1, 0.1], 5), r"shapes share \(2,\), se \(3,\), df \(\)"),
        (lambda: intervals.korn_graubard(1.2, 0.1, 30, 5), "a value outside 0 to 1"),
        (lambda: intervals.wald(0.5, -0.1, 5), "se below 0"),
        (lambda: intervals.exact(1.0, 30, 5, deff=0), "deff not above 0"),
        (lambda: calibration.calibrate(WEIGHT, MARGINS, bounds=3), "two bounds"),
        (lambda: comparison.population_ranks(SCORE, -WEIGHT), "positive, finite weights"),
        (lambda: comparison.change(ROUND, ROUND, composites={"c": 1.0}), "composite c: 1.0 instead of a weight"),
        (lambda: comparison.independence(DESIGN, GROUP, GROUP, asked=np.ones(N)), "asked: values of type float64"),
        (lambda: models.ordinal(DESIGN, _first(SCORE, -INF), X, ["u", "v"]), "1 infinite"),
        (lambda: models.linear(DESIGN, SCORE, X, "uv"), "names: a sequence"),
        (lambda: reliability.normal_probability(INF, 0, 0.5), "finite numbers"),
        (lambda: schools.beta_binomial([1e-300, 0], [60, 50]), "a common rate inside 0 to 1"),
        (lambda: schools.smoothed_variances(RATE, PEOPLE, deff=[1, 2]), r"deff \(2,\), n \(4,\)"),
        (lambda: quality.arrivals_of_slots([[1e12]]), "100,000,000 in all at most"),
        (lambda: quality.judge_persons(ANSWERS, scale=(1, 3, 5)), "two whole ends"),
        (lambda: quality.largest_window([[1, 2]], 3), r"finite moments \(m,\)"),
        (lambda: disclosure.make_table([1, 2, 3], [(2, [0, 1])], least=[0, 0]), r"least \(2,\)"),
        (lambda: planning.evidence(0.9, 1e12), "n of 1 000 000 000 at most"),
        (lambda: planning.rule_size(planning.COMPULSORY_2012, 1e300), "sizes up to 1e"),
        (lambda: planning.SizeRule("x", bands=((1, 2, 3),)), "bands of"),
        (lambda: collapse(STRATUM, CLUSTER[:-1]), "of different|shapes"),
        (lambda: bootstrap(DESIGN, 10, 42), "rng: a numpy Generator, got rng: 42"),
        (lambda: bootstrap(DESIGN, 10.5, _rng()), "a whole number, .* at most, got replicates: 10.5"),
    ],
)
def test_what_is_said(call: Callable[[], object], words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        call()


def test_all_arguments_that_do_not_fit_are_named_at_once() -> None:
    with pytest.raises(AnalysisError) as said:
        estimate(DESIGN, 3, level="high", lone="alone")  # type: ignore[arg-type]
    assert [part.split(":")[0] for part in said.value.got.split("; ")] == ["statistic", "level", "lone"]


def test_narrow_numbers_are_widened_and_right_ones_are_not_copied() -> None:
    @checked
    def given(values: np.ndarray, small: ArrayLike) -> tuple[Any, Any]:
        return values, small

    values = np.ones(3)
    found, small = given(values, np.array([200], np.uint8))
    assert found is values
    assert (small + 100).tolist() == [300]


def test_shares_beyond_the_scale_by_a_last_digit_are_on_it() -> None:
    """0.1 + 0.2 + 0.7 is 1.0000000000000002 or so: everybody is satisfied, and that is no mistake."""
    assert intervals.exact(1 + 2e-16, 30, 16) == intervals.exact(1.0, 30, 16)
    (shape,) = {each.shape for each in together("test", a=1, b=[1, 2])}
    assert shape == (2,)


PACKAGES = (
    "calibration",
    "comparison",
    "disclosure",
    "models",
    "planning",
    "quality",
    "reliability",
    "schools",
    "weighting",
)
MODULES = (
    "drawing",
    "drivers",
    "estimation",
    "inclusion",
    "intervals",
    "quantiles",
    "replication",
    "trimming",
    "uncertainty",
)


def _public(name: str) -> list[Callable[..., object]]:
    module = importlib.import_module(f"analysis.{name}")
    names = getattr(module, "__all__", [each for each in vars(module) if not each.startswith("_")])
    found = [getattr(module, each) for each in names]
    return [each for each in found if inspect.isfunction(each) and each.__module__.startswith(module.__name__)]


@pytest.mark.parametrize("name", [*PACKAGES, *MODULES])
def test_public_functions_say_what_they_take_give_and_refuse(name: str) -> None:
    lacking = []
    for function in _public(name):
        text = inspect.getdoc(function) or ""
        sections = set(re.findall(r"^(Parameters|Returns|Notes|Raises|References)\n-+$", text, re.MULTILINE))
        undocumented = [each for each in inspect.signature(function).parameters if not re.search(rf"\b{each}\b", text)]
        if not {"Parameters", "Returns"} <= sections or not sections & {"Notes", "Raises"} or undocumented:
            lacking.append(f"{function.__name__}: {sorted(sections)}, not named {undocumented}")
    assert not lacking, "\n".join(lacking)
