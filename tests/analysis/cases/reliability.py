"""Reliability and structure of q01 to q12 in the rows that answered all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis import reliability
from tests.analysis.cases.registry import case
from tests.analysis.conftest import GROUPS, ITEMS, numbers, positions, read

SCALES = {f"D{place + 1}": slice(3 * place, 3 * place + 3) for place in range(4)} | {"all12": slice(0, 12)}


def answers() -> np.ndarray:
    """(3147, 12) answers 1 to 5; NaN for don't-know and blank."""
    table = read("school.csv")
    columns = np.array([numbers(table[item]) for item in ITEMS[:12]]).T
    return np.where(columns == 9, np.nan, columns)


@case("school.reliability")
def scales(reference: Mapping[str, Any]) -> dict[str, Any]:
    complete = answers()
    complete = complete[np.isfinite(complete).all(axis=1)]
    return {"n": len(complete), "scales": {name: scale(complete[:, items]) for name, items in SCALES.items()}}


def scale(rows: np.ndarray) -> dict[str, Any]:
    alpha, omega = reliability.alpha(rows), reliability.omega(rows)
    return {
        "alpha": {
            "n": alpha.n,
            "k": alpha.items,
            "alpha": alpha.value,
            "std_alpha": alpha.standardised,
            "ci95_feldt": [alpha.low, alpha.high],
            "alpha_if_dropped": alpha.if_dropped,
            "item_rest_cor": alpha.item_rest,
        },
        "omega": {"omega_std": omega.standardised, "omega_raw": omega.value, "loadings": omega.loadings},
    }


@case("school.reliability_weighted")
def weighted(reference: Mapping[str, Any]) -> dict[str, Any]:
    table, weight = answers(), numbers(read("school.csv")["w"])
    same = np.isfinite(table).all(axis=1)
    return {name: reliability.alpha(table[same][:, items], weight=weight[same]).value for name, items in SCALES.items()}


@case("school.ordinal_alpha")
def ordinal(reference: Mapping[str, Any]) -> dict[str, Any]:
    complete = answers()
    complete = complete[np.isfinite(complete).all(axis=1)]
    rows = complete[numbers(read("ordinal_rows.csv")["row"]).astype(int) - 1]
    found = {name: reliability.polychoric(rows[:, items]) for name, items in SCALES.items()}
    return {
        "alpha": {name: each.alpha for name, each in found.items()},
        "polychoric_q01_q02_q03": found["D1"].correlation,
    }


@case("school.alpha_by_group")
def by_group(reference: Mapping[str, Any]) -> dict[str, Any]:
    group = positions(read("school.csv")["grp"], GROUPS)[0]
    found = reliability.alpha_by_group(answers(), group, len(GROUPS))
    return {name: each.value for name, each in zip(GROUPS, found, strict=True)}


@case("school.factor")
def factors(reference: Mapping[str, Any]) -> dict[str, Any]:
    table = answers()
    found, adequacy = reliability.factor_analysis(table, 4), reliability.sampling_adequacy(table)
    test = reliability.bartlett(table)
    assert found.test is not None
    return {
        "eigenvalues": found.eigenvalues,
        "kmo": adequacy.value,
        "kmo_items": adequacy.by_item,
        "bartlett_chisq": test.statistic,
        "bartlett_df": test.ndf,
        "ml4_varimax_loadings": found.loadings,
        "ml4_uniqueness": found.uniqueness,
        "ml4_chisq": found.test.statistic,
        "ml4_df": found.df,
        "minres1_loadings": reliability.minres(table).loadings[:, 0],
    }


@case("school.cfa_optional")
def structure(reference: Mapping[str, Any]) -> dict[str, Any]:
    found = reliability.confirmatory(answers(), np.repeat(range(4), 3).tolist())
    assert found.test is not None
    return {
        "fit": {
            "chisq": found.test.statistic,
            "df": found.df,
            "cfi": found.cfi,
            "tli": found.tli,
            "rmsea": found.rmsea,
            "srmr": found.srmr,
        },
        "std_loadings": found.loadings,
    }
