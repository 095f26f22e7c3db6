"""The variables beside the answers, for one campaign: its papers and strata are codes of these variables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from surveys.exports.dictionary import REPLICATE
from surveys.exports.model import PaperVersion, Value, Variable
from surveys.exports.words import (
    DESIGN_NAMES,
    LANGUAGES,
    design_words,
    label_of_stratum,
    missing_values,
    replicate_words,
    values_of,
)


def design_variables(
    versions: Sequence[PaperVersion], strata: Sequence[str], merged: Sequence[int]
) -> tuple[Variable, ...]:
    """The design, weights and flags of a file, in the order in which they stand; papers and strata count from 1.

    `merged` says with which stratum each one stands in the variance.
    """
    own = {
        "paper": tuple(
            Value(place, dict.fromkeys(LANGUAGES, each.id) | _titles(each)) for place, each in enumerate(versions, 1)
        ),
        "stratum": tuple(Value(place, label_of_stratum(name)) for place, name in enumerate(strata, 1)),
        "variance_stratum": tuple(_merged(strata, merged)),
    }
    return tuple(replace(each, values=own.get(each.name, each.values)) for each in _design())


def replicate_variables(replicates: int) -> Iterator[Variable]:
    """`replicates` weights, numbered from 1."""
    words = replicate_words()
    for number in range(1, replicates + 1):
        label = {language: f"{text} {number}" for language, text in words["label"].items()}
        yield Variable(REPLICATE.format(number), words["kind"], words["role"], label)


def _design() -> Iterator[Variable]:
    for name in DESIGN_NAMES:
        words = design_words(name)
        codes = values_of(words["values"]) if "values" in words else ()
        missing = missing_values(words.get("missing", ()))
        yield Variable(name, words["kind"], words["role"], words["label"], (*codes, *missing))


def _merged(strata: Sequence[str], merged: Sequence[int]) -> Iterator[Value]:
    """A stratum of variances by the names of all that were merged into it."""
    for target in sorted(set(merged)):
        labels = [label_of_stratum(name) for name, to in zip(strata, merged, strict=True) if to == target]
        yield Value(target + 1, {language: " + ".join(label[language] for label in labels) for language in LANGUAGES})


def _titles(version: PaperVersion) -> dict[str, str]:
    return {language: f"{title}（{version.id}）" for language, title in version.instrument.title.items()}
