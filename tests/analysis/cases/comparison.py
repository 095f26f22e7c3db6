"""Tests of tables, of two domains, of all pairs of groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from analysis.comparison import compare_domains, compare_means, compare_ranks, independence
from analysis.comparison.independence import Method
from analysis.design import Design
from analysis.results import HypothesisTest
from tests.analysis.cases.engine import API, answers, api, name_of, satisfied, school
from tests.analysis.cases.registry import case
from tests.analysis.conftest import GROUPS, positions

Case = Mapping[str, Any]
METHODS: dict[str, Method] = {
    "F": "rao-scott-f",
    "Chisq": "rao-scott-first",
    "Wald": "wald",
    "adjWald": "adjusted-wald",
}


def figures(found: HypothesisTest) -> dict[str, Any]:
    df = found.ndf if found.ddf is None else [found.ndf, found.ddf]
    return {"statistic": found.statistic, "df": df, "p": found.p}


def of_t(found: HypothesisTest) -> dict[str, Any]:
    return {"statistic": found.statistic, "df": found.ddf, "p": found.p, "diff": found.value}


def codes(values: np.ndarray) -> np.ndarray:
    """Whole numbers, -1 where there is no valid answer."""
    return np.where(np.isnan(values), -1, np.nan_to_num(values)).astype(np.int64)


def all_methods(
    design: Design, row: np.ndarray, column: np.ndarray, names: Iterable[str], asked: np.ndarray
) -> dict[str, Any]:
    """R counts the rows without a valid answer in the size of X2."""
    return {name: figures(independence(design, row, column, method=METHODS[name], asked=asked)) for name in names}


@case(*(f"{design}.chisq.{name}" for design in API for name in METHODS))
def api_table(each: Case) -> Any:
    design, table = api(name_of(each))
    row, column = positions(table["awards"])[0], positions(table["stype"])[0]
    return figures(independence(design, row, column, method=METHODS[each["id"].split(".")[2]]))


@case("school.SD.chisq_grp_sat13")
def groups_and_satisfaction(each: Case) -> Any:
    design, table = school()
    every = np.ones(design.weight.size, bool)
    return all_methods(design, codes(satisfied(table, "q13")), positions(table["grp"])[0], METHODS, every)


@case("school.SD.chisq_area_score13")
def area_and_answer(each: Case) -> Any:
    design, table = school()
    every = np.ones(design.weight.size, bool)
    return all_methods(design, codes(answers(table, "q13")), positions(table["area"])[0], ("F", "Chisq"), every)


@case("school.SD.chisq_domain_parent")
def among_parents(each: Case) -> Any:
    design, table = school()
    inside = np.array(table["grp"]) == "parent"
    row = np.where(inside, codes(satisfied(table, "q05")), -1)
    return all_methods(design, row, positions(table["stratum"])[0], ("F", "Chisq"), inside)


@case("school.SD.ttest")
def areas_by_mean(each: Case) -> Any:
    design, table = school()
    return of_t(compare_means(design, answers(table, "q13"), positions(table["area"])[0]))


@case("school.SD.ranktest")
def areas_by_rank(each: Case) -> Any:
    """R's ranks within ties hang on the order of the rows."""
    design, table = school()
    return of_t(compare_ranks(design, answers(table, "q13"), positions(table["area"])[0], ties="file-order"))


@case("school.SD.pairwise")
def all_pairs(each: Case) -> Any:
    design, table = school()
    found = compare_domains(design, satisfied(table, "q13"), positions(table["grp"], GROUPS)[0])
    rows = [
        {
            "a": GROUPS[found.first[place]],
            "b": GROUPS[found.second[place]],
            "diff": found.value[place],
            "se": found.se[place],
            "p": found.p[place],
            "p_bh": found.p_bh[place],
            "p_holm": found.p_holm[place],
        }
        for place in range(found.value.size)
    ]
    return {"item": "q13", "df": found.df, "rows": rows}
