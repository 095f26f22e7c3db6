"""What may be shown of a score, laid out for reading: figures by table, each with label, response rate and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import gettext as _

from app.evidence import name_beside
from app.i18n import in_language
from app.marks import Legend, shown
from app.verdicts import shown as tell_composite
from app.words import DIMENSIONS, GROUPS, word
from surveys.evaluations import EvaluationView
from surveys.publication import Figure, Publication

WHOLE = ("composite", "pooled", "beside", "term")
Order = Literal["value", "paper"]
ORDERS: tuple[Order, ...] = ("value", "paper")


@dataclass(frozen=True)
class Line:
    """One figure: what it is about, as it is printed, the response rate behind it, the letters of its marks.

    `decimals` are those of its limits.
    """

    label: str
    figure: Figure
    shown: str
    decimals: int
    rate: float | None
    marks: str


@dataclass(frozen=True)
class Table:
    """Lines, and what their marks mean."""

    lines: tuple[Line, ...]
    legend: Legend

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(line.figure for line in self.lines)


@dataclass(frozen=True)
class Scoreboard:
    """Everything on the score page, in the order in which it is read."""

    publication: Publication
    composite: Line
    ways: Table  # the composite, all answers pooled, and the composite with or without what was flagged
    groups: Table
    dimensions: Table
    items: Table
    design_effect: float | None  # Kish's, of the weights of the composite

    @property
    def evaluation(self) -> EvaluationView:
        return self.publication.evaluation


def lay_out(publication: Publication, order: Order = "value") -> Scoreboard:
    """The tables of a publication; `order` is that of the items."""
    rates = Rates(publication)
    ways = _table(publication, _ways(publication), rates)
    return Scoreboard(
        publication=publication,
        composite=ways.lines[0],
        ways=ways,
        groups=_table(publication, publication.groups, rates),
        dimensions=_table(publication, sorted(publication.dimensions, key=_official), rates),
        items=_table(publication, _sorted(publication.items, order), rates),
        design_effect=_design_effect(publication.composite),
    )


def label_of(figure: Figure, facts: Mapping[str, Any]) -> str:
    """What a figure is about, in words."""
    match figure.kind:
        case "composite":
            return str(_("综合得分"))
        case "pooled":
            return str(_("全部答卷合并计算"))
        case "beside":
            return str(_("综合得分，%(what)s", what=name_beside(facts)))
        case "term":
            return str(_("综合得分，只看本县这一次"))
        case "group":
            return word(GROUPS, figure.group)
        case "dimension":
            return word(DIMENSIONS, figure.dimension)
        case "item":
            return in_language(figure.text or {})
        case _:
            return figure.name or str(figure.school)


def _table(publication: Publication, figures: Sequence[Figure], rates: Rates) -> Table:
    legend = Legend.of(figures, publication)
    return Table(tuple(_line(publication, each, legend, rates) for each in figures), legend)


def _line(publication: Publication, figure: Figure, legend: Legend, rates: Rates) -> Line:
    """Scores of the whole county have the decimals of the scorecard, all others those of the publication rule."""
    facts = publication.facts
    decimals = facts["decimals"] if figure.kind in WHOLE else figure.decimals
    exact = figure.kind == "composite" and not figure.hidden and figure.value is not None
    return Line(
        label=label_of(figure, facts),
        figure=figure,
        shown=tell_composite(facts) if exact else shown(figure, decimals),
        decimals=decimals,
        rate=rates.of(figure),
        marks=legend.marks(figure, publication),
    )


class Rates:
    """The response rate behind each figure, of the groups that it was asked of.

    Where groups count by their weight in the score, their rates do so too; where all answers are pooled, people do.
    """

    def __init__(self, publication: Publication) -> None:
        self._groups = publication.groups
        self._whole = publication.composite.rate
        self._asked = {(each.kind, each.dimension, each.item, each.group) for each in publication.by_group}

    def of(self, figure: Figure) -> float | None:
        """What the publication says, but for figures that only some of the groups are in, or people count alike."""
        if figure.kind == "pooled":
            return _mean([(each.population, each.rate) for each in self._groups])
        if figure.kind == "beside":  # whoever is left out of a score has answered all the same
            return self._whole
        if figure.kind not in ("dimension", "item"):
            return figure.rate
        asked = [each for each in self._groups if self._is_asked(figure, each.group)]
        return _mean([(each.weight, each.rate) for each in asked if each.weight])

    def _is_asked(self, figure: Figure, group: str | None) -> bool:
        return (figure.kind, figure.dimension, figure.item, group) in self._asked


def _mean(weighted: Sequence[tuple[float | None, float | None]]) -> float | None:
    """None where a weight or a rate is not known."""
    known = [(weight, rate) for weight, rate in weighted if weight is not None and rate is not None]
    whole = sum(weight for weight, _ in known)
    if len(known) < len(weighted) or not whole:
        return None
    return sum(weight * rate for weight, rate in known) / whole


def _ways(publication: Publication) -> list[Figure]:
    found = (publication.composite, publication.pooled, publication.beside)
    return [each for each in found if each is not None]


def _official(figure: Figure) -> int:
    """Dimensions in the order of the official frame."""
    known = tuple(DIMENSIONS)
    return known.index(figure.dimension) if figure.dimension in known else len(known)


def _sorted(items: Sequence[Figure], order: Order) -> list[Figure]:
    """As the paper has them, or from high to low; what has no value comes last."""
    if order == "paper":
        return list(items)
    return sorted(items, key=lambda each: -1.0 if each.value is None else each.value, reverse=True)


def _design_effect(composite: Figure) -> float | None:
    return composite.n / composite.n_eff if composite.n and composite.n_eff else None
