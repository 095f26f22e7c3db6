"""From an evaluation to what may be shown of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from surveys.disclosure.rule import PublicationRule
from surveys.evaluations import EvaluationView
from surveys.publication.county import Key, hide_in_county, key_of
from surveys.publication.facts import tell_facts
from surveys.publication.figures import dimension_of, figure_of, group_of, item_of, rates_of, school_of
from surveys.publication.joint import CountyFigures
from surveys.publication.model import Figure, Kind, Publication
from surveys.publication.remarks import block, remark
from surveys.publication.rounding import Range, known_range, round_to, rounded_range, soften
from surveys.publication.schools import Place, hide_at_schools

Plain = Mapping[str, Any]
BARE: Plain = dict.fromkeys(
    ("n", "n_eff", "df", "value", "se", "low", "high", "population", "responses", "rate", "dont_know", "missing")
)


def publish(evaluation: EvaluationView, rule: PublicationRule) -> Publication:
    """What may be shown of `evaluation` by `rule`. Pure: the same evaluation and rule give the same publication."""
    result = evaluation.result
    county = [
        *(group_of(entry, result["group_weights"]) for entry in result["groups"]),
        *(dimension_of(entry) for entry in result["dimensions"]),
        *(item_of(entry) for entry in result["items"]),
    ]
    score = figure_of("composite", result["composite"])
    hidden = hide_in_county([score, *county], weights=result["group_weights"], totals=_totals(result), rule=rule)
    out = _Out(result, rule, hidden, few=0 < (score.n or 0) < rule.smallest)
    schools, cells = _places(result, county, out)
    return _assemble(evaluation, county, schools, cells, out)


@dataclass
class _Out:
    """What must not be shown, and everything that turns a figure into one that may be."""

    result: Plain
    rule: PublicationRule
    county: set[Key]
    few: bool  # too few answered for anything to be said
    places: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.groups = {str(key[0]) for key in self.county if key[0] and key[1:] == (None, None)}
        self.fuzzy = {key[1:] for key in self.county if key[0]}  # the county's shares of "don't know" would tell theirs
        self.rates = rates_of(self.result, hidden=self.groups)

    def covers(self, figure: Figure) -> bool:
        """Whether the figure must not be shown."""
        if figure.school is not None:
            return self.few or (figure.school, figure.group) in self.places
        return self.few or key_of(figure) in self.county

    def finish(self, figures: Iterable[Figure], kind: Kind, *, crossed: bool | None = None) -> tuple[Figure, ...]:
        """The figures of one kind as they may be shown; `crossed`: only those of one group, or none of them."""
        chosen = (each for each in figures if each.kind == kind and crossed in (None, each.group is not None))
        return tuple(self.show(each) for each in chosen)

    def show(self, figure: Figure) -> Figure:
        """One figure: hidden, or rounded and remarked on, or blocked."""
        if self.covers(figure):
            return cover(figure)
        shown = soften(self.rates.fill(figure), self.rule)
        if figure.school is None and figure.group is None and key_of(figure)[1:] in self.fuzzy:
            shown = replace(shown, dont_know=None, missing=None)
        return block(remark(shown, self.rule), self.rule)

    def tell(self, kind: Kind, entry: Plain | None, *, hidden: bool = False) -> Figure | None:
        """A figure of everybody together; rounded where a group is hidden, whose part in it would else be plain."""
        if entry is None:
            return None
        decimals = self.result["decimals"]
        figure = replace(self.rates.fill(figure_of(kind, entry)), decimals=decimals)
        if self.few or hidden:
            return cover(figure)
        shown = round_to(figure, decimals) if self.groups else figure
        return block(remark(shown, self.rule), self.rule)


def _totals(result: Plain) -> list[tuple[Mapping[str, float], Range]]:
    """Of the composite and of everybody pooled: the groups' weights, and between what the printed figure lies."""
    decimals, weights = result["decimals"], result.get("weights")
    heads = {each["group"]: float(each["n"]) for each in result["groups"]}
    pooled = heads if weights is None else {each["group"]: each["sum"] for each in weights["groups"]}
    found = ((result["group_weights"], result["composite"]), (pooled, result["pooled"]))
    return [
        (of_groups, _around(rounded_range(figure["value"], decimals), of_groups, result))
        for of_groups, figure in found
        if figure["value"] is not None
    ]


