"""Sizes, non-response and small cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.design import Design
from analysis.disclosure import find_small
from analysis.estimation import mean
from analysis.planning import COMPULSORY_2024, rule_size, sample_size
from analysis.uncertainty import nonresponse_bounds
from analysis.weighting import class_factors
from tests.analysis.cases.registry import case
from tests.analysis.conftest import GROUPS, numbers, positions, read

INPUTS = ("N", "p", "e", "deff", "rr")


@case("samplesize")
def samplesize(reference: Mapping[str, Any]) -> Any:
    asked = [{name: row[name] for name in INPUTS} for row in reference["expected"]["rows"]]
    sizes = sample_size(
        [row["e"] for row in asked],
        share=[row["p"] for row in asked],
        population=[row["N"] for row in asked],
        deff=[row["deff"] for row in asked],
        response=[row["rr"] for row in asked],
    )
    residents = [row["residents"] for row in reference["expected"]["rule15"]]
    return {
        "n0": sizes.n0[0],
        "rows": [{**row, "invited": n} for row, n in zip(asked, sizes.invited, strict=True)],
        "rule15": [
            {"residents": people, "n": n}
            for people, n in zip(residents, rule_size(COMPULSORY_2024, residents), strict=True)
        ],
    }


IN_SCHOOL = ("student", "parent", "teacher", "principal")


def responses() -> tuple[dict[str, list[str]], np.ndarray, np.ndarray]:
    """The school groups of the frame, and how many of each cell were invited and answered."""
    frame = read("school_frame.csv")
    of_school = [group in IN_SCHOOL for group in frame["grp"]]
    frame = {name: [value for value, at in zip(column, of_school, strict=True) if at] for name, column in frame.items()}
    return frame, numbers(frame["invited"]), numbers(frame["responded"])


@case("school.nonresponse_bounds")
def bounds(reference: Mapping[str, Any]) -> Any:
    names = [row["grp"] for row in reference["expected"]["rows"]]
    frame, invited, responded = responses()
    at = np.array([names.index(each) for each in frame["grp"]])
    table = read("school.csv")
    score, group = numbers(table["q13"]), np.array(table["grp"])
    design = Design(positions(table["stratum"])[0], positions(table["psu"])[0], numbers(table["w"]))
    valid = (score >= 1) & (score <= 5)
    satisfied = np.column_stack([np.where(valid & (group == name), score >= 4, np.nan) for name in names])
    share = mean(design, satisfied).value
    found = nonresponse_bounds(share, np.bincount(at, weights=responded), np.bincount(at, weights=invited))
    return {
        "rows": [
            {
                "grp": name,
                "response_rate": found.response_rate[g],
                "est": found.value[g],
                "lower": found.low[g],
                "upper": found.high[g],
                "tipping_gap": found.tipping_gap[g],
            }
            for g, name in enumerate(names)
        ]
    }


@case("school.nonresponse_classes")
def classes(reference: Mapping[str, Any]) -> Any:
    frame, invited, responded = responses()
    place, names = positions([f"{a}/{b}" for a, b in zip(frame["stratum"], frame["grp"], strict=True)])
    factor = class_factors(invited, responded, place)
    rows = []
    for c, name in enumerate(names):
        stratum, grp = name.split("/")
        asked, came = int(invited[place == c].sum()), int(responded[place == c].sum())
        own = {"invited": asked, "responded": came, "rate": came / asked, "factor": factor[place == c][0]}
        rows.append({"stratum": stratum, "grp": grp, **own})
    return {"rows": rows, "overall_rate": responded.sum() / invited.sum()}


@case("school.small_cells")
def small_cells(reference: Mapping[str, Any]) -> Any:
    table = read("school.csv")
    score, (group, _) = numbers(table["q13"]), positions(table["grp"], GROUPS)
    valid = (score >= 1) & (score <= 5)
    counts = {}
    present = {}
    for level in ("psu", "township"):
        unit, names = positions(table[level])
        counts[level] = np.zeros((len(names), len(GROUPS)), int)
        np.add.at(counts[level], (unit[valid], group[valid]), 1)
        present[level] = np.zeros_like(counts[level], bool)
        present[level][unit, group] = True
    threshold = int(reference["expected"]["threshold"])
    schools = find_small(counts["psu"], smallest=threshold)
    townships = find_small(counts["township"], smallest=threshold)
    names = sorted(set(table["township"]))
    return {
        "threshold": threshold,
        "psu_grp_n_cells": int(present["psu"].sum()),
        "psu_grp_below": int(schools.sum()),
        "psu_grp_below_rows": int(counts["psu"][schools].sum()),
        "township_grp_below": [
            {"township": names[t], "grp": GROUPS[g], "n": int(counts["township"][t, g])}
            for g, t in np.argwhere(townships.T)
        ],
    }
