"""Two keyings of one form: where they differ, by looking at what was typed and at nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from surveys.instruments.model import Instrument
from surveys.paper.model import COMMENT, PAPER, Difference, Keying
from surveys.responses.checking import BLANK, Raw


def compare(instrument: Instrument, first: Keying, second: Keying) -> tuple[Difference, ...]:
    """Every difference in the order of the form. Keyings of two papers differ in that alone: nothing else compares."""
    if first.version_id != second.version_id:
        return (Difference(PAPER, None, None, "1", "2"),)
    return tuple(_differences(instrument, first, second))


def _differences(instrument: Instrument, first: Keying, second: Keying) -> Iterator[Difference]:
    pairs = zip(instrument.items, first.answers, second.answers, strict=True)
    for number, (item, one, other) in enumerate(pairs, start=1):
        if one != other:
            yield Difference(item.id, item, number, _typed(one), _typed(other))
    if _bare(first.comment) != _bare(second.comment):
        yield Difference(COMMENT, None, None, first.comment or "", second.comment or "")


def raw_of(instrument: Instrument, keying: Keying) -> Raw:
    """What was keyed, as it is handed in."""
    pairs = zip(instrument.items, keying.answers, strict=True)
    return {item.id: [_typed(code)] for item, code in pairs if code != BLANK}


def _typed(code: int) -> str:
    return "" if code == BLANK else str(code)


def _bare(comment: str | None) -> str:
    """A comment as it is compared: two people never space and punctuate handwriting alike."""
    folded = unicodedata.normalize("NFKC", comment or "").casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "PZC")
