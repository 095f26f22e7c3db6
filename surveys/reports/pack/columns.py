"""How wide the columns of a table are: as they were given, but none so narrow that a word of it breaks or runs over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from surveys.reports.pack.document import Column, Table

# Widths in heights of a letter, in bold; a hanzi is as wide as high.
NARROW, BROAD, OTHER = 0.34, 0.88, 0.58
SLIM, FAT = frozenset("fijlrt'’.,:;()[]|-"), frozenset("mwMW@%")
PADDING = 0.95  # at both sides of a cell together
TOGETHER = 5.0  # hanzi that stay on one line; longer words of them may break, and so may digests and addresses
LONGEST = 9.0


def shares(table: Table, room: float) -> list[float]:
    """Of the table's width, which is `room` times the height of its letters; they add up to 1."""
    least = [_least(column, [row[place].text for row in table.rows]) for place, column in enumerate(table.columns)]
    wanted = [column.width for column in table.columns]
    if sum(least) >= room:
        return [each / sum(least) for each in least]
    narrow: set[int] = set()
    while True:
        left = room - sum(least[place] for place in narrow)
        parts = left / sum(width for place, width in enumerate(wanted) if place not in narrow)
        found = {place for place, width in enumerate(wanted) if place not in narrow and width * parts < least[place]}
        if not found:
            return [(least[place] if place in narrow else width * parts) / room for place, width in enumerate(wanted)]
        narrow |= found


def _least(column: Column, texts: list[str]) -> float:
    """For the longest word of its head and its cells; an interval is one word."""
    whole = column.form != "text"
    words = [*_words(column.head), *(word for text in texts for word in ([text] if whole else _words(text)))]
    return max(map(_width, words), default=0.0) + PADDING


def _words(text: str) -> Iterator[str]:
    for word in text.replace("\u00a0", " ").split():
        yield from ("".join(run) for _, run in groupby(word, key=_is_wide))


def _width(word: str) -> float:
    wide = sum(map(_is_wide, word))
    letters = (letter for letter in word if not _is_wide(letter))
    return min(wide, TOGETHER) + min(sum(map(_letter, letters)), LONGEST)


def _letter(letter: str) -> float:
    return NARROW if letter in SLIM else BROAD if letter in FAT else OTHER


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"
