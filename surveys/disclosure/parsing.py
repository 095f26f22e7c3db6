"""From YAML to a PublicationRule: shape first, then meaning, each with every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from surveys.disclosure.rule import PublicationRule, rule_from
from surveys.documents import Document, find_no_numbers, read_document, refuse_no_texts
from surveys.errors import Problem, SurveyError

SCHEMA = Path(__file__).parent / "schema" / "publication-rule.schema.json"


def parse_rule(content: str | bytes) -> PublicationRule:
    """The publication rule that `content` describes.

    Raises SurveyError(`publication.malformed`, `publication.shape` or `publication.invalid`) with all problems.
    """
    return rule_from(read_rule(content))


def read_rule(content: str | bytes) -> dict[str, Any]:
    """The checked document as plain data, ready to be stored and digested. Raises as `parse_rule` does."""
    document = read_document(content, SCHEMA, kind="publication")
    refuse_no_texts(document, kind="publication")
    found = (
        *find_no_numbers(document, code="publication.not_a_number"),
        *_bands(document),
        *_rounding(document),
        *_schools(document),
    )
    if found:
        raise SurveyError("publication.invalid", "invalid", sorted(found, key=lambda problem: problem.line or 0))
    data: dict[str, Any] = document.data
    return data


def _bands(document: Document) -> Iterator[Problem]:
    """Bands begin with whoever may be shown, go up, and come nearer to the ends."""
    bands, before = document.data["rounding"]["bands"], None
    for number, band in enumerate(bands):
        path = ("rounding", "bands", number)
        if before is None and band["from"] > document.data["smallest"]:
            limit = document.data["smallest"]
            yield document.problem((*path, "from"), "publication.bands_begin", band["from"], smallest=limit)
        if before is not None and band["from"] <= before["from"]:
            yield document.problem((*path, "from"), "publication.bands_unordered", band["from"], before=before["from"])
        if before is not None and band["within"] >= before["within"]:
            facts = {"before": before["within"]}
            yield document.problem((*path, "within"), "publication.bands_wider", band["within"], **facts)
        before = band


def _rounding(document: Document) -> Iterator[Problem]:
    data = document.data
    if data["rounding"]["whole_below"] < data["smallest"]:
        path, value = ("rounding", "whole_below"), data["rounding"]["whole_below"]
        yield document.problem(path, "publication.whole_below_smallest", value, smallest=data["smallest"])
    if 2 * data["rounding"]["fewest"] > data["smallest"]:
        path, value = ("rounding", "fewest"), data["rounding"]["fewest"]
        yield document.problem(path, "publication.fewest_too_many", value, smallest=data["smallest"])


def _schools(document: Document) -> Iterator[Problem]:
    schools = document.data["schools"]
    if schools["show"] == "none" and "withhold" in schools:
        yield document.problem(("schools", "withhold"), "publication.withhold_unwanted")
