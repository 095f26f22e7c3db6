"""What must stand beside a figure, and figures that too few answers block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from surveys.disclosure.rule import PublicationRule
from surveys.publication.model import Figure

FEW_SCHOOLS = 8  # degrees of freedom under which NCHS looks at a proportion again
SAID: Mapping[str, Any] = dict.fromkeys(("value", "se", "low", "high", "dont_know", "missing"))


def remark(figure: Figure, rule: PublicationRule) -> Figure:
    """The figure with its caveats; what is hidden has none."""
    return figure if figure.hidden else replace(figure, caveats=tuple(_caveats(figure, rule)))


def _caveats(figure: Figure, rule: PublicationRule) -> Iterator[str]:
    """Precision as NCHS presents proportions: people, effective people, width of the interval, schools."""
    if figure.rate is not None and figure.rate < rule.least_rate:
        yield "low_rate"
    if figure.value is None:
        return
    people = min(each for each in (figure.n, figure.n_eff) if each is not None) if figure.n is not None else 0
    wide = figure.low is not None and figure.high is not None and figure.high - figure.low >= rule.widest
    if people < rule.precise or wide:
        yield "low_precision"
    if figure.school is None and figure.df is not None and 0 < figure.df < FEW_SCHOOLS:
        yield "few_schools"


def block(figure: Figure, rule: PublicationRule) -> Figure:
    """The figure without what it says, where too few answered and the rule blocks."""
    if figure.hidden or rule.below != "block" or "low_rate" not in figure.caveats:
        return figure
    return replace(figure, **SAID, interval="none", bound="", hidden="rate", caveats=())