def _around(told: Range, of_groups: Mapping[str, float], result: Plain) -> Range:
    """The range moved, as wide as it is, to hold what groups give by these weights.

    Weights of answers that were valid differ a little from them. Somebody who knew the right ones would know no less
    than the width says, so that it is not made wider.
    """
    values = {each["group"]: each["value"] for each in result["groups"] if each["value"] is not None}
    whole = sum(of_groups.get(group, 0.0) for group in values)
    if whole <= 0:
        return told
    reckoned = sum(of_groups.get(group, 0.0) * value for group, value in values.items()) / whole
    moved = min(0.0, reckoned - told[0]) + max(0.0, reckoned - told[1])
    return told[0] + moved, told[1] + moved


def _places(result: Plain, county: Sequence[Figure], out: _Out) -> tuple[list[Figure], list[Figure]]:
    """Schools, and groups at schools, as far as the rule shows them; which of them to hide is told to `out`."""
    if out.rule.detail == "none":
        return [], []
    places = [school_of(entry) for entry in result["schools"]]
    schools, cells = ([each for each in places if (each.group is None) == whole] for whole in (True, False))
    out.places |= hide_at_schools(
        schools,
        cells,
        weights=result.get("weights"),
        people={str(each.group): each.n or 0 for each in county if each.kind == "group"},
        county=_known_of_county(result, county, out),
        rule=out.rule,
    )
    return schools, cells if out.rule.detail == "groups" else []


def _known_of_county(result: Plain, county: Sequence[Figure], out: _Out) -> CountyFigures:
    """Between what a reader knows the county's figures to lie."""
    shown = [each for each in county if each.kind == "group" and each.value is not None and not out.covers(each)]
    ranges = {str(each.group): known_range(each.value or 0.0, each.n or 0, out.rule) for each in shown}
    return CountyFigures(ranges, _totals(result) if shown else _totals(result)[:1])


def _assemble(
    evaluation: EvaluationView,
    county: Sequence[Figure],
    schools: Sequence[Figure],
    cells: Sequence[Figure],
    out: _Out,
) -> Publication:
    result, rule = out.result, out.rule
    composite, pooled = (out.tell(kind, result[kind]) for kind in ("composite", "pooled"))
    if composite is None or pooled is None:
        raise LookupError("a composite and a pooled score, which every result has")
    if not _known_of_county(result, county, out).groups:  # the composite is all that is told of them
        pooled = cover(pooled)
    term, beside = out.tell("term", result.get("term")), _beside(result, out)
    whole = {"composite": composite, "pooled": pooled, "term": term, "beside": beside}
    groups = out.finish(county, "group")
    return Publication(
        evaluation=evaluation,
        rule=rule.reference,
        smallest=rule.smallest,
        least_rate=rule.least_rate,
        composite=composite,
        pooled=pooled,
        term=term,
        beside=beside,
        groups=groups,
        dimensions=out.finish(county, "dimension", crossed=False),
        items=out.finish(county, "item", crossed=False),
        by_group=out.finish(county, "dimension", crossed=True) + out.finish(county, "item", crossed=True),
        schools=out.finish(schools, "school"),
        cells=out.finish(cells, "cell"),
        facts=tell_facts(result, whole, hidden=out.groups, rule=rule, groups=groups),
    )


def _beside(result: Plain, out: _Out) -> Figure | None:
    """The score with, or without, some answers: where these are few, the difference tells what they said."""
    beside = result.get("beside")
    if beside is None or beside["composite"] is None:
        return None
    few = 0 < abs(beside["difference"]) < out.rule.smallest
    return out.tell("beside", beside["composite"], hidden=few or 0 < beside["composite"]["n"] < out.rule.smallest)


def cover(figure: Figure) -> Figure:
    """The figure without any number."""
    return replace(figure, **BARE, rate_kind="", interval="none", bound="", hidden="few")
