"""Careless forms and coached schools of the simulated response-quality file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.quality import (
    Arrivals,
    Paradata,
    PersonQuality,
    SchoolMaterial,
    judge_persons,
    judge_schools,
    school_indices,
)
from tests.analysis.cases.registry import case
from tests.analysis.conftest import numbers, positions, read

ITEMS = tuple(f"q{number:02d}" for number in range(1, 21))
REVERSED = (6, 13)  # q07 and q14
SEED = 20170601


@dataclass(frozen=True)
class QualityFile:
    """quality.csv and its labels as arrays, rows in the order of `rid`."""

    rid: np.ndarray
    answers: np.ndarray
    school: np.ndarray
    schools: tuple[str, ...]
    device: np.ndarray
    start: np.ndarray
    seconds: np.ndarray
    label: np.ndarray

    def arrivals(self) -> Arrivals:
        return Arrivals(self.school, self.start)


def read_quality() -> QualityFile:
    table, labels = read("quality.csv"), read("quality_labels.csv")
    label = dict(zip(labels["rid"], labels["label"], strict=True))
    school, schools = positions(table["school"])
    return QualityFile(
        rid=numbers(table["rid"]).astype(int),
        answers=np.stack([numbers(table[item]) for item in ITEMS], axis=1),
        school=school,
        schools=schools,
        device=positions(table["device"])[0],
        start=numbers(table["start_s"]),
        seconds=numbers(table["dur_s"]),
        label=np.array([label[rid] for rid in table["rid"]]),
    )


def judge_rows(data: QualityFile) -> PersonQuality:
    paradata = Paradata(seconds=data.seconds / len(ITEMS), device=data.device, order=data.start)
    return judge_persons(data.answers, reversed_items=REVERSED, paradata=paradata)


@case("quality.indices")
def indices(reference: Mapping[str, Any]) -> dict[str, Any]:
    data = read_quality()
    found = judge_rows(data).indices
    asked = [int(np.flatnonzero(data.rid == rid)[0]) for rid in reference["expected"]["rid"]]
    return {
        "rid": data.rid[asked].tolist(),
        "longstring": found.longest_run[asked].tolist(),
        "irv": found.irv[asked].tolist(),
        "mahalanobis_d2": found.mahalanobis[asked].tolist(),
        "person_total": found.person_total[asked].tolist(),
        "longstring_mean": found.longest_run.mean(),
        "irv_mean": found.irv.mean(),
        "d2_sum": found.mahalanobis.sum(),
        "n_identical_rows": int(np.sum(found.same_answers > 0)),
    }


@case("quality.school_indices")
def of_schools(reference: Mapping[str, Any]) -> dict[str, Any]:
    data = read_quality()
    found = school_indices(
        data.answers,
        data.school,
        schools=len(data.schools),
        reversed_items=REVERSED,
        seconds=data.seconds,
        arrivals=data.arrivals(),
    )
    return {
        name: {
            "n": found.n[place],
            "mean": found.mean[place],
            "entropy": found.entropy[place],
            "share_modal_pattern": found.modal_share[place],
            "max_in_30min": found.burst_30[place],
            "median_dur": found.median_seconds[place],
        }
        for place, name in enumerate(data.schools)
    }


def coached_and_flagged(data: QualityFile) -> tuple[set[str], set[str]]:
    """Schools with coached forms, and schools that the rule calls unusual."""
    material = SchoolMaterial(
        answers=data.answers,
        school=data.school,
        schools=len(data.schools),
        reversed_items=REVERSED,
        seconds=data.seconds / len(ITEMS),
        arrivals=data.arrivals(),
    )
    unusual = judge_schools(material, rng=np.random.default_rng(SEED)).unusual
    coached = np.unique(data.school[data.label == "coached"])
    return {data.schools[place] for place in coached}, {data.schools[place] for place in np.flatnonzero(unusual)}


@case("quality.behaviour")
def behaviour(reference: Mapping[str, Any]) -> dict[str, Any]:
    """A sentence of `must` is returned only where it holds: recall counts candidates for exclusion."""
    data = read_quality()
    coached, flagged = coached_and_flagged(data)
    candidate = judge_rows(data).candidate
    share = {str(label): candidate[data.label == label].mean() for label in np.unique(data.label)}
    holds = {
        "every coached school": coached <= flagged and len(flagged - coached) <= 1,
        "straight:": share["straight"] >= 0.9,
        "speed:": share["speed"] >= 0.9,
        "dup:": share["dup"] >= 0.9,
        "random:": share["random"] >= 0.5,
        "ok rows": share["ok"] <= 0.05,
    }
    label, count = np.unique(data.label, return_counts=True)
    return {
        "coached_schools": sorted(coached & flagged),
        "must": [
            text
            for text in reference["expected"]["must"]
            if any(text.startswith(start) and held for start, held in holds.items())
        ],
        "label_counts": dict(zip(label.tolist(), count.tolist(), strict=True)),
    }
