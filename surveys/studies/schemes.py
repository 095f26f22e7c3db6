"""The same answers by every scorecard of the library, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from analysis.errors import AnalysisError
from analysis.rule import ScoringRule
from analysis.scoring import score
from surveys.errors import Problem, SurveyError
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.library import library_document, library_names
from surveys.scorecards.model import ScaleScore, Scorecard
from surveys.scorecards.parsing import parse_scorecard
from surveys.studies.basis import Basis

Plain = dict[str, Any]
SHOWN = ("value", "se", "low", "high", "n", "n_eff")


def study_schemes(basis: Basis) -> list[Plain]:
    """Every scorecard of the library and the campaign's own, in the order of their names.

    Answers, weights, exclusions and level are those of the evaluation, so each row is what `flask score --scorecard`
    gives. `own` marks the campaign's; `counts` says whether the scorecard asks how satisfied people are, so that a
    verdict means something; `refused` says why a scorecard cannot be used with these papers and answers.
    """
    cards = {**_library(), basis.card.name: basis.card.scorecard}
    return [_row(basis, cards[name], own=name == basis.card.name) for name in sorted(cards)]


@cache
def _library() -> Mapping[str, Scorecard]:
    """The scorecards of the library; they change with the software only."""
    return {name: parse_scorecard(library_document(name)) for name in library_names()}


def _row(basis: Basis, card: Scorecard, *, own: bool) -> Plain:
    about: Plain = {
        "name": card.name,
        "title": dict(card.title),
        "own": own,
        "official": card.official,
        "counts": _asks_satisfaction(card),
        "measure": card.measure,
        "unit": card.unit,
        "grouping": card.grouping,
        "denominator": card.denominator,
        "threshold": card.threshold,
        "comparison": card.comparison,
        "decimals": card.decimals,
        "refused": None,
    }
    try:
        rule = compile_rule(card, number=basis.card.number if own else 1, instruments=basis.dataset.instruments)
        found = _scored(basis, rule)
    except SurveyError as error:
        return {**about, **_nothing(), "refused": [_plain(each) for each in error.problems]}
    except AnalysisError as error:
        code = "scheme.no_head_counts" if card.denominator != "valid" else "scheme.impossible"
        return {**about, **_nothing(), "refused": [_plain(Problem(code, params={"expected": error.expected}))]}
    if found["value"] is None:
        absent = Problem("scheme.no_group", params={"groups": found["missing"]})
        return {**about, **_nothing(), "refused": [_plain(absent)]}
    return {**about, **found}


def _scored(basis: Basis, rule: ScoringRule) -> Plain:
    population, level = basis.dataset.roster.population, basis.evaluation.recipe["level"]
    made = score(basis.sample, rule, population=population, issued=basis.issued or None, level=level)
    numbers = {name: getattr(made.composite, name) for name in SHOWN}
    return {**numbers, "verdict": made.verdict, "reached": made.reached, "missing": list(made.missing_groups)}


def _nothing() -> Plain:
    return {**dict.fromkeys(SHOWN), "verdict": None, "reached": None, "missing": []}


def _plain(problem: Problem) -> Plain:
    params: Mapping[str, object] = problem.params
    return {"code": problem.code, "path": problem.path, "value": problem.value, "params": dict(params)}


def _asks_satisfaction(card: Scorecard) -> bool:
    """Whether a better answer is never worth less: else the scorecard counts how often one option was chosen."""
    return all(_falls(worth) for worth in _worths(card))


def _worths(card: Scorecard) -> Iterator[Sequence[float]]:
    for scale in card.scales.values():
        yield _shares(scale) if card.measure == "share" else [float(point) for point in scale.points]


def _shares(scale: ScaleScore) -> list[float]:
    return [float(code in scale.positive) for code in scale.options]


def _falls(worth: Sequence[float]) -> bool:
    return all(worse <= better for better, worse in pairwise(worth)) and len(set(worth)) != 1
