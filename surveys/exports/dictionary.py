"""The data dictionary (数据字典): what every column of an export is, from which all formats and the codebook are made.

Variable names follow from the ids of items alone, so that they are the same in every version of a questionnaire and in
every campaign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from surveys.documents import digest_of
from surveys.exports.model import Dictionary, PaperVersion, Universe, Value, Variable, Wording
from surveys.exports.words import KEPT_WORDS, missing_values
from surveys.instruments.model import STANDARD_SCALES, Item, Scale

REPLICATE = "rw{:04d}"  # the name of a replicate weight, from 1
LONGEST_NAME = 32  # of Stata, the shortest of all
SUFFIX = "_q"


def describe_version(version: PaperVersion) -> Dictionary:
    """The dictionary of one version of a questionnaire: its items in their order."""
    return describe_versions([version])


def describe_versions(versions: Sequence[PaperVersion]) -> Dictionary:
    """The items of several versions, each once: what they share is one variable.

    Items are one variable where they have the same id and options: the same codes on a scale whose codes mean the same
    everywhere, or else the same codes and labels. Where another version gives the same id other options, its variable
    has the first signs of their digest at its end.
    """
    found: dict[str, Variable] = {}
    first: dict[str, Scale] = {}
    for version in versions:
        for variable, scale in _variables(version):
            name = variable.name
            if not _same_scale(first.setdefault(name, scale), scale):
                name = f"{name[: LONGEST_NAME - 5]}_{_digest(scale)[:4]}"
            found[name] = _join(found.get(name), replace(variable, name=name))
    languages = tuple(dict.fromkeys(tag for version in versions for tag in version.instrument.languages))
    return Dictionary(tuple(found.values()), tuple(versions), languages)


def column_of(dictionary: Dictionary, version: str, item: str) -> str | None:
    """The name of the variable that holds the answers to an item of a version; None where there is none."""
    for each in dictionary.variables:
        if each.item == item and each.universe is not None and version in each.universe.versions:
            return each.name
    return None


def variable_name(item: str) -> str:
    """The name of an item's variable: its id, with `_q` at the end where that is kept for something else."""
    bare = re.sub(rf"({SUFFIX})+$", "", item)
    return item + SUFFIX if bare in KEPT_WORDS or re.fullmatch(r"rw\d+", bare) else item


def digest_dictionary(dictionary: Dictionary) -> str:
    """SHA-256 of all that a dictionary says."""
    return digest_of({"dictionary": plain_dictionary(dictionary)})


def plain_dictionary(dictionary: Dictionary) -> dict[str, Any]:
    """The dictionary as plain data, for JSON."""
    return {
        "languages": list(dictionary.languages),
        "versions": [{"version": each.id, "digest": each.digest} for each in dictionary.versions],
        "variables": [_plain(each) for each in dictionary.variables],
    }


def _variables(version: PaperVersion) -> Iterator[tuple[Variable, Scale]]:
    paper = version.instrument
    for section in paper.sections:
        for item in section.items:
            wording = Wording(version.id, section.title, item.text, item.note)
            universe = Universe(paper.groups, paper.stages, (version.id,))
            yield _variable(item, wording, universe), item.scale


def _variable(item: Item, wording: Wording, universe: Universe) -> Variable:
    options = (Value(each.code, each.text, "", each.code in item.scale.dont_know) for each in item.scale.options)
    return Variable(
        name=variable_name(item.id),
        kind="code",
        role=item.role,
        label=item.text,
        values=(*options, *missing_values()),
        item=item.id,
        scale=item.scale.name,
        dimension=item.dimension,
        direction=item.direction,
        required=item.required,
        wordings=(wording,),
        universe=universe,
    )


def _join(one: Variable | None, other: Variable) -> Variable:
    if one is None or one.universe is None or other.universe is None:
        return other
    universe = Universe(
        _union(one.universe.groups, other.universe.groups),
        _union(one.universe.stages, other.universe.stages) if one.universe.stages and other.universe.stages else (),
        _union(one.universe.versions, other.universe.versions),
    )
    options = () if one.values == other.values and _labels(one) == _labels(other) else other.values
    wordings = (replace(each, options=options) for each in other.wordings)
    return replace(one, wordings=(*one.wordings, *wordings), universe=universe)


def _labels(variable: Variable) -> list[dict[str, str]]:
    return [dict(value.label) for value in variable.values]


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*one, *other]))


def _same_scale(one: Scale, other: Scale) -> bool:
    standard = one.name == other.name and one.name in STANDARD_SCALES
    return one.codes == other.codes if standard else _meanings(one) == _meanings(other)


def _meanings(scale: Scale) -> dict[str, Any]:
    options = sorted((option.code, sorted(option.text.items())) for option in scale.options)
    return {"options": [[code, [list(each) for each in texts]] for code, texts in options]}


def _digest(scale: Scale) -> str:
    return digest_of(_meanings(scale))


def _plain(variable: Variable) -> dict[str, Any]:
    universe = variable.universe
    return {
        "name": variable.name,
        "kind": variable.kind,
        "role": variable.role,
        "label": dict(variable.label),
        "values": [_plain_value(each) for each in variable.values],
        "item": variable.item,
        "scale": variable.scale,
        "dimension": variable.dimension,
        "direction": variable.direction,
        "required": variable.required,
        "wordings": [_plain_wording(each) for each in variable.wordings],
        "universe": None
        if universe is None
        else {
            "groups": list(universe.groups),
            "stages": list(universe.stages),
            "versions": list(universe.versions),
        },
    }


def _plain_value(value: Value) -> Mapping[str, Any]:
    return {
        "code": value.code,
        "label": dict(value.label),
        "missing": value.reason or None,
        "dont_know": value.dont_know,
    }


def _plain_wording(wording: Wording) -> Mapping[str, Any]:
    return {
        "version": wording.version,
        "section": dict(wording.section),
        "text": dict(wording.text),
        "note": None if wording.note is None else dict(wording.note),
        "options": [_plain_value(each) for each in wording.options if not each.missing],
    }
