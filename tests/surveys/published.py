"""Results of made-up counties, as evaluations keep them: for tests of what may be shown of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from typing import Any

from surveys.evaluations import EvaluationView
from surveys.publication import Figure

Plain = dict[str, Any]
Cell = tuple[str | None, str]  # school, group


@dataclass(frozen=True)
class County:
    """People who answered one question, by school and group: how many, how many satisfied, what each weighs."""

    n: Mapping[Cell, int]
    satisfied: Mapping[Cell, int]
    weight: Mapping[Cell, float]

    @property
    def groups(self) -> list[str]:
        return sorted({group for _school, group in self.n})

    @property
    def schools(self) -> list[str]:
        return sorted({school for school, _group in self.n if school is not None})

    def some(self, *, school: str | None = None, group: str | None = None) -> list[Cell]:
        """The cells of a school, of a group, or all."""
        return [cell for cell in self.n if school in (None, cell[0]) and group in (None, cell[1])]

    def value(self, cells: Sequence[Cell]) -> float | None:
        mass = sum(self.weight[cell] * self.n[cell] for cell in cells)
        return 100 * sum(self.weight[cell] * self.satisfied[cell] for cell in cells) / mass if mass else None

    def estimate(self, cells: Sequence[Cell]) -> Plain:
        return estimate(self.value(cells), sum(self.n[cell] for cell in cells))

    @property
    def group_weights(self) -> dict[str, float]:
        there = [group for group in self.groups if self.value(self.some(group=group)) is not None]
        return {group: 1 / len(there) for group in there}

    def result(self) -> Plain:
        """As `surveys.evaluations.result` makes it."""
        shares = [(self.value(self.some(group=group)), weight) for group, weight in self.group_weights.items()]
        composite = sum(value * weight for value, weight in shares if value is not None) if shares else None
        return {
            **FACTS,
            "composite": estimate(composite, sum(self.n.values())),
            "pooled": self.estimate(list(self.n)),
            "group_weights": self.group_weights,
            "weights": {
                "weighting": "frame",
                "steps": [],
                "groups": [{"group": group, "sum": self._mass(group)} for group in self.groups],
                "cells": [
                    {"school": school, "group": group, "responses": n, "final": self.weight[school, group]}
                    for (school, group), n in self.n.items()
                ],
            },
            "groups": [self._group(group) for group in self.groups],
            "dimensions": [],
            "items": [],
            "schools": [
                *(self._school(school, None, self.some(school=school)) for school in self.schools),
                *(self._school(school, group, [(school, group)]) for school, group in self.n if school is not None),
            ],
        }

    def _mass(self, group: str) -> float:
        return sum(self.weight[cell] * self.n[cell] for cell in self.some(group=group))

    def _group(self, group: str) -> Plain:
        people = sum(self.n[cell] for cell in self.some(group=group))
        known = {"responses": people, "population": 2 * people, "response_rate": 0.5, "dont_know": 0.0, "missing": 0.0}
        return {"group": group, **known, **self.estimate(self.some(group=group))}

    def _school(self, school: str, group: str | None, cells: Sequence[Cell]) -> Plain:
        return {"school": school, "name": school, "group": group, "population": None, **self.estimate(cells)}


def estimate(value: float | None, n: int) -> Plain:
    """One estimate as plain data."""
    plain: Plain = dict.fromkeys(("se", "low", "high"))
    if value is not None and n > 1:
        plain["se"] = se = sqrt(max(value * (100 - value), 0) / (n - 1))
        plain |= {"low": max(value - 2 * se, 0.0), "high": min(value + 2 * se, 100.0)}
    more = {"n_eff": float(n) or None, "df": 20, "level": 0.95, "method": "", "interval": "wald", "notices": []}
    return {"value": value, "n": n, **plain, **more}


FACTS: Plain = {
    "term": None,
    "silence": None,
    "rounded": {"composite": "90.00", "pooled": "90.00"},
    "verdict": "met",
    "verdict_pooled": "met",
    "reached": True,
    "threshold": 85,
    "comparison": ">=",
    "band": None,
    "level": 0.95,
    "decimals": 2,
    "comparable": True,
    "missing_groups": [],
    "notices": [],
    "excluded": None,
    "beside": None,
}


def evaluation_of(result: Plain) -> EvaluationView:
    """An evaluation that has this result."""
    return EvaluationView(
        campaign="tiny",
        number=1,
        scorecard="renke-default",
        scorecard_number=1,
        made_at=datetime(2026, 6, 1, tzinfo=UTC),
        provisional=False,
        responses=result["composite"]["n"],
        data_digest="",
        code_version="",
        recipe={},
        result=result,
    )


def printed(figure: Figure) -> str:
    """The value as the doors print it."""
    assert figure.value is not None
    if figure.bound:
        return f"{'>' if figure.bound == 'above' else '<'} {figure.value:g}"
    return f"{figure.value:.{figure.decimals}f}"
