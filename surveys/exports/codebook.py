"""A codebook (编码手册): what a dictionary says, of what, and, where data may be read, how often each value occurs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from surveys.campaigns import CampaignView
from surveys.exports.dictionary import describe_versions, plain_dictionary
from surveys.exports.frequencies import Frequencies
from surveys.exports.model import Dictionary, PaperVersion, Variable
from surveys.instruments.model import Text


@dataclass(frozen=True)
class Study:
    """What a codebook is of: a campaign, or versions of questionnaires alone, which have no organiser and no place."""

    id: str
    title: Text = field(hash=False)
    organiser: Text | None = field(default=None, hash=False)
    place: str = ""
    opens: date | None = None
    closes: date | None = None
    simulated: bool = False


@dataclass(frozen=True)
class Codebook:
    """`facts` are those of the file whose `frequencies` these are: its evaluation, digests, and more."""

    study: Study
    dictionary: Dictionary
    frequencies: Frequencies | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Variables that stand under one heading: those beside the answers, or a section of a version (None and "")."""

    version: str
    title: Text | None = field(hash=False)
    variables: tuple[Variable, ...] = ()


def codebook_of(versions: Sequence[PaperVersion]) -> Codebook:
    """The codebook of versions of questionnaires, without data."""
    titles = [each.instrument.title for each in versions]
    languages = tuple(dict.fromkeys(language for title in titles for language in title))
    title = {tag: " · ".join(dict.fromkeys(each[tag] for each in titles if tag in each)) for tag in languages}
    return Codebook(Study(" ".join(each.id for each in versions), title), describe_versions(versions))


def study_of(campaign: CampaignView, *, day_of: Callable[[datetime], date]) -> Study:
    """The study that a campaign is; `day_of` gives the day of a moment where the survey is."""
    return Study(
        id=campaign.name,
        title=campaign.title,
        organiser=campaign.organiser,
        place=campaign.county_name,
        opens=None if campaign.opens_at is None else day_of(campaign.opens_at),
        closes=None if campaign.closes_at is None else day_of(campaign.closes_at),
        simulated=campaign.simulated,
    )


def parts_of(dictionary: Dictionary) -> tuple[Part, ...]:
    """What stands beside the answers, then the sections in their order; each variable where it is asked first."""
    found: dict[tuple[str, tuple[str, ...]], list[Variable]] = {}
    titles: dict[tuple[str, tuple[str, ...]], Text] = {}
    for each in dictionary.variables:
        section = each.wordings[0].section if each.wordings else {}
        key = (each.wordings[0].version if each.wordings else "", tuple(section.values()))
        found.setdefault(key, []).append(each)
        titles[key] = section
    return tuple(Part(key[0], titles[key] or None, tuple(variables)) for key, variables in found.items())


def dimensions_of(dictionary: Dictionary) -> Mapping[str, tuple[Variable, ...]]:
    """The variables of each dimension, in the order of their questions."""
    found: dict[str, list[Variable]] = {}
    for each in dictionary.variables:
        if each.dimension is not None:
            found.setdefault(each.dimension, []).append(each)
    return {dimension: tuple(variables) for dimension, variables in found.items()}


def as_json(codebook: Codebook) -> bytes:
    """The codebook for programs: the same bytes for the same content."""
    study = {key: _plain(value) for key, value in asdict(codebook.study).items()}
    data: dict[str, Any] = {"study": study, "facts": dict(codebook.facts), **plain_dictionary(codebook.dictionary)}
    if codebook.frequencies is not None:
        data["frequencies"] = asdict(codebook.frequencies)
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
