"""Designs, means, totals, ratios, contrasts, quantiles, intervals, replicates: the engine itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from analysis import intervals
from analysis.design import Design, SecondStage
from analysis.estimation import (
    Statistic,
    combine,
    estimate,
    in_domains,
    join,
    mean,
    proportions,
    ratio,
    total,
)
from analysis.quantiles import quantiles
from analysis.replication import Replicates, bootstrap, jackknife, replicate
from analysis.results import Estimates
from analysis.variance import covariance
from tests.analysis.cases.registry import case
from tests.analysis.conftest import DIMENSION, GROUP_WEIGHT, GROUPS, ITEMS, numbers, positions, read

Case = Mapping[str, Any]
Table = dict[str, list[str]]
API = ("ds", "dsw", "d1", "d1w", "d2", "d2w")
FILES = {"ds": "apistrat.csv", "d1": "apiclus1.csv", "d2": "apiclus2.csv"}
STAFF = {"teacher": "staff", "principal": "staff", "deputy": "community", "cppcc": "community", "public": "community"}


def api(name: str) -> tuple[Design, Table]:
    """One of the six api designs by its name in the reference."""
    table, finite = read(FILES[name[:2]]), not name.endswith("w")
    rows = len(table["cds"])
    weight = numbers(table["pw"])
    if name.startswith("ds"):
        stratum, cluster = positions(table["stype"])[0], np.arange(rows)
    else:
        stratum, cluster = np.zeros(rows, np.int64), positions(table["dnum"])[0]
    if not finite:
        return Design(stratum, cluster, weight), table
    counts = numbers(table["fpc1" if name == "d2" else "fpc"])
    if name != "d2":
        return Design(stratum, cluster, weight, by_position(stratum, counts)), table
    second = SecondStage(cluster, by_position(cluster, numbers(table["fpc2"])))
    size = np.bincount(cluster)[cluster]
    weight = counts / np.unique(cluster).size * second.population[cluster] / size
    return Design(stratum, cluster, weight, by_position(stratum, counts), second), table


def by_position(position: np.ndarray, value: np.ndarray) -> np.ndarray:
    table = np.zeros(position.max() + 1, np.int64)
    table[position] = value
    return table


def school(name: str = "SD") -> tuple[Design, Table]:
    """One of the four designs of school.csv."""
    table, frame = read("school.csv"), read("school_frame.csv")
    stratum, strata = positions(table["stratum"])
    cluster, _ = positions(table["psu"])
    design = Design(stratum, cluster, numbers(table["w"]))
    if name == "SD":
        return design, table
    column = "n_psu" if name == "SC" else "N_psu"
    of_stratum = dict(zip(frame["stratum"], numbers(frame[column]), strict=True))
    population = np.array([of_stratum[each] for each in strata], np.int64)
    if name == "SF":
        return replace(design, population=population), table
    keys = [f"{psu} {STAFF.get(grp, grp)}" for psu, grp in zip(table["psu"], table["grp"], strict=True)]
    cell, cells = positions(keys)
    people = dict.fromkeys(cells, 0)
    for psu, grp, count in zip(frame["psu"], frame["grp"], frame["N_grp"], strict=True):
        key = f"{psu} {STAFF.get(grp, grp)}"
        if key in people:
            people[key] += int(count)
    second = SecondStage(cell, np.array([people[each] for each in cells], np.int64))
    return replace(design, population=population, second=second), table


def answers(table: Table, item: str) -> np.ndarray:
    """1 to 5; NaN for "don't know" and blank."""
    given = numbers(table[item])
    return np.where((given >= 1) & (given <= 5), given, np.nan)


def satisfied(table: Table, item: str) -> np.ndarray:
    given = answers(table, item)
    return np.where(np.isnan(given), np.nan, given >= 4)


def by_group(design: Design, table: Table, values: np.ndarray) -> Statistic:
    return mean(design, in_domains(values, positions(table["grp"], GROUPS)[0], len(GROUPS)))


def name_of(each: Case) -> str:
    return str(each["id"]).split(".")[0]


def ids(*figures: str) -> list[str]:
    return [f"{design}.{figure}" for design in API for figure in figures]


def pair(found: Estimates, place: int = 0) -> dict[str, float]:
    return {"est": found.value[place], "se": found.se[place]}


@case(*ids("mean"))
def api_mean(each: Case) -> Any:
    design, table = api(name_of(each))
    found = estimate(design, mean(design, numbers(table["api99"])))
    return {
        **pair(found),
        "deff": found.deff[0],
        "deff_replace": found.deff_replace[0],
        "df": found.df[0],
        "ci95": [found.low[0], found.high[0]],
        "cv": found.se[0] / found.value[0],
    }


@case(*ids("total"))
def api_total(each: Case) -> Any:
    design, table = api(name_of(each))
    found = estimate(design, total(design, numbers(table["meals"])))
    return {**pair(found), "deff": found.deff[0]}


@case(*ids("ratio"))
def api_ratio(each: Case) -> Any:
    design, table = api(name_of(each))
    return pair(estimate(design, ratio(design, numbers(table["ell"]), numbers(table["meals"]))))


@case(*ids("by"))
def api_by(each: Case) -> Any:
    design, table = api(name_of(each))
    domain, names = positions(table["stype"])
    found = estimate(design, mean(design, in_domains(numbers(table["api99"]), domain, len(names))))
    return {"domain": list(names), "est": found.value, "se": found.se}


@case(*ids("contrast"))
def api_contrast(each: Case) -> Any:
    design, table = api(name_of(each))
    domain, names = positions(table["awards"])
    two = mean(design, in_domains(numbers(table["api99"]), domain, len(names)))
    found, difference = estimate(design, two), estimate(design, combine(two, np.array([-1.0, 1.0])))
    return {
        "domain": list(names),
        "est": found.value,
        "se": found.se,
        "vcov": found.covariance,
        "diff": difference.value[0],
        "diff_se": difference.se[0],
    }


@case(*ids("factor_props"))
def api_shares(each: Case) -> Any:
    design, table = api(name_of(each))
    category, names = positions(table["stype"])
    found = estimate(design, proportions(design, category, len(names)))
    return {
        "name": [f"stype{name}" for name in names],
        "est": found.value,
        "se": found.se,
        "vcov": found.covariance,
    }


@case(*ids("quantile"))
def api_quantile(each: Case) -> Any:
    design, table = api(name_of(each))
    found = quantiles(design, numbers(table["api99"]), np.array([0.25, 0.5, 0.9]))
    return {"q": [0.25, 0.5, 0.9], "est": found.value, "lo": found.low, "hi": found.high, "se": found.se}


@case(*ids("ciprop"))
def api_intervals(each: Case) -> Any:
    design, table = api(name_of(each))
    found = estimate(design, mean(design, (np.array(table["comp.imp"]) == "Yes").astype(float)))
    return all_intervals(found)


def all_intervals(found: Estimates, place: int = 0) -> dict[str, Any]:
    p, se, n, df = (float(column[place]) for column in (found.value, found.se, found.n, found.df))
    logit = intervals.logit(p, se, df)
    return {
        "est": p,
        "se": se,
        "df": df,
        "n": n,
        "n_eff": p * (1 - p) / se**2 if se else None,
        "logit": logit,
        "xlogit": logit,
        "beta": intervals.korn_graubard(p, se, n, df, cap=False),
        "mean": intervals.wald(p, se, df),
        "asin": intervals.arcsine(p, se, df),
        "likelihood": intervals.likelihood(p, se, n, df),
        "wilson": intervals.wilson(p, se, df),
        "kg_nchs": intervals.korn_graubard(p, se, n, df),
    }


@case("lonely.certainty", "lonely.remove", "lonely.adjust", "lonely.average")
def lonely(each: Case) -> Any:
    table = read("lonely.csv")
    rows = len(table["pw"])
    design = Design(positions(table["strat"])[0], np.arange(rows), numbers(table["pw"]))
    remedy: Any = each["id"].split(".")[1].replace("remove", "certainty")
    both = join(mean(design, numbers(table["api99"])), total(design, numbers(table["meals"])))
    found = estimate(design, both, lone=remedy)
    sizes = np.bincount(design.stratum)
    alone = both.influence[sizes[design.stratum] == 1, 1]
    certain = covariance(design, both.influence, lone="certainty")[1, 1]
    return {
        "mean": found.value[0],
        "mean_se": found.se[0],
        "total": found.value[1],
        "total_se": found.se[1],
        "df": found.df[0],
        "total_se_centred_at_zero": np.sqrt(certain + np.square(alone).sum()),
    }


@case("rep.jk1", "rep.jkn", "rep.jkn_fpc", "rep.jk1_clus2")
def replicates_of_api(each: Case) -> Any:
    design, table = api({"rep.jk1": "d1w", "rep.jkn": "dsw", "rep.jkn_fpc": "ds", "rep.jk1_clus2": "d2w"}[each["id"]])
    domain, names = positions(table["stype"])
    score, ell, meals = (numbers(table[name]) for name in ("api99", "ell", "meals"))

    def figures(weight: np.ndarray) -> np.ndarray:
        parts = [score @ weight / weight.sum(), ell @ weight / (meals @ weight)]
        return np.array([*parts, *np.bincount(domain, weight * score) / np.bincount(domain, weight)])

    found = replicate(design, jackknife(design), figures)
    return {
        "mean": {"name": "api99", **pair(found)},
        "ratio": pair(found, 1),
        "by": {"domain": list(names), "est": found.value[2:], "se": found.se[2:]},
        "df": found.df[0],
    }


def group_rates(design: Design, table: Table, replicates: Replicates, **options: Any) -> dict[str, Any]:
    group, given = positions(table["grp"], GROUPS)[0], satisfied(table, "q13")
    share = np.array([GROUP_WEIGHT[name] for name in GROUPS])

    def rates(weight: np.ndarray) -> np.ndarray:
        known = np.where(np.isnan(given), 0.0, weight)
        found = np.bincount(group, known * np.nan_to_num(given)) / np.bincount(group, known)
        return np.append(found, share @ found)

    found = replicate(design, replicates, rates, **options)
    return {"est": found.value[:-1], "se": found.se[:-1], "composite": pair(found, -1)}


@case("school.JKn")
def school_jackknife(each: Case) -> Any:
    design, table = school()
    replicates = jackknife(design)
    return {
        "groups": list(GROUPS),
        "n_rep": replicates.scale.size,
        **group_rates(design, table, replicates),
    }


@case("school.bootstrap")
def school_bootstrap(each: Case) -> Any:
    design, table = school()
    stored = read("school_bootstrap_factors.csv")
    psus = stored.pop("psu")
    factor = np.array([numbers(column) for column in stored.values()]).T
    row, number = positions(table["psu"], tuple(psus))[0], factor.shape[1]
    own = bootstrap(design, 3, np.random.default_rng(1))
    replicates = replace(own, factor=factor, row=row, scale=np.full(number, 1 / (number - 1)))
    return {
        "B": number,
        "groups": list(GROUPS),
        "mse_false": group_rates(design, table, replicates),
        "mse_true": group_rates(design, table, replicates, centre="estimate"),
    }


OTHERS = ("SF", "S2", "SC")


def design_of(each: Case) -> tuple[Design, Table]:
    return school(str(each["id"]).split(".")[1])


@case(*(f"school.{name}.rate_by_group" for name in OTHERS))
def rate_by_group(each: Case) -> Any:
    design, table = design_of(each)
    found = {item: estimate(design, by_group(design, table, satisfied(table, item))) for item in ITEMS}
    return {"groups": list(GROUPS), "items": {item: {"est": e.value, "se": e.se} for item, e in found.items()}}


@case(*(f"school.{name}.mean_score" for name in OTHERS))
def mean_score(each: Case) -> Any:
    design, table = design_of(each)
    weight, items = np.array(list(GROUP_WEIGHT.values())), {}
    for item in ITEMS:
        groups = by_group(design, table, answers(table, item))
        found, composite = estimate(design, groups), estimate(design, combine(groups, weight))
        items[item] = {"est": found.value, "se": found.se, "composite": pair(composite)}
    return {"groups": list(GROUPS), "items": items}


@case(*(f"school.{name}.composite" for name in OTHERS))
def composite(each: Case) -> Any:
    design, table = design_of(each)
    weight = np.array(list(GROUP_WEIGHT.values()))
    items = {item: combine(by_group(design, table, satisfied(table, item)), weight) for item in ITEMS}
    dimensions = {name: tuple(i for i in ITEMS if DIMENSION.get(i) == name) for name in ("D1", "D2", "D3", "D4")}
    parts = {name: combine(join(*(items[i] for i in its)), np.full(3, 1 / 3)) for name, its in dimensions.items()}
    index = combine(join(*parts.values()), np.full(4, 0.25))
    return {
        "group_weights": GROUP_WEIGHT,
        "dim_items": {name: list(its) for name, its in dimensions.items()},
        "dim_weights": [0.25] * 4,
        "df": estimate(design, index).df[0],
        "items": {item: with_limits(design, statistic) for item, statistic in items.items()},
        "dimensions": {name: with_limits(design, statistic) for name, statistic in parts.items()},
        "index": with_limits(design, index),
    }


def with_limits(design: Design, statistic: Statistic) -> dict[str, Any]:
    wald, logit = estimate(design, statistic), estimate(design, statistic, interval="logit-t")
    return {**pair(wald), "ci95": [wald.low[0], wald.high[0]], "ci95_logit": [logit.low[0], logit.high[0]]}


@case("school.SD.group_ci")
def group_intervals(each: Case) -> Any:
    design, table = school()
    statistic = by_group(design, table, satisfied(table, "q13"))
    found, groups_inside = estimate(design, statistic), statistic.inside
    groups = {}
    for place, name in enumerate(GROUPS):
        groups[name] = {
            **all_intervals(found, place),
            "deff": found.deff[place],
            "deff_replace": found.deff_replace[place],
            "kish": found.n[place] / found.n_eff[place],
            "sum_w": design.weight[groups_inside[:, place]].sum(),
        }
    return {"item": "q13", "groups": groups}


@case("school.boundary_p1")
def all_alike(each: Case) -> Any:
    design, table = school()
    rows = []
    for item in ITEMS:
        found = estimate(design, by_group(design, table, satisfied(table, item)), interval="korn-graubard")
        for place in np.flatnonzero(found.value == 1):
            n, df = found.n[place], found.df[place]
            lowest = intervals.exact(1.0, n, n - 1)[0]
            rows.append(
                {
                    "item": item,
                    "grp": GROUPS[place],
                    "n": n,
                    "df": df,
                    "lo_exact_n": lowest,
                    "lo_kg": found.low[place],
                }
            )
    return {"rows": rows}


@case("school.domain_one_psu")
def one_school(each: Case) -> Any:
    design, table = school()
    inside = (np.array(table["psu"]) == "s005") & (np.array(table["grp"]) == "teacher")
    found = estimate(design, mean(design, np.where(inside, satisfied(table, "q13"), np.nan)))
    limits = [found.low[0], found.high[0]]
    return {"psu": "s005", "grp": "teacher", "est": found.value[0], "df": found.df[0], "ci95": limits}
