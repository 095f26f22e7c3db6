"""How exactly a figure is told, and what a reader who knows the rule can make of it."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

from analysis.scoring import round_half_up
from surveys.disclosure.rule import PublicationRule
from surveys.publication.model import Bound, Figure

Range = tuple[float, float]
ALL = 100.0
STEP = 5.0  # points between the limits of bounds that are wider than their band
NEAR = 1e-9


def decimals_for(people: int, rule: PublicationRule) -> int:
    """With how many decimals a figure about so many people is printed."""
    return 0 if people < rule.whole_below else rule.decimals


def known_range(value: float, people: int, rule: PublicationRule) -> Range:
    """Between what a reader of the printed figure knows the exact one to lie."""
    bound = bound_of(value, people, rule)
    if bound:
        told = ALL * rule.fewest / people
        return (ALL - told, ALL) if bound == "above" else (0.0, told)
    return rounded_range(value, decimals_for(people, rule))


def rounded_range(value: float, decimals: int) -> Range:
    """Between what a number of so many decimals was before it was rounded."""
    half, middle = 0.5 * 10.0**-decimals, float(round_half_up(value, decimals))
    return max(middle - half, 0.0), min(middle + half, ALL)


def bound_of(value: float, people: int, rule: PublicationRule) -> Bound:
    """Whether fewer than `fewest` people said otherwise, so that the figure would tell what each of them said."""
    if people * (ALL - value) < rule.fewest * ALL - NEAR:
        return "above"
    return "below" if people * value < rule.fewest * ALL - NEAR else ""


def soften(figure: Figure, rule: PublicationRule) -> Figure:
    """The figure as it may be printed: rounded, or as a bound."""
    people = figure.n or 0
    figure = replace(
        figure,
        n_eff=None if figure.n_eff is None else round(figure.n_eff, 1),
        dont_know=_share(figure.dont_know, people, rule),
        missing=_share(figure.missing, people, rule),
        decimals=decimals_for(people, rule),
    )
    if figure.value is None:
        return figure
    bound = bound_of(figure.value, people, rule)
    if bound:
        limit = _limit(people, rule)
        value = ALL - limit if bound == "above" else limit
        return replace(figure, value=value, se=None, low=None, high=None, interval="none", bound=bound, decimals=0)
    return round_to(figure, figure.decimals)


def round_to(figure: Figure, decimals: int) -> Figure:
    """The figure with so many decimals, halves up; in whole points it gets a whole margin, rounded up."""
    if figure.value is None:
        return figure
    value, low, high = figure.value, figure.low, figure.high
    error = None if figure.se is None else float(round_half_up(figure.se, max(decimals, 1)))
    if low is not None and high is not None:
        low = float(round_half_up(low, decimals)) if decimals else float(floor(low + NEAR))
        high = float(round_half_up(high, decimals)) if decimals else float(ceil(high - NEAR))
    rounded = float(round_half_up(value, decimals))
    return replace(figure, value=rounded, se=error, low=low, high=high, decimals=decimals)


def _limit(people: int, rule: PublicationRule) -> float:
    """How near to the end a bound is told: the band, or further where so few people would fill no band."""
    band, told = rule.band(people), ALL * rule.fewest / people
    return band if told <= band else min(STEP * ceil(told / STEP - NEAR), ALL / 2)


def _share(share: float | None, people: int, rule: PublicationRule) -> float | None:
    return None if share is None else float(round_half_up(share, 2 + decimals_for(people, rule)))
