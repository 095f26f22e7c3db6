"""One publication rule as it is written down: what may be shown of few people, of few answers, and how exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from surveys.instruments.model import Text

Below = Literal["caveat", "block"]
Detail = Literal["groups", "totals", "none"]


@dataclass(frozen=True)
class PublicationRule:
    """What a rule says.

    smallest    people that a shown figure must be about
    protection  either side, people that must stay open about how many a hidden figure is about, and points about what a
                group says that is hidden in the county
    least_rate  response rate, 0 to 1, under which a figure gets a caveat or is blocked, as `below` says
    detail      of schools: their totals and their groups, totals only, or nothing
    withhold    groups that are never shown below the county, however many they are
    whole_below under so many people figures are in whole points, else with `decimals`
    fewest      figures near 0 or 100 of which fewer people than this say otherwise are shown as a bound; and so many
                people either way, or all, must stay open among those of a hidden figure
    bands       (people from, points from 0 or 100): how near, and what the bound says
    precise     people, and effective people, under which a figure is imprecise; `widest` interval in points likewise
    """

    name: str
    number: int
    title: Text
    source: Text
    smallest: int
    protection: int
    least_rate: float
    below: Below
    detail: Detail
    withhold: tuple[str, ...]
    whole_below: int
    decimals: int
    fewest: int
    bands: tuple[tuple[int, float], ...]
    precise: int
    widest: float

    @property
    def reference(self) -> str:
        """As people write it, with the number of the version."""
        return f"{self.name}@{self.number}"

    def band(self, people: int) -> float:
        """How near to 0 or 100, in points, a bound begins for so many people."""
        return [within for start, within in self.bands if people >= start or start == self.bands[0][0]][-1]


def rule_from(data: Mapping[str, Any], *, number: int = 1) -> PublicationRule:
    """The rule that a checked (for example a stored) document describes."""
    rate, schools, rounding, precision = (data[key] for key in ("rate", "schools", "rounding", "precision"))
    return PublicationRule(
        name=data["rule"],
        number=number,
        title=_text(data["title"]),
        source=_text(data["source"]),
        smallest=data["smallest"],
        protection=data.get("protection", 5),
        least_rate=float(rate["least"]),
        below=rate["below"],
        detail=schools["show"],
        withhold=tuple(schools.get("withhold", ())),
        whole_below=rounding["whole_below"],
        decimals=rounding["decimals"],
        fewest=rounding["fewest"],
        bands=tuple((each["from"], float(each["within"])) for each in rounding["bands"]),
        precise=precision["people"],
        widest=float(precision["width"]),
    )


def _text(data: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in data.items()}
