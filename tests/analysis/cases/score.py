"""Rates, composites and schemes of the school survey, by the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from analysis.frame import MISSING, NOT_ASKED, Sample
from analysis.intervals import logit, wald
from analysis.results import Estimate
from analysis.scoring import Figures, Score, decide, figures, score
from tests.analysis.cases.registry import case
from tests.analysis.conftest import (
    DIMENSION,
    GROUPS,
    ITEMS,
    QUARTERS,
    SATISFIED,
    estimate_of,
    make_rule,
    numbers,
    positions,
    read,
)

DIMENSIONS = tuple(dict.fromkeys(DIMENSION.values()))
LINE = 85.0
WORDS = {"met": "pass", "not_met": "fail", "not_enough_evidence": "inconclusive"}


@cache
def sample() -> Sample:
    """school.csv, each psu a cluster and (for the lines of schools) a school."""
    table = read("school.csv")
    cluster, psus = positions(table["psu"])
    stratum, strata = positions(table["stratum"])
    return Sample(
        answers=np.array([[int(value or MISSING) for value in table[item]] for item in ITEMS], np.uint8).T,
        items=ITEMS,
        group=positions(table["grp"], GROUPS)[0],
        groups=GROUPS,
        school=cluster,
        schools=psus,
        stratum=stratum,
        strata=strata,
        cluster=cluster,
        weight=numbers(table["w"]),
    )


@cache
def scored() -> Score:
    return score(sample(), make_rule())


@cache
def arrays() -> Figures:
    return figures(sample(), make_rule())


def share(estimate: Estimate) -> dict[str, float]:
    return {"est": estimate.value / 100, "se": estimate.se / 100}


def by_group(found: Figures, item: str, *, unit: float = 100.0, zero: float = 0.0) -> dict[str, Any]:
    place = found.items.index(item)
    return {"est": (zero + found.value[:, place] / unit).tolist(), "se": (found.se[:, place] / unit).tolist()}


@case("school.SD.rate_by_group")
def rate_by_group(_: Mapping[str, Any]) -> Any:
    return {"groups": list(GROUPS), "items": {item: by_group(arrays(), item) for item in ITEMS}}


@case("school.SD.composite")
def composite(_: Mapping[str, Any]) -> Any:
    def whole(estimate: Estimate) -> dict[str, Any]:
        value, se = estimate.value / 100, estimate.se / 100
        ends = [float(limit) for limit in wald(value, se, estimate.df)]
        assert estimate.interval == "logit-t"
        return {"est": value, "se": se, "ci95": ends, "ci95_logit": [estimate.low / 100, estimate.high / 100]}

    return {
        "group_weights": dict(scored().group_weight),
        "dim_items": {name: [item for item in ITEMS if DIMENSION.get(item) == name] for name in DIMENSIONS},
        "dim_weights": [0.25] * 4,
        "df": scored().composite.df,
        "items": {item: whole(estimate_of(scored(), item=item)) for item in ITEMS},
        "dimensions": {name: whole(estimate_of(scored(), dimension=name)) for name in DIMENSIONS},
        "index": whole(scored().composite),
    }


@case("school.SD.mean_score")
def mean_score(_: Mapping[str, Any]) -> Any:
    """1 to 5 is 0 to 100 in steps of 25."""
    found = figures(sample(), make_rule(QUARTERS, measure="mean"))
    items = {}
    for place, item in enumerate(found.items):
        county = {"est": 1 + found.county[place] / 25, "se": found.county_se[place] / 25}
        items[item] = {**by_group(found, item, unit=25, zero=1), "composite": county}
    return {"groups": list(GROUPS), "items": items}


@case("school.SD.rate_dk_in_denominator")
def rate_dk_in_denominator(_: Mapping[str, Any]) -> Any:
    found = figures(sample(), make_rule(SATISFIED | {9: 0.0}))
    return {"groups": list(GROUPS), "item": "q13", **by_group(found, "q13")}


@case("school.SD.schemes")
def schemes(_: Mapping[str, Any]) -> Any:
    pooled = make_rule(unit="overall", grouping="pooled", group_weight={})
    points = make_rule({1: 0, 2: 30, 3: 60, 4: 80, 5: 100}, unit="overall", measure="mean")
    top3 = make_rule({1: 0, 2: 0, 3: 100, 4: 100, 5: 100}, unit="overall")
    respondent = make_rule(QUARTERS, measure="mean", unit="respondent", respondent_threshold=75.0, respondent_minimum=6)
    unweighted = replace(sample(), weight=np.ones(sample().group.size))
    by_points, by_respondent = score(sample(), points).composite, score(sample(), respondent).composite
    return {
        "pooled_weighted": share(score(sample(), pooled).composite),
        "pooled_returned_mix": share(score(unweighted, pooled).pooled),
        "option_points": {"est": by_points.value, "se": by_points.se},
        "top3": share(score(sample(), top3).composite),
        "respondent": share(by_respondent),
        "respondent_n": by_respondent.n,
    }


@case("school.rate_by_psu")
def rate_by_psu(_: Mapping[str, Any]) -> Any:
    found, place = arrays().school_items, ITEMS.index("q13")
    value, n = found.value[:, place] / 100, found.n[:, place]
    return {"psu": list(sample().schools), "est": value.tolist(), "n": n.tolist()}


@case("school.rate_by_psu_group_first60")
def rate_by_psu_group(_: Mapping[str, Any]) -> Any:
    lines = [row for row in score(sample(), make_rule(unit="overall")).rows if row.school and row.group]
    lines = sorted(lines, key=lambda row: (GROUPS.index(row.group), row.school))[:60]
    found = [(row.school, row.group, row.estimate) for row in lines]
    return {"rows": [{"psu": psu, "grp": grp, "n": each.n, "est": each.value / 100} for psu, grp, each in found]}


@case("school.SD.rate_by_area")
def rate_by_area(_: Mapping[str, Any]) -> Any:
    """Domains in the place of groups: everybody else stays in the design."""
    result = {}
    for column in ("township", "stratum", "area"):
        group, names = positions(read("school.csv")[column])
        moved, rule = replace(sample(), group=group, groups=names), make_rule(unit="overall", grouping="equal")
        found = figures(moved, rule, with_covariance=True)
        result[column] = {"domain": list(names), **by_group(found, "q13")}
    line = np.zeros((2, len(ITEMS)))
    line[:, ITEMS.index("q13")] = (-1, 1)  # R, U
    difference, variance = np.sum(line * found.value[:, : len(ITEMS)]), line.ravel() @ found.covariance @ line.ravel()
    t, df = difference / np.sqrt(variance), found.pooled_df[-1]
    p = 2 * stats.t.sf(abs(t), df)
    own = {"diff_U_minus_R": difference / 100, "diff_se": np.sqrt(variance) / 100, "t": t, "df": df, "p": p}
    return result | {"area": result["area"] | own}


@case("school.SD.composite_by_township")
def composite_by_township(_: Mapping[str, Any]) -> Any:
    township, names = positions(read("school.csv")["township"])
    result = {}
    for place, name in enumerate(names):
        answers = np.where((township == place)[:, None], sample().answers, NOT_ASKED)
        found = score(replace(sample(), answers=answers), make_rule(unit="overall"))
        assert set(found.missing_groups) == set(GROUPS) - set(found.group_weight)
        result[name] = {"groups": list(found.group_weight), **share(found.composite)}
    return {"township": result}


@case("school.SD.threshold85")
def threshold85(reference: Mapping[str, Any]) -> Any:
    rows = []
    for name in (row["item"] for row in reference["expected"]["rows"]):
        where = {"item": name} if name in ITEMS else {"dimension": name}
        found = scored().composite if name == "index" else estimate_of(scored(), **where)
        value, se = found.value / 100, found.se / 100
        plain, curved = wald(value, se, found.df), logit(value, se, found.df)
        straight = replace(found, low=100 * float(plain[0]), high=100 * float(plain[1]))
        rows.append(
            {
                "item": name,
                **share(found),
                "df": found.df,
                "wald": [float(limit) for limit in plain],
                "decision_wald": WORDS[decide(straight, LINE, ">=")],
                "logit": [float(limit) for limit in curved],
                "decision_logit": WORDS[decide(found, LINE, ">=")],
                "p_one_sided": stats.t.sf((value - LINE / 100) / se, found.df),
            }
        )
    return {"rows": rows}
