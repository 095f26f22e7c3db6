"""The weights of an evaluation: what each answer stands for."""

from __future__ import annotations

from dataclasses import replace

from analysis.frame import Sample
from analysis.results import Notice
from analysis.weighting import frame_weights
from surveys.datasets import Dataset


def weigh(dataset: Dataset, weighting: str) -> tuple[Sample, tuple[Notice, ...]]:
    """The sample with the weights that `weighting` names, and what there is to say about them."""
    if weighting == "none":
        return dataset.sample, ()
    weights = frame_weights(dataset.sample, dataset.roster.population, overfull="share")
    return replace(dataset.sample, weight=weights.final), weights.notices
