"""Rules of exclusion as data: which flagged answers a rule takes out of the score, and by which limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from analysis.errors import AnalysisError
from analysis.quality import SchoolRule, Thresholds
from surveys.documents import digest_of, read_document
from surveys.errors import SurveyError

HERE = Path(__file__).parent
SCHEMA, LIBRARY = HERE / "schema" / "exclusion.schema.json", HERE / "library"
Takes = Literal["forms", "schools"]


@dataclass(frozen=True)
class ExclusionRule:
    """What a rule takes out.

    Of forms, those with any of `flags`, or with `suspicious` kinds of suspicion; of schools, all answers of `groups`
    at the schools that are unusual by `school_rule`. `digest` is that of the document.
    """

    name: str
    title: Mapping[str, str]
    explanation: Mapping[str, str]
    takes: Takes
    flags: tuple[str, ...]
    suspicious: int | None
    groups: tuple[str, ...]
    thresholds: Thresholds
    school_rule: SchoolRule
    document: Mapping[str, Any]
    digest: str


def library_rules() -> tuple[ExclusionRule, ...]:
    """Every rule that comes with the product, the mildest first."""
    rules = [parse_rule(path.read_bytes()) for path in sorted(LIBRARY.glob("*.yaml"))]
    return tuple(sorted(rules, key=lambda rule: rule.document["order"]))


def get_rule(name: str) -> ExclusionRule:
    """A rule of the library by its name. Raises SurveyError(`exclusion.unknown_rule`)."""
    found = {rule.name: rule for rule in library_rules()}
    if name not in found:
        raise SurveyError("exclusion.unknown_rule", "missing", name=name, expected=", ".join(found))
    return found[name]


def parse_rule(content: str | bytes) -> ExclusionRule:
    """The rule that `content` describes. Raises SurveyError(`exclusion.malformed`, `.shape`, `.limits`)."""
    return rule_from(read_document(content, SCHEMA, kind="exclusion").data)


def rule_from(document: Mapping[str, Any]) -> ExclusionRule:
    """The rule that a checked (for example a stored) document describes. Raises SurveyError(`exclusion.limits`)."""
    limits = document.get("limits", {})
    of_forms = document["takes"] == "forms"
    try:
        thresholds = Thresholds(**limits) if of_forms else Thresholds()
        school_rule = SchoolRule() if of_forms else SchoolRule(**limits)
    except (AnalysisError, TypeError) as error:
        got = error.got if isinstance(error, AnalysisError) else str(error)
        raise SurveyError("exclusion.limits", "invalid", name=document["rule"], got=got) from None
    return ExclusionRule(
        name=document["rule"],
        title=document["title"],
        explanation=document["explanation"],
        takes=document["takes"],
        flags=tuple(document.get("flags", ())),
        suspicious=document.get("suspicious"),
        groups=tuple(document.get("groups", ())),
        thresholds=thresholds,
        school_rule=school_rule,
        document=document,
        digest=digest_of(document),
    )
