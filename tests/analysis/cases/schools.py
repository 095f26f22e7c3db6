"""Schools beside each other: variation, shrinkage, small areas, the funnel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from analysis import schools
from analysis.schools import FayHerriot
from tests.analysis.cases.registry import case
from tests.analysis.conftest import numbers, positions, read

Floats = np.ndarray


@cache
def students() -> tuple[Floats, Floats, tuple[str, ...]]:
    """Students' valid answers to q13, the position of their school, the schools by name."""
    table = read("school.csv")
    answer = numbers(table["q13"])
    mine = (np.array(table["grp"]) == "student") & (answer >= 1) & (answer <= 5)
    place, names = positions([psu for psu, own in zip(table["psu"], mine, strict=True) if own])
    return answer[mine], place, names


def satisfied() -> tuple[Floats, Floats, tuple[str, ...]]:
    answer, place, names = students()
    return np.bincount(place, answer >= 4), np.bincount(place).astype(float), names


def by_school(column: str, key: str, names: tuple[str, ...], group: str | None = None) -> list[str]:
    """A column of a file that is the same for all rows of a school."""
    table = read("school_frame.csv")
    found = {
        psu: value
        for psu, value, grp in zip(table[key], table[column], table["grp"], strict=True)
        if group in (None, grp)
    }
    return [found[name] for name in names]


@case("school.between_school_cv")
def between_school_cv(reference: Mapping[str, Any]) -> dict[str, Any]:
    y, n, names = satisfied()
    rate, enrolled = y / n, numbers(by_school("N_grp", "psu", names, "student"))
    weighted = schools.weighted_variation(rate, enrolled, answers=n)
    simple = schools.simple_variation(rate)
    corrected = schools.corrected_variation(rate, schools.sampling_variances(rate, n)[0])
    answer, place, _ = students()
    alike = schools.intraclass_correlation(answer >= 4, place)
    return {
        "J": weighted.n,
        "pbar": weighted.mean,
        "cv_weighted": weighted.value,
        "cv_simple": simple.value,
        "icc_anova": alike.value,
        "n0": alike.typical_n,
        "var_observed": corrected.observed,
        "var_noise": corrected.noise,
        "var_true": corrected.variance,
        "cv_noise_corrected": corrected.value,
    }


@case("school.funnel")
def funnel(reference: Mapping[str, Any]) -> dict[str, Any]:
    y, n, names = satisfied()
    found = schools.funnel(y, n)
    return {
        "psu": names,
        "pbar": found.target,
        "z": found.z,
        "phi": found.dispersion,
        "tau2": found.between,
        "z_adj": found.z_adjusted,
    }


@case("school.beta_binomial")
def beta_binomial(reference: Mapping[str, Any]) -> dict[str, Any]:
    y, n, names = satisfied()
    fit = schools.beta_binomial(y, n)
    return {
        "psu": names,
        "y": y,
        "n": fit.n,
        "raw": fit.raw,
        "mu": fit.mu,
        "M": fit.concentration,
        "logLik": fit.loglik,
        "shrunk": fit.value,
        "lo": fit.low,
        "hi": fit.high,
    }


@case("school.fay_herriot")
def fay_herriot(reference: Mapping[str, Any]) -> dict[str, Any]:
    y, n, names = satisfied()
    direct = (y + 0.5) / (n + 1)
    variance = direct * (1 - direct) / n
    rural = np.array([area == "R" for area in by_school("area", "psu", names)], float)

    def figures(fit: FayHerriot) -> dict[str, Any]:
        return {"A": fit.between, "beta": fit.beta, "gamma": fit.gamma, "eblup": fit.value}

    return {
        "psu": names,
        "direct": direct,
        "D": variance,
        "rural": rural,
        "REML": figures(schools.fay_herriot(direct, variance, rural)),
        "ML": figures(schools.fay_herriot(direct, variance, rural, likelihood="ml")),
    }


@case("school.mixed")
def mixed(reference: Mapping[str, Any]) -> dict[str, Any]:
    answer, place, names = students()
    fit = schools.mixed_model(answer, place)
    return {
        "intercept": fit.value[0],
        "var_psu": fit.between,
        "var_resid": fit.within,
        "icc": fit.icc,
        "psu": names,
        "blup": fit.effect,
    }
