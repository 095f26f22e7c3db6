"""Papers made in code, and a county of a few people, small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.frame import NOT_ASKED, Population, Sample
from analysis.scoring import Score, round_half_up, score
from surveys.instruments.model import Instrument, Item, Option, Scale, Section
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.library import library_document
from surveys.scorecards.model import Scorecard
from surveys.scorecards.parsing import parse_scorecard

CODES = {
    "satisfaction-3": (3, 2, 1, 9),
    "satisfaction-4": (4, 3, 2, 1, 9),
    "satisfaction-5": (5, 4, 3, 2, 1, 9),
    "frequency-4": (4, 3, 2, 1, 9),
    "ballot-3": (3, 2, 1, 9),
    "satisfied-2": (2, 1, 9),
    "indicator-2": (2, 1),
    "agreement-7": (7, 6, 5, 4, 3, 2, 1, 9),
}
Question = tuple[str, str, str | None]  # id, scale, dimension; the id `overall` has that role


def scale(name: str, codes: Sequence[int] | None = None) -> Scale:
    options = tuple(Option(code, {"zh-CN": str(code)}) for code in codes or CODES[name])
    return Scale(name, options, frozenset({9}) & {option.code for option in options})


def item(question: Question, *, direction: int = 1, role: str = "", codes: Sequence[int] | None = None) -> Item:
    name, on, dimension = question
    kind = role or ("overall" if name == "overall" else "item")
    return Item(name, kind, dimension, {"zh-CN": name}, scale(on, codes), 1 if direction == 1 else -1)  # type: ignore[arg-type]


def paper(*items: Item, name: str = "paper") -> Instrument:
    text = {"zh-CN": name}
    section = Section("all", text, items)
    return Instrument(name, ("zh-CN",), text, text, 5, ("parent",), (), None, (section,), None)


def library_scorecard(name: str) -> Scorecard:
    return parse_scorecard(library_document(name))


def sample(items: Sequence[str], people: Mapping[str, Sequence[Sequence[int]]]) -> Sample:
    """Everybody stands alone and weighs 1; a row that is too short was not asked the rest."""
    rows = [(group, answers) for group, (_, group_rows) in enumerate(people.items()) for answers in group_rows]
    n = len(rows)
    table = np.full((n, len(items)), NOT_ASKED, np.uint8)
    for place, (_, answers) in enumerate(rows):
        table[place, : len(answers)] = answers
    nobody = np.full(n, -1, np.int64)
    group = np.array([group for group, _ in rows], np.int64)
    one = np.zeros(n, np.int64)
    return Sample(table, tuple(items), group, tuple(people), nobody, (), one, ("county",), np.arange(n), np.ones(n))


def population(sizes: Sequence[int]) -> Population:
    """The frame: `sizes` people in each group, in the order of the sample's groups."""
    group = np.arange(len(sizes))
    return Population(group, np.full(len(sizes), -1), np.zeros(len(sizes), np.int64), np.array(sizes))


def county_score(
    card: Scorecard,
    items: Sequence[Item],
    people: Mapping[str, Sequence[Sequence[int]]],
    *,
    issued: Mapping[str, int] | None = None,
    roster: Sequence[int] | None = None,
) -> Score:
    rule = compile_rule(card, number=1, instruments=[paper(*items)])
    frame = None if roster is None else population(roster)
    return score(sample([each.id for each in items], people), rule, issued=issued, population=frame)


def published(card: Scorecard, found: Score) -> str:
    """The composite as it is printed."""
    assert found.composite.value is not None
    return f"{round_half_up(found.composite.value, card.decimals):.{card.decimals}f}"
