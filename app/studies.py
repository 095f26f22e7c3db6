"""Making studies at the edge: what takes long reads and reckons outside the transaction that keeps the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.edge import here
from surveys import studies
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView
from surveys.publication import Publication


@dataclass(frozen=True)
class Made:
    """A study that is kept now, or why the answers do not carry it."""

    kind: str
    refusal: SurveyError | None = None


def make_studies(*, name: str, number: int, kinds: Iterable[str] = studies.KINDS) -> Iterator[Made]:
    """Make and keep each study beside evaluation `number` of campaign `name`; one that fails stops no other.

    Raises SurveyError(`study.no_evaluation`, `score.not_yet`, `study.data_changed`) before the first.
    """
    app, wanted = here(), tuple(kinds)
    with app.database.read() as session:
        basis = studies.load_basis(session, name=name, now=app.clock(), number=number)
        if studies.OVER_TIME.intersection(wanted):
            basis = studies.load_earlier(session, basis=basis, now=app.clock())
    for kind in wanted:
        try:
            result = studies.make_study(basis, kind=kind)
        except SurveyError as error:
            yield Made(kind, error)
            continue
        with app.database.begin() as session:
            studies.keep_study(session, name=name, number=number, kind=kind, result=result, now=app.clock())
        yield Made(kind)


def missing_kinds(publication: Publication) -> tuple[str, ...]:
    """The kinds that are not kept beside the evaluation of `publication`, or no longer fit what it shows."""
    with here().database.read() as session:
        kept = studies.list_studies(session, publication=publication)
    return tuple(kind for kind in studies.KINDS if kind not in kept)


def is_quick(made: EvaluationView) -> bool:
    """Whether the studies of a score can be made while somebody waits."""
    return made.responses <= studies.AT_ONCE
