"""The score beside itself: with all answers where rules take some out, and without the certainly careless where not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveys.datasets import Dataset

SHOWN = ("composite", "pooled", "rounded", "verdict", "verdict_pooled", "reached")


def leave_out(dataset: Dataset, dropped: NDArray[np.bool_]) -> Dataset:
    """The dataset without these people. Weights are to be made anew from it: those who stay then stand for all."""
    if not dropped.any():
        return dataset
    kept, sample = ~dropped, dataset.sample
    columns = {name: getattr(sample, name)[kept] for name in ("group", "school", "stratum", "cluster", "weight")}
    answers = np.ascontiguousarray(sample.answers.T[:, kept]).T  # items stay one after another in memory
    return replace(dataset, sample=replace(sample, answers=answers, **columns))


def set_beside(result: Mapping[str, Any] | None, *, answers: str, responses: int, difference: int) -> dict[str, Any]:
    """What is shown of another result: `answers` says of whose; `difference` is how many more or fewer they are.

    Without a result (nobody is left who could be scored) every number is None.
    """
    shown = {name: None if result is None else result[name] for name in SHOWN}
    return {"answers": answers, "responses": responses, "difference": difference, **shown}
