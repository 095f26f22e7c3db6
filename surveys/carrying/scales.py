"""Options as other programs have them become scales with codes from 1 to 250; standard ones are recognised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from surveys.carrying.found import NOWHERE, FoundOption, FoundScale, Left
from surveys.carrying.grading import FALLING, trend
from surveys.carrying.naming import NAME, fit_name
from surveys.carrying.wording import find_standard, is_dont_know
from surveys.errors import shorten
from surveys.instruments.model import STANDARD_DONT_KNOW, STANDARD_SCALES

MOST_OPTIONS = 250
LARGEST_CODE = 250
DONT_KNOW = 9
UNGRADED = ("yes-no",)  # no answer of these is the better one
Standard = tuple[str, Sequence[int]]  # the name of a standard scale, and the code of each option in it
DIGITS = re.compile(r"[0-9]{1,3}")
LAST_DIGITS = re.compile(r"[^0-9]*([0-9]{1,3})")


class Scales:
    """The scales of one paper: the same options are one scale, however many questions bring them along."""

    def __init__(self, left: Left) -> None:
        self._left = left
        self._known: dict[tuple[Any, ...], str] = {}
        self._doubtful: set[int] = set()
        self.named: dict[str, dict[str, Any]] = {}

    def name_of(self, found: FoundScale, *, kept: bool = False) -> str:
        """The name of the scale that these options make, which is in `named` from now on.

        `kept` where a direction says already what the codes mean, so that they are not turned.
        """
        self._drop_repeated(found)
        key: tuple[Any, ...] = (kept, found.name, found.ours)
        key += tuple((each.code, *sorted(each.text.items())) for each in found.options)
        key += tuple(each.dont_know for each in found.options)
        if key not in self._known:
            self._known[key] = self._add(found, kept=kept)
        return self._known[key]

    def is_doubtful(self, found: FoundScale) -> bool:
        """Whether the codes of these options run in their order, and nothing shows that this is from bad to good."""
        if found.ours:
            return False
        texts = [each.text for each in found.options if not is_unknown(each)]
        given = [each.code for each in found.options if not is_unknown(each)]
        coded = _as_numbers(given)
        runs = coded is None or coded == sorted(coded)
        return (
            len(texts) > 1
            and runs
            and find_standard([each.text for each in found.options]) is None
            and not trend(texts)
        )

    def _drop_repeated(self, found: FoundScale) -> None:
        """A second option with the same code cannot be told from the first in an answer."""
        kept: dict[str, FoundOption] = {}
        for place, option in enumerate(found.options):
            if option.code and option.code in kept:
                words = f"{option.code} {next(iter(option.text.values()), '')}"
                where = found.place if option.place == NOWHERE else option.place
                self._left.add("carry.code_repeated", where, words, scale=found.name)
            else:
                kept[option.code or f"\0{place}"] = option
        found.options[:] = kept.values()

    def _add(self, found: FoundScale, *, kept: bool) -> str:
        texts = [option.text for option in found.options]
        standard = None if found.ours else find_standard(texts)
        codes = self._codes(found, standard, kept=kept or found.ours)
        options = [{"code": code, "text": text} for code, text in zip(codes, texts, strict=True)]
        unknown = self._dont_know(found, codes)
        scale: dict[str, Any] = {"options": options} | ({"dont_know": unknown} if unknown else {})
        name = self._name(found, standard, codes, unknown)
        if name not in self.named or self.named[name] != scale:
            name = self._free(name, found)
            self.named[name] = scale
        return name

    def _codes(self, found: FoundScale, standard: Standard | None, *, kept: bool) -> list[int]:
        """The codes of the source, unless the best answer has the lowest one; else those that are made for it."""
        given = [option.code for option in found.options]
        coded = _as_numbers(given)
        turned = None if kept else _best_highest(found.options, coded, standard)
        if coded is not None and turned is None:
            return coded
        made = turned or (list(standard[1]) if standard else _from_digits(given) or _counted(found.options))
        self._left.add(
            "carry.codes" if turned is None else "carry.best_highest",
            found.place,
            ", ".join(filter(None, given)) or None,
            scale=found.name,
            codes=", ".join(map(str, made)) if turned is None else _shown(made, found.options),
        )
        return made

    def _dont_know(self, found: FoundScale, codes: Sequence[int]) -> list[int]:
        said = [option.dont_know for option in found.options]
        if found.ours or any(each is not None for each in said):
            return sorted({code for code, each in zip(codes, said, strict=True) if each})
        guessed = {code for code, each in zip(codes, found.options, strict=True) if is_dont_know(each.text)}
        if guessed:
            words = [next(iter(each.text.values())) for each in found.options if is_dont_know(each.text)]
            self._left.add("carry.dont_know", found.place, ", ".join(words), scale=found.name)
        return sorted(guessed)

    def _name(
        self,
        found: FoundScale,
        standard: Standard | None,
        codes: Sequence[int],
        unknown: Sequence[int],
    ) -> str:
        if standard and tuple(codes) == tuple(standard[1]) and set(unknown) == STANDARD_DONT_KNOW:
            return standard[0]
        name = fit_name(found.name, f"scale-{len(self.named) + 1}")
        agrees = frozenset(codes) == STANDARD_SCALES.get(name) and set(unknown) == STANDARD_DONT_KNOW
        return name if name not in STANDARD_SCALES or (found.ours and agrees) else f"{name}-own"

    def _free(self, name: str, found: FoundScale) -> str:
        other = fit_name(name, name, self.named)
        if other != found.name and found.name and not (other == name and name in STANDARD_SCALES):
            code = "carry.repeated" if NAME.fullmatch(found.name) else "carry.scale_renamed"
            self._left.add(code, found.place, found.name, to=other)
        return other


def _from_digits(given: Sequence[str]) -> list[int]:
    """1, 2, 3 for A1, A2, A3; nothing where that would not tell them apart."""
    found = [LAST_DIGITS.fullmatch(each) for each in given]
    codes = [int(each[1]) for each in found if each]
    good = len(set(codes)) == len(given) and all(1 <= each <= LARGEST_CODE for each in codes)
    return codes if good else []


def _as_numbers(given: Sequence[str]) -> list[int] | None:
    """The codes of the source, where all of them can be ours."""
    good = all(DIGITS.fullmatch(each) and 1 <= int(each) <= LARGEST_CODE for each in given)
    return [int(each) for each in given] if good else None


def _best_highest(
    options: Sequence[FoundOption], coded: Sequence[int] | None, standard: Standard | None
) -> list[int] | None:
    """Codes from high to low for options from good to bad that have theirs from low to high, or none; else None."""
    graded = standard is not None and standard[0] not in UNGRADED
    if coded is not None:
        rank = [standard[1][place] for place in range(len(options))] if graded and standard else []
        held = [(code, place) for place, code in enumerate(coded) if not is_unknown(options[place])]
        if len(held) < 2 or held != sorted(held):
            return None
        if rank and [rank[place] for _, place in held] == sorted((rank[place] for _, place in held), reverse=True):
            return rank
        if trend([options[place].text for _, place in held]) != FALLING:
            return None
        new = dict(zip((place for _, place in held), sorted((code for code, _ in held), reverse=True), strict=True))
        return [new.get(place, code) for place, code in enumerate(coded)]
    falling = not standard and trend([each.text for each in options if not is_unknown(each)]) == FALLING
    return _counted(options, down=True) if falling else None


def is_unknown(option: FoundOption) -> bool:
    """Whether an option is no answer to what is asked."""
    return is_dont_know(option.text) if option.dont_know is None else option.dont_know


def _counted(options: Sequence[FoundOption], *, down: bool = False) -> list[int]:
    """1, 2, 3 …, and 9 for not knowing where that is free; `down` counts what is an answer from high to low."""
    codes, number = [], 0
    for option in options:
        if is_unknown(option) and len(options) < DONT_KNOW and DONT_KNOW not in codes:
            codes.append(DONT_KNOW)
        else:
            number += 1
            codes.append(number)
    if down:
        known = [place for place, option in enumerate(options) if not is_unknown(option)]
        turned = dict(zip(known, sorted((codes[place] for place in known), reverse=True), strict=True))
        codes = [turned.get(place, code) for place, code in enumerate(codes)]
    return codes


def _shown(codes: Sequence[int], options: Sequence[FoundOption]) -> str:
    pairs = zip(codes, options, strict=True)
    return shorten(", ".join(f"{code} {next(iter(option.text.values()), '')}" for code, option in pairs), 200)
