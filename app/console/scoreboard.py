"""What may be shown of a score, laid out for reading: figures by table, each with label, response rate and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import gettext as _

from app.evidence import name_beside
from app.i18n import in_language
from app.marks import Legend, shown
from app.rates import rate_head, rate_note, tell_rate
from app.verdicts import shown as tell_composite
from app.words import DIMENSIONS, GROUPS, word
from surveys.evaluations import EvaluationView
from surveys.publication import Figure, Publication, Rate, mean_rate

WHOLE = ("composite", "pooled", "beside", "term")
Order = Literal["value", "paper"]
ORDERS: tuple[Order, ...] = ("value", "paper")


@dataclass(frozen=True)
class Line:
    """One figure: what it is about, as it is printed, the response rate behind it, the letters of its marks.

    `decimals` are those of its limits; `answered` is the rate with its kind, `rate` the same as its table prints it.
    """

    label: str
    figure: Figure
    shown: str
    decimals: int
    answered: Rate
    rate: str
    marks: str


@dataclass(frozen=True)
class Table:
    """Lines, what their marks mean, and of which kinds their rates are."""

    lines: tuple[Line, ...]
    legend: Legend
    kinds: frozenset[str]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(line.figure for line in self.lines)

    @property
    def rate(self) -> str:
        return rate_head(self.kinds)

    @property
    def note(self) -> str:
        return rate_note(self.kinds)


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
    found = [rates.of(each) for each in figures]
    kinds = frozenset(kind for rate, kind in found if rate is not None)
    lines = (_line(publication, each, legend, rate, kinds) for each, rate in zip(figures, found, strict=True))
    return Table(tuple(lines), legend, kinds)


def _line(publication: Publication, figure: Figure, legend: Legend, rate: Rate, kinds: frozenset[str]) -> Line:
    """Scores of the whole county have the decimals of the scorecard, all others those of the publication rule."""
    facts = publication.facts
    decimals = facts["decimals"] if figure.kind in WHOLE else figure.decimals
    exact = figure.kind == "composite" and not figure.hidden and figure.value is not None
    return Line(
        label=label_of(figure, facts),
        figure=figure,
        shown=tell_composite(facts) if exact else shown(figure, decimals),
        decimals=decimals,
        answered=rate,
        rate=tell_rate(*rate, kinds),
        marks=legend.marks(figure, publication),
    )


class Rates:
    """The response rate behind each figure, of the groups that it was asked of.

    Where groups count by their weight in the score, their rates do so too; where all answers are pooled, people do.
    """

    def __init__(self, publication: Publication) -> None:
        self._groups = publication.groups
        self._whole: Rate = (publication.composite.rate, publication.composite.rate_kind)
        self._asked = {(each.kind, each.dimension, each.item, each.group) for each in publication.by_group}

    def of(self, figure: Figure) -> Rate:
        """What the publication says, but for figures that only some of the groups are in, or people count alike."""
        if figure.kind == "pooled":
            return mean_rate((each.population, each.rate, each.rate_kind) for each in self._groups)
        if figure.kind == "beside":  # whoever is left out of a score has answered all the same
            return self._whole
        if figure.kind not in ("dimension", "item"):
            return figure.rate, figure.rate_kind
        asked = [each for each in self._groups if self._is_asked(figure, each.group)]
        return mean_rate((each.weight, each.rate, each.rate_kind) for each in asked if each.weight)

    def _is_asked(self, figure: Figure, group: str | None) -> bool:
        return (figure.kind, figure.dimension, figure.item, group) in self._asked


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
