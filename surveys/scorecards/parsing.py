"""From YAML to a Scorecard: shape first, then meaning, each with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from surveys.documents import read_document
from surveys.errors import SurveyError
from surveys.scorecards.meaning import problems_of
from surveys.scorecards.model import Band, ItemScore, Level, Majority, Respondent, ScaleScore, Scorecard

SCHEMA = Path(__file__).parent / "schema" / "scorecard.schema.json"


def parse_scorecard(content: str | bytes) -> Scorecard:
    """The scoring rule that `content` describes.

    Raises SurveyError(`scorecard.malformed`, `scorecard.shape` or `scorecard.invalid`) with all problems.
    """
    return scorecard_from(read_scorecard(content))


def read_scorecard(content: str | bytes) -> dict[str, Any]:
    """The checked document as plain data, ready to be stored and digested. Raises as `parse_scorecard` does."""
    document = read_document(content, SCHEMA, kind="scorecard")
    problems = problems_of(document)
    if problems:
        raise SurveyError("scorecard.invalid", "invalid", problems)
    data: dict[str, Any] = document.data
    return data


def scorecard_from(data: Mapping[str, Any]) -> Scorecard:
    """The scoring rule that a checked (for example a stored) document describes."""
    dimensions = data["dimensions"]
    return Scorecard(
        name=data["scorecard"],
        title=_text(data["title"]),
        reason=_text(data["reason"]),
        source=_text(data["source"]),
        official=data["official"],
        measure=data["measure"],
        unit=data["unit"],
        respondent=_respondent(data.get("respondent")),
        scales={name: _scale(each) for name, each in data["scales"].items()},
        dont_know=data["dont_know"],
        missing=data["missing"],
        items={item: _item(each) for item, each in data.get("items", {}).items()},
        by_dimension=dimensions != "none",
        dimensions=_weights(dimensions) if isinstance(dimensions, Mapping) else None,
        grouping=data["groups"]["by"],
        groups=_weights(data["groups"].get("weights", {})),
        denominator=data["denominator"],
        decimals=int(data["decimals"]),
        threshold=float(data["threshold"]),
        comparison=data["comparison"],
        bands=_bands(data.get("bands", ())),
        least_return=None if "least_return" not in data else float(data["least_return"]),
        majority=_majority(data.get("majority")),
    )


def _text(data: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in data.items()}


def _weights(data: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(weight) for name, weight in data.items()}


def _codes(data: Any) -> frozenset[int]:
    return frozenset(int(code) for code in data)  # JSON Schema counts 4.0 as an integer, and so may a document


def _scale(data: Mapping[str, Any]) -> ScaleScore:
    # Fraction of the decimal text: 33.3 is meant as 333/10, not as the nearest binary number
    points = tuple(Fraction(str(each)) for each in data.get("points", ()))
    options = tuple(int(code) for code in data["options"])
    return ScaleScore(options, points, _codes(data.get("positive", ())))


def _item(data: Mapping[str, Any]) -> ItemScore:
    direction = data.get("direction")
    return ItemScore(float(data.get("weight", 1)), None if direction is None else 1 if direction == 1 else -1)


def _respondent(data: Mapping[str, Any] | None) -> Respondent | None:
    return None if data is None else Respondent(float(data["threshold"]), int(data["minimum"]))


def _bands(data: Any) -> tuple[Band, ...]:
    bands = (Band(each["id"], float(each["lowest"]), _text(each["text"])) for each in data)
    return tuple(sorted(bands, key=lambda band: band.lowest, reverse=True))


def _majority(data: Mapping[str, Any] | None) -> Majority | None:
    if data is None:
        return None
    return Majority(float(data["share"]), tuple(_level(each) for each in data["levels"]))


def _level(data: Mapping[str, Any]) -> Level:
    options = {scale: _codes(codes) for scale, codes in data.get("options", {}).items()}
    return Level(data["id"], _text(data["text"]), options)
