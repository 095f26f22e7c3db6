"""Regressions of the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.design import Design
from analysis.drivers import drivers
from analysis.models import Model, linear, logistic, ordinal
from tests.analysis.cases.engine import answers, api, name_of, school
from tests.analysis.cases.registry import case
from tests.analysis.conftest import DIMENSION, ITEMS, numbers

Case = Mapping[str, Any]
COLUMNS = ("ell", "mobility")
DIMENSIONS = ("D1", "D2", "D3", "D4")


def figures(found: Model) -> dict[str, Any]:
    plain = {"name": list(found.names), "est": found.value, "se": found.se, "p": found.p, "n": found.n}
    return {**plain, "df_resid": found.df, "deviance": found.deviance}


@case(*(f"{name}.glm_{kind}" for name in ("ds", "d1", "d2") for kind in ("gauss", "logit")))
def api_regression(each: Case) -> Any:
    design, table = api(name_of(each))
    columns = np.column_stack([numbers(table[name]) for name in COLUMNS])
    if each["id"].endswith("gauss"):
        return figures(linear(design, numbers(table["api99"]), columns, COLUMNS))
    return figures(logistic(design, (np.array(table["comp.imp"]) == "Yes").astype(float), columns, COLUMNS))


@case("d1.olr")
def api_ordinal(each: Case) -> Any:
    design, table = api("d1")
    columns = np.column_stack([numbers(table[name]) for name in COLUMNS])
    score = numbers(table["api99"])
    level = np.where(np.isnan(score), np.nan, np.searchsorted([550, 650, 750], score) + 1.0)
    return figures(ordinal(design, level, columns, COLUMNS))


def satisfaction() -> tuple[Design, np.ndarray, np.ndarray]:
    """q13, and the means of the dimensions where q01 to q13 were all answered."""
    design, table = school()
    matrix = np.column_stack([answers(table, item) for item in ITEMS])
    complete = np.isfinite(matrix).all(axis=1)
    matrix[~complete] = np.nan
    means = [matrix[:, [DIMENSION.get(item) == name for item in ITEMS]].mean(axis=1) for name in DIMENSIONS]
    return design, matrix[:, ITEMS.index("q13")], np.column_stack(means)


@case("school.polr_unweighted")
def unweighted(each: Case) -> Any:
    design, overall, columns = satisfaction()
    alike = replace(design, weight=np.ones(overall.size))
    return figures(ordinal(alike, overall, columns, DIMENSIONS, errors="model"))


@case("school.svyolr")
def weighted(each: Case) -> Any:
    return figures(ordinal(*satisfaction(), DIMENSIONS))


@case("school.svyglm_linear", "school.svyglm_logit")
def school_regression(each: Case) -> Any:
    design, overall, columns = satisfaction()
    if each["id"].endswith("linear"):
        return figures(linear(design, overall, columns, DIMENSIONS))
    return figures(logistic(design, np.where(np.isnan(overall), np.nan, overall >= 4), columns, DIMENSIONS))


@case("school.drivers")
def school_drivers(each: Case) -> Any:
    design, overall, columns = satisfaction()
    alike = replace(design, weight=np.ones(overall.size))
    found = {}
    for name, used in (("unweighted", alike), ("weighted", design)):
        result = drivers(used, overall, columns, DIMENSIONS)
        found[name] = {
            "cor": result.correlation,
            "r2": result.r2,
            "raw": result.value,
            "pct": result.share,
            "shapley": result.shapley,
            "beta_std": result.beta,
        }
    return found
