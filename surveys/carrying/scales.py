"""Options as other programs have them become scales with codes from 1 to 250; standard ones are recognised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from surveys.carrying.found import FoundScale, Left, Text
from surveys.carrying.naming import fit_name
from surveys.carrying.wording import find_standard, is_dont_know
from surveys.instruments.model import STANDARD_DONT_KNOW, STANDARD_SCALES

MOST_OPTIONS = 250
LARGEST_CODE = 250
DONT_KNOW = 9
DIGITS = re.compile(r"[0-9]{1,3}")
LAST_DIGITS = re.compile(r"[^0-9]*([0-9]{1,3})")


class Scales:
    """The scales of one paper: the same options are one scale, however many questions bring them along."""

    def __init__(self, left: Left) -> None:
        self._left = left
        self._known: dict[tuple[Any, ...], str] = {}
        self.named: dict[str, dict[str, Any]] = {}

    def name_of(self, found: FoundScale) -> str:
        """The name of the scale that these options make, which is in `named` from now on."""
        key = (found.name, found.ours, *((each.code, *sorted(each.text.items())) for each in found.options))
        key += tuple(each.dont_know for each in found.options)
        if key not in self._known:
            self._known[key] = self._add(found)
        return self._known[key]

    def _add(self, found: FoundScale) -> str:
        texts = [option.text for option in found.options]
        standard = None if found.ours else find_standard(texts)
        codes = self._codes(found, standard)
        options = [{"code": code, "text": text} for code, text in zip(codes, texts, strict=True)]
        unknown = self._dont_know(found, codes)
        scale: dict[str, Any] = {"options": options} | ({"dont_know": unknown} if unknown else {})
        name = self._name(found, standard, codes, unknown)
        if name not in self.named or self.named[name] != scale:
            name = self._free(name, found)
            self.named[name] = scale
        return name

    def _codes(self, found: FoundScale, standard: tuple[str, Sequence[int]] | None) -> list[int]:
        given = [option.code for option in found.options]
        if all(DIGITS.fullmatch(each) and 1 <= int(each) <= LARGEST_CODE for each in given):
            return [int(each) for each in given]
        made = list(standard[1]) if standard else _from_digits(given) or _counted([each.text for each in found.options])
        self._left.add(
            "carry.codes",
            found.place,
            ", ".join(filter(None, given)) or None,
            scale=found.name,
            codes=", ".join(map(str, made)),
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
        standard: tuple[str, Sequence[int]] | None,
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
            self._left.add("carry.renamed", found.place, found.name, to=other)
        return other


def _from_digits(given: Sequence[str]) -> list[int]:
    """1, 2, 3 for A1, A2, A3; nothing where that would not tell them apart."""
    found = [LAST_DIGITS.fullmatch(each) for each in given]
    codes = [int(each[1]) for each in found if each]
    good = len(set(codes)) == len(given) and all(1 <= each <= LARGEST_CODE for each in codes)
    return codes if good else []


def _counted(texts: Sequence[Text]) -> list[int]:
    """1, 2, 3 …, and 9 for not knowing where that is free."""
    codes, number = [], 0
    for text in texts:
        if is_dont_know(text) and len(texts) < DONT_KNOW and DONT_KNOW not in codes:
            codes.append(DONT_KNOW)
        else:
            number += 1
            codes.append(number)
    return codes
