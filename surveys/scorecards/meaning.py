"""What a shape cannot say: whether a document of the right shape is a scoring rule that can be computed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from surveys.documents import Document, Step, find_no_numbers
from surveys.errors import Problem

Path = tuple[Step, ...]

WEIGHED = frozenset({"fixed", "quota"})  # groupings that need a weight for each group
MOST_POINTS = 100
UNSHOWN = frozenset({"Cc", "Cs", "Co", "Cn"})  # Unicode categories that no page can show
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn the direction of other text


def problems_of(document: Document) -> list[Problem]:
    """Every problem of meaning, in the order of the document's lines."""
    found = [
        *find_no_numbers(document, code="scorecard.not_a_number"),
        *_texts(document),
        *_scales(document),
        *_respondent(document),
        *_weights(document),
        *_bands(document),
        *_levels(document),
    ]
    return sorted(found, key=lambda problem: problem.line or 0)


def _texts(document: Document) -> Iterator[Problem]:
    data = document.data
    texts: list[Path] = [(field,) for field in ("title", "reason", "source")]
    texts += [("bands", number, "text") for number, _ in enumerate(data.get("bands", ()))]
    texts += [("majority", "levels", number, "text") for number, _ in enumerate(_levels_of(data))]
    for start in texts:
        part = data
        for step in start:
            part = part[step]
        for language, words in part.items():
            yield from _words(document, (*start, language), words)


def _words(document: Document, path: Path, words: str) -> Iterator[Problem]:
    if not words.strip():
        yield document.problem(path, "scorecard.text_blank")
    unshown = {f"U+{ord(sign):04X}" for sign in words if _is_unshown(sign)}
    if unshown:
        yield document.problem(path, "scorecard.text_unprintable", ", ".join(sorted(unshown)))


def _is_unshown(sign: str) -> bool:
    return sign != "\n" and (unicodedata.category(sign) in UNSHOWN or sign in OVERRIDES)


# Scales


def _scales(document: Document) -> Iterator[Problem]:
    needed = "points" if document.data["measure"] == "mean" else "positive"
    for name, scale in document.data["scales"].items():
        path: Path = ("scales", name)
        if needed not in scale:
            yield document.problem(path, f"scorecard.{needed}_missing", name, scale=name)
        yield from _points(document, path, scale)
        yield from _unknown(document, (*path, "positive"), scale.get("positive", ()), name)


def _points(document: Document, path: Path, scale: Mapping[str, Any]) -> Iterator[Problem]:
    options, points = scale["options"], scale.get("points")
    if points is None:
        return
    if len(points) != len(options):
        place = (*path, "points")
        yield document.problem(place, "scorecard.points_count", len(points), scale=path[-1], expected=len(options))
    for number, each in enumerate(points):
        if isinstance(each, str) and Fraction(each) > MOST_POINTS:
            yield document.problem((*path, "points", number), "scorecard.points_range", each, expected=MOST_POINTS)


def _unknown(document: Document, path: Path, codes: Any, scale: str) -> Iterator[Problem]:
    """Codes that the scorecard does not list among the options of `scale`."""
    known = document.data["scales"][scale]["options"]
    expected = ", ".join(str(code) for code in known)
    for number, code in enumerate(codes):
        if code not in known:
            yield document.problem((*path, number), "scorecard.option_unlisted", code, scale=scale, expected=expected)


# What is counted, and with which weight


def _respondent(document: Document) -> Iterator[Problem]:
    wanted = document.data["unit"] == "respondent"
    if wanted and "respondent" not in document.data:
        yield document.problem(("unit",), "scorecard.respondent_missing")
    if not wanted and "respondent" in document.data:
        yield document.problem(("respondent",), "scorecard.respondent_unwanted", document.data["unit"])


def _weights(document: Document) -> Iterator[Problem]:
    groups, dimensions = document.data["groups"], document.data["dimensions"]
    if groups["by"] in WEIGHED and "weights" not in groups:
        yield document.problem(("groups",), "scorecard.weights_missing", groups["by"], by=groups["by"])
    if groups["by"] not in WEIGHED and "weights" in groups:
        yield document.problem(("groups", "weights"), "scorecard.weights_unwanted", groups["by"], by=groups["by"])
    places = ((("groups", "weights"), groups.get("weights")), (("dimensions",), dimensions))
    for path, weights in places:
        if isinstance(weights, Mapping) and not any(weights.values()):
            yield document.problem(path, "scorecard.weights_zero")


# Bands and levels


def _bands(document: Document) -> Iterator[Problem]:
    bands = document.data.get("bands", ())
    for field, code in (("id", "scorecard.band_repeated"), ("lowest", "scorecard.band_lowest_repeated")):
        yield from _repeated(document, ("bands",), bands, field, code)


def _repeated(document: Document, path: Path, parts: Any, field: str, code: str) -> Iterator[Problem]:
    seen = set()
    for number, part in enumerate(parts):
        if part[field] in seen:
            yield document.problem((*path, number, field), code, part[field])
        seen.add(part[field])


def _levels_of(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    levels: list[Mapping[str, Any]] = data.get("majority", {}).get("levels", [])
    return levels


def _levels(document: Document) -> Iterator[Problem]:
    path: Path = ("majority", "levels")
    levels = _levels_of(document.data)
    yield from _repeated(document, path, levels, "id", "scorecard.level_repeated")
    for number, level in enumerate(levels[:-1]):  # the last is what remains
        if "options" not in level:
            yield document.problem((*path, number), "scorecard.level_options_missing", level["id"])
    taken: dict[tuple[str, int], str] = {}
    for number, level in enumerate(levels):
        for scale, codes in level.get("options", {}).items():
            yield from _votes(document, (*path, number, "options", scale), scale, codes)
            yield from _taken(document, (*path, number, "options", scale), level["id"], codes, taken)


def _votes(document: Document, path: Path, scale: str, codes: Any) -> Iterator[Problem]:
    if scale in document.data["scales"]:
        yield from _unknown(document, path, codes, scale)
    else:
        expected = ", ".join(document.data["scales"])
        yield document.problem(path, "scorecard.level_scale_unknown", scale, expected=expected)


def _taken(
    document: Document, path: Path, level: str, codes: Any, taken: dict[tuple[str, int], str]
) -> Iterator[Problem]:
    for number, code in enumerate(codes):
        first = taken.setdefault((str(path[-1]), code), level)
        if first != level:
            yield document.problem((*path, number), "scorecard.level_option_repeated", code, first=first)
