"""Figures of the county: which of groups, dimensions and items to hide, since each goes into others that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.disclosure import find_ranges
from surveys.disclosure.rule import PublicationRule
from surveys.publication.model import Figure
from surveys.publication.rounding import ALL, NEAR, Range, known_range

Key = tuple[str | None, str | None, str | None]  # group, dimension, item
WHOLE: Key = (None, None, None)


@dataclass(frozen=True)
class Line:
    """A figure and those that it is made of. `adds`: whether their people add up to its people too."""

    parent: Key
    parts: Mapping[Key, float]
    adds: bool


@dataclass
class Lines:
    """The figures of the county, how each is made of others, and what is hidden so far.

    `secret` are those for whose sake others are hidden.
    """

    figures: Mapping[Key, Figure]
    lines: Sequence[Line]
    rule: PublicationRule
    whole: Range  # between what the score is known to lie
    hidden: set[Key] = field(default_factory=set)
    secret: set[Key] = field(default_factory=set)

    def hide(self, key: Key, *, secret: bool = False) -> None:
        """Hide a figure; of a group with everything that is said of it."""
        group, dimension, item = key
        whole = group is not None and (dimension, item) == (None, None)
        for each in [other for other in self.figures if other[0] == group] if whole else [key]:
            self.hidden.add(each)
            if secret:
                self.secret.add(each)

    def people(self, key: Key) -> int:
        return self.figures[key].n or 0

    def known(self, key: Key) -> Range:
        """Between what the figure is known to lie by itself."""
        if key == WHOLE:
            return self.whole
        figure = self.figures[key]
        if key in self.hidden or figure.value is None:
            return 0.0, ALL
        return known_range(figure.value, self.people(key), self.rule)

    def settle(self) -> None:
        """Hide what is about few, and then as much else as it takes."""
        for key, figure in self.figures.items():
            if 0 < (figure.n or 0) < self.rule.smallest:
                self.hide(key, secret=True)
        while any(self._close(line) for line in self.lines):
            pass

    def _close(self, line: Line) -> bool:
        """Whether more had to be hidden so that this line gives nothing away."""
        if line.parent in self.hidden or not self._leaks(line):
            return False
        shown = [part for part in line.parts if part not in self.hidden]
        if shown:
            self.hide(min(shown, key=self.people))
        elif line.parent == WHOLE:
            return False  # the score itself is told, and all that it is made of is hidden
        else:
            self.hide(line.parent)
            self.secret.add(line.parent)
        return True

    def _leaks(self, line: Line) -> bool:
        hidden = [part for part in line.parts if part in self.hidden]
        if not hidden:
            return False
        if line.adds and (len(hidden) < 2 or sum(map(self.people, hidden)) < 2 * self.rule.protection):
            return True
        return any(self._width(line, part) < self.wanted(part) - NEAR for part in hidden)

    def wanted(self, key: Key) -> float:
        """How many points must stay open of a secret."""
        return 2.0 * self.rule.protection if key in self.secret else 0.0

    def _width(self, line: Line, part: Key) -> float:
        low, high = self.known(line.parent)
        weight = line.parts[part]
        rest = [(other, *self.known(key)) for key, other in line.parts.items() if key != part]
        whole = sum(line.parts.values())
        least = (low * whole - sum(each * most for each, _least, most in rest)) / weight
        most = (high * whole - sum(each * least for each, least, _most in rest)) / weight
        return min(most, ALL) - max(least, 0.0)


def key_of(figure: Figure) -> Key:
    """What a figure is about; an item is known without its dimension."""
    return figure.group, None if figure.item else figure.dimension, figure.item


def hide_in_county(
    figures: Iterable[Figure],
    *,
    weights: Mapping[str, float],
    totals: Sequence[tuple[Mapping[str, float], Range]],
    rule: PublicationRule,
) -> set[Key]:
    """The keys of what must not be shown.

    `weights` are of the groups in the score. `totals` are the figures of everybody together: with which weights the
    groups go into each, and between what it is known to lie.
    """
    known = {key_of(figure): figure for figure in figures if figure.value is not None}
    lines = Lines(known, tuple(_lines(known, weights)), rule, totals[0][1] if totals else (0.0, ALL))
    lines.settle()
    while _leak_in_totals(lines, totals):
        shown = [key for key in _groups(known) if key not in lines.hidden]
        if not shown:
            break
        lines.hide(min(shown, key=lines.people))
        lines.settle()
    return lines.hidden


def _leak_in_totals(lines: Lines, totals: Sequence[tuple[Mapping[str, float], Range]]) -> bool:
    """Whether all totals together leave too little open of a group that is hidden for its own sake."""
    groups = _groups(lines.figures)
    hidden = [key for key in groups if key in lines.hidden]
    if not hidden:
        return False
    if len(hidden) < 2 or sum(map(lines.people, hidden)) < 2 * lines.rule.protection:
        return True
    matrix = [[weights.get(str(key[0]), 0.0) for key in groups] for weights, _told in totals]
    ends = [(low * sum(row), high * sum(row)) for row, (_weights, (low, high)) in zip(matrix, totals, strict=True)]
    known, secret = [lines.known(key) for key in groups], [key for key in hidden if key in lines.secret]
    least, most = find_ranges(
        [low for low, _high in known],
        [high for _low, high in known],
        matrix,
        [low for low, _high in ends],
        [high for _low, high in ends],
        wanted=[groups.index(key) for key in secret],
    )
    left = (most - least).tolist()
    return any(width < lines.wanted(key) - NEAR for key, width in zip(secret, left, strict=True))


def _groups(figures: Iterable[Key]) -> list[Key]:
    return [key for key in figures if key[0] is not None and key[1:] == (None, None)]


def _lines(figures: Mapping[Key, Figure], weights: Mapping[str, float]) -> Iterator[Line]:
    """Every way in which figures are made of others: groups make the county, items a dimension, dimensions a whole."""
    for key in [key for key in figures if key[0] is None]:
        found: dict[Key, float] = {
            (group, *key[1:]): weight
            for group, weight in weights.items()
            if weight > 0 and (group, *key[1:]) in figures
        }
        if found and key != WHOLE:
            yield Line(key, found, adds=True)
    for key in figures:
        group, dimension, item = key
        if item is not None:
            continue
        own = [other for other in figures if other[0] == group]
        if dimension is None:
            parts = [other for other in own if other[1] is not None]
        else:
            parts = [other for other in own if other[2] and figures[other].dimension == dimension]
        if parts:
            yield Line(key, dict.fromkeys(parts, 1.0), adds=False)
