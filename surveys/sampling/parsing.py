"""From YAML to a SamplingRule: shape first, then meaning, each with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any

from surveys.documents import read_document, refuse_no_texts
from surveys.errors import SurveyError
from surveys.sampling.meaning import problems_of
from surveys.sampling.model import LAST_GRADE, GradeBand, Grades, SamplingRule, Schools, Size, Step

SCHEMA = Path(__file__).parent / "schema" / "sampling-rule.schema.json"


def parse_rule(content: str | bytes) -> SamplingRule:
    """The sampling rule that `content` describes.

    Raises SurveyError(`sampling.malformed`, `sampling.shape` or `sampling.invalid`) with all problems.
    """
    return rule_from(read_rule(content))


def read_rule(content: str | bytes) -> dict[str, Any]:
    """The checked document as plain data, ready to be stored and digested. Raises as `parse_rule` does."""
    document = read_document(content, SCHEMA, kind="sampling")
    refuse_no_texts(document, kind="sampling")
    problems = problems_of(document)
    if problems:
        raise SurveyError("sampling.invalid", "invalid", problems)
    data: dict[str, Any] = document.data
    return data


def rule_from(data: Mapping[str, Any]) -> SamplingRule:
    """The sampling rule that a checked (for example a stored) document describes."""
    returns = None if "returns" not in data else float(data["returns"])
    size = _size(data["size"])
    groups = tuple(size.answers) if size.by == "fixed" else data.get("groups")
    return SamplingRule(
        name=data["rule"],
        title=_text(data["title"]),
        source=_text(data["source"]),
        size=size,
        groups=None if groups is None else tuple(groups),
        shares={group: float(share) for group, share in data.get("shares", {}).items()},
        rounding=data.get("rounding", "up"),
        returns=returns,
        invite=float(data.get("invite", 1 / (returns or 1))),
        grades=_grades(data.get("grades", {})),
        localities=data.get("localities", "population"),
        schools=_schools(data.get("schools", {"draw": "all"})),
        people="everyone" if size.by == "everyone" else data.get("people", "systematic"),
    )


def _text(data: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in data.items()}


def _size(data: Mapping[str, Any]) -> Size:
    return Size(
        by=data["by"],
        rate=float(data.get("rate", 0)),
        floor=int(data.get("floor", 0)),
        floor_under=float(data.get("floor_under", inf)),
        cap=float(data.get("cap", inf)),
        bands=_steps(data.get("bands", ()), "under"),
        answers={group: int(count) for group, count in data.get("answers", {}).items()},
        steps=_steps(data.get("steps", ()), "up_to"),
    )


def _steps(data: Sequence[Mapping[str, Any]], limit: str) -> tuple[Step, ...]:
    return tuple((float(each.get(limit, inf)), int(each["answers"])) for each in data)


def _grades(data: Mapping[str, Any]) -> Grades:
    bands = tuple(GradeBand(int(first), int(last)) for first, last in data.get("bands", ()))
    groups = tuple(data.get("groups", ("student",)))
    return Grades(int(data.get("from", 1)), int(data.get("to", LAST_GRADE)), bands, groups)


def _schools(data: Mapping[str, Any]) -> Schools:
    number, share = data.get("number"), data.get("share")
    return Schools(data["draw"], None if number is None else int(number), None if share is None else float(share))
