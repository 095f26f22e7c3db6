"""From a question to its answer: the people of a settled score, the figure, and what its reader may see of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from surveys.bench.asking import read_request
from surveys.bench.averages import averages
from surveys.bench.crosstabs import crosstab
from surveys.bench.guarding import Guard
from surveys.bench.model import Kind, Plain, Request, Result, Variable
from surveys.bench.people import Flags, People, describe_design, effective
from surveys.bench.relations import find_drivers, regress
from surveys.bench.scales import factors, reliability
from surveys.disclosure.rule import PublicationRule
from surveys.disclosure.versions import rule_of
from surveys.errors import Problem, SurveyError
from surveys.publication import get_publication
from surveys.studies.basis import Basis, load_basis

_RUN: Mapping[Kind, Callable[[People, Request, Flags, Guard], list[Plain]]] = {
    "crosstab": crosstab,
    "means": averages,
    "shares": averages,
    "reliability": reliability,
    "factors": factors,
    "drivers": find_drivers,
    "ordinal": regress,
}


@dataclass(frozen=True)
class Bench:
    """A settled score opened for questions."""

    people: People
    rule: PublicationRule

    @property
    def basis(self) -> Basis:
        return self.people.basis

    @property
    def variables(self) -> tuple[Variable, ...]:
        return self.people.variables


def open_bench(session: Session, *, name: str, now: datetime, number: int | None = None) -> Bench:
    """The people of the score of campaign `name` that is shown, or of evaluation `number` where that is.

    Raises SurveyError as `get_publication` and `load_basis` do: only settled scores are open to questions, and only
    while answers and rules are those that they were made of.
    """
    publication = get_publication(session, name=name, now=now, number=number)
    basis = load_basis(session, name=name, now=now, number=publication.evaluation.number)
    return Bench(People.of(basis), rule_of(session, campaign_id=basis.campaign.id))


def analyse(bench: Bench, asked: Mapping[str, Any], *, right: bool) -> Result:
    """The answer to what was asked, for somebody with or without the right to single answers.

    Raises SurveyError(`bench.asked`) with everything that is wrong with the question, `bench.guarded` with everything
    in it that takes the right, `bench.nobody` where nobody is left.
    """
    people, guard = bench.people, Guard.of(bench.rule, right=right)
    request = read_request(asked, bench.variables, groups=people.basis.sample.groups)
    guard.check(request, people.known)
    base = people.base(request)
    if not base.any():
        raise SurveyError("bench.nobody", "invalid", [Problem("bench.nobody_left", field="groups")])
    if not right and base.sum() < bench.rule.smallest:
        raise SurveyError("bench.few", "forbidden", smallest=bench.rule.smallest)
    try:
        parts = _RUN[request.kind](people, request, base, guard)
    except (ArithmeticError, np.linalg.LinAlgError):
        raise SurveyError("bench.impossible", "invalid") from None
    return _result(bench, request, base, parts, guard)


def _result(bench: Bench, request: Request, base: Flags, parts: list[Plain], guard: Guard) -> Result:
    people, basis = bench.people, bench.basis
    names = (*request.variables, *(name for name, _codes in request.where))
    counted = [people.counted(name, base) for name in request.variables]
    small = guard.right and _has_few(parts, guard.smallest)
    there = np.unique(basis.sample.group[base]).tolist()
    groups = tuple(basis.sample.groups[place] for place in there)
    known = {each.id: each.label_for(groups) for each in bench.variables}
    shown = dict.fromkeys((*names, *(name for part in parts for name in _named(part))))
    return Result(
        campaign=basis.campaign.name,
        evaluation=basis.evaluation.number,
        simulated=basis.campaign.simulated,
        request=request,
        about={name: known[name] for name in shown},
        wordings=tuple(_wordings([each for each in bench.variables if each.id in shown], groups)),
        base={
            "people": guard.people(int(base.sum())),
            "n_eff": guard.effective(effective(people, base)),
            "weighting": basis.evaluation.recipe["weighting"],
            "made_at": basis.evaluation.made_at.isoformat(),
            "scorecard": f"{basis.evaluation.scorecard}@{basis.evaluation.scorecard_number}",
            "rule": bench.rule.reference,
        },
        counted=tuple(
            {name: guard.people(value) if isinstance(value, int) else value for name, value in each.items()}
            for each in counted
        ),
        design=describe_design(people, base),
        parts=tuple(parts),
        notices=tuple(_notices(parts, guard)),
        right=guard.right,
        small=small,
        smallest=guard.smallest,
    )


def _wordings(shown: Sequence[Variable], groups: Sequence[str]) -> Iterator[Plain]:
    for each in shown:
        asked, without = each.worded_for(groups), each.missing_for(groups)
        if len(asked) > 1 or without:
            told = {"asked": asked if len(asked) > 1 else [], "without": without}
            yield {
                "variable": each.id,
                **{
                    name: [{"groups": list(who), "label": label.plain()} for who, label in found]
                    for name, found in told.items()
                },
            }


def _named(part: Plain) -> list[str]:
    """Variables that a part speaks of beside those that were asked for: items of a dimension."""
    return [str(name) for name in part.get("items", ())]


def _has_few(found: Any, smallest: int) -> bool:
    """Whether any number of people in a result is small."""
    if isinstance(found, Mapping):
        n = found.get("n")
        few = isinstance(n, int) and 0 < n < smallest
        return few or any(_has_few(each, smallest) for each in found.values())
    return isinstance(found, list) and any(_has_few(each, smallest) for each in found)


def _notices(parts: list[Plain], guard: Guard) -> list[Plain]:
    found: list[Plain] = []
    if not guard.right:
        found.append({"code": "guarded", "params": {"smallest": guard.smallest}})
    elif _has_few(parts, guard.smallest):
        found.append({"code": "small", "params": {"smallest": guard.smallest}})
    if any(part.get("coarse") for part in parts):
        found.append({"code": "coarse", "params": {"smallest": guard.smallest}})
    if any(_is_hidden(part) for part in parts):
        found.append({"code": "hidden", "params": {"smallest": guard.smallest}})
    return found


def _is_hidden(found: Any) -> bool:
    if isinstance(found, Mapping):
        return found.get("hidden") is True or any(_is_hidden(each) for each in found.values())
    return isinstance(found, list) and any(_is_hidden(each) for each in found)
