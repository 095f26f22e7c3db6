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
from surveys.exports.words import KEPT_WORDS, missing_values, other_wordings
from surveys.instruments.model import STANDARD_SCALES, Item, Scale, Text

REPLICATE = "rw{:04d}"  # the name of a replicate weight, from 1
LONGEST_NAME = 32  # of Stata, the shortest of all
SUFFIX = "_q"
KEPT_PATTERN = re.compile(r"rw\d{4}|str\d{1,4}")  # replicate weights; types of Stata
SIGNS = 4  # of a digest, at the end of a name that is taken


def describe_version(version: PaperVersion) -> Dictionary:
    """The dictionary of one version of a questionnaire: its items in their order."""
    return describe_versions([version])


def describe_versions(versions: Sequence[PaperVersion]) -> Dictionary:
    """The items of several versions, each once: what they share is one variable.

    Items are one variable where they have the same id and options: the same codes on a scale whose codes mean the same
    everywhere, or else the same codes and labels, in the languages that both have. Where another version gives the same
    id other options, its variable has the first signs of their digest at its end. The label is the first wording, and
    says at its end how many others there are.
    """
    found: dict[str, Variable] = {}
    taken: dict[str, tuple[str, Scale]] = {}
    for version in versions:
        for item, variable in _variables(version):
            name = _name_among(taken, item)
            found[name] = _join(found.get(name), replace(variable, name=name))
    languages = tuple(dict.fromkeys(tag for version in versions for tag in version.instrument.languages))
    variables = tuple(replace(each, label=_remarked(each)) for each in found.values())
    return Dictionary(variables, tuple(versions), languages)


def column_of(dictionary: Dictionary, version: str, item: str) -> str | None:
    """The name of the variable that holds the answers to an item of a version; None where there is none."""
    for each in dictionary.variables:
        if each.item == item and each.universe is not None and version in each.universe.versions:
            return each.name
    return None


def remark_on(variable: Variable, language: str) -> str:
    """What the label ends with in a language: how many other wordings there are, if any."""
    texts = {each.text[language] for each in variable.wordings if language in each.text}
    return other_wordings(len(texts) - 1, language)


def variable_name(item: str) -> str:
    """The name of an item's variable: its id, with `_q` at the end where that is kept for something else."""
    bare = re.sub(rf"({SUFFIX})+$", "", item)
    if bare not in KEPT_WORDS and not KEPT_PATTERN.fullmatch(bare):
        return item
    name = item + SUFFIX
    return name if len(name) <= LONGEST_NAME else _ending(item, digest_of({"item": item})[:SIGNS])


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


def _name_among(taken: dict[str, tuple[str, Scale]], item: Item) -> str:
    """The first name of an item that is free, or taken by the same item with the same options."""
    for name in _names(item):
        other, scale = taken.setdefault(name, (item.id, item.scale))
        if other == item.id and _same_scale(scale, item.scale):
            return name
    raise AssertionError("as many digests that are the same")


def _names(item: Item) -> Iterator[str]:
    name = variable_name(item.id)
    yield name
    digest = digest_of({"item": item.id, **_meanings(item.scale)})
    for signs in range(SIGNS, LONGEST_NAME - SIGNS, SIGNS):
        yield _ending(name, digest[:signs])


def _ending(name: str, signs: str) -> str:
    return f"{name[: LONGEST_NAME - 1 - len(signs)]}_{signs}"


def _variables(version: PaperVersion) -> Iterator[tuple[Item, Variable]]:
    paper = version.instrument
    for section in paper.sections:
        for item in section.items:
            wording = Wording(version.id, section.title, item.text, item.note)
            universe = Universe(paper.groups, paper.stages, (version.id,))
            yield item, _variable(item, wording, universe)


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
    same = all(_same_text(a.label, b.label) for a, b in zip(one.values, _like(other, one), strict=True))
    wordings = (replace(each, options=() if same else other.values) for each in other.wordings)
    return replace(
        one,
        label=_fill(one.label, other.label),
        values=tuple(
            replace(a, label=_fill(a.label, b.label)) for a, b in zip(one.values, _like(other, one), strict=True)
        ),
        wordings=(*one.wordings, *wordings),
        universe=universe,
    )


def _remarked(variable: Variable) -> Text:
    return {language: words + remark_on(variable, language) for language, words in variable.label.items()}


def _like(other: Variable, one: Variable) -> tuple[Value, ...]:
    """The values of a variable in the order of those of another that has the same codes."""
    by_code = {value.code: value for value in other.values}
    return tuple(by_code[value.code] for value in one.values)


def _fill(one: Text, other: Text) -> Text:
    """A text with the languages that only the other has."""
    return {**one, **{language: words for language, words in other.items() if language not in one}}


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*one, *other]))


def _same_scale(one: Scale, other: Scale) -> bool:
    if one.codes != other.codes:
        return False
    if one.name == other.name and one.name in STANDARD_SCALES:
        return True
    texts = {option.code: option.text for option in other.options}
    return one.dont_know == other.dont_know and all(_same_text(each.text, texts[each.code]) for each in one.options)


def _same_text(one: Text, other: Text) -> bool:
    """Whether two texts say the same in every language that both have; a translation may be added."""
    both = one.keys() & other.keys()
    return bool(both) and all(one[language] == other[language] for language in both)


def _meanings(scale: Scale) -> dict[str, Any]:
    options = sorted((option.code, sorted(option.text.items())) for option in scale.options)
    return {"options": [[code, [list(each) for each in texts]] for code, texts in options]}


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
