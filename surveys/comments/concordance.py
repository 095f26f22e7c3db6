"""A word where it stands: lines with some words before and after it, from what is left when names are gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.comments.naming import without_names
from surveys.comments.reading import fewest_shown, list_groups, refuse_open, stream_texts
from surveys.comments.searching import fold, read_words
from surveys.comments.segmenting import Token, split_words

AROUND, SIGNS = 16, 40  # pieces before and after a word, and how many signs of them at most
LINES = 50  # on a page
MOST_LINES = 500  # lines of a group; nobody reads more, and common words would be looked for a long time
# what breaks lines, turns them round, or steers a terminal
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Line:
    """A comment's first place of a word, and what stands around it."""

    group: str
    before: str
    hit: str
    after: str


@dataclass(frozen=True)
class Concordance:
    """One page of the lines of a word, a comment a line, in an order that says nothing.

    count : lines on all pages; None where no group has enough: how many there are is not said, nor whether any
    whole : False where a group has more lines than are looked for
    """

    word: str
    count: int | None
    lines: tuple[Line, ...] = ()
    whole: bool = True

    @property
    def pages(self) -> int:
        return -(-(self.count or 0) // LINES)


def list_lines(
    session: Session, *, campaign_id: int, now: datetime, word: str, group: str | None = None, page: int = 1
) -> Concordance:
    """The lines of a word as `list_key_words` has it, of one group or of each that has enough of them.

    Of a group that has the word in fewer comments than `fewest_shown`, none is shown. Raises
    SurveyError(`comments.not_closed`).
    """
    refuse_open(session, campaign_id, now)
    wanted = next(iter(read_words(word)), "")
    fewest = fewest_shown(session, campaign_id=campaign_id)
    groups = [each for each in list_groups(session, campaign_id=campaign_id) if group in (None, each)] if wanted else []
    lines: list[Line] = []
    whole = True
    for each in groups:
        found = _find(session, campaign_id, each, wanted)
        whole = whole and len(found) < MOST_LINES
        lines += found if len(found) >= fewest else []
    first = LINES * (page - 1)
    return Concordance(wanted, len(lines) or None, tuple(lines[first : first + LINES]), whole)


def _find(session: Session, campaign_id: int, group: str, word: str) -> list[Line]:
    """In the order of the ids, which are random. Whoever names somebody is looked at without the name."""
    lines: list[Line] = []
    with stream_texts(session, campaign_id, group) as texts:
        for text in texts:
            line = _line(group, split_words(without_names(text)), word) if word in fold(text) else None
            lines += [line] if line else []
            if len(lines) == MOST_LINES:
                break
    return lines


def _line(group: str, tokens: list[Token], word: str) -> Line | None:
    place = next((at for at, each in enumerate(tokens) if each.word == word), None)
    if place is None:
        return None
    before = _near(tokens[:place][::-1])[::-1]
    after = _near(tokens[place + 1 :])
    left, right = "".join(before), "".join(after)
    left = ("…" if len(before) < place or len(left) > SIGNS else "") + left[-SIGNS:]
    right = right[:SIGNS] + ("…" if place + 1 + len(after) < len(tokens) or len(right) > SIGNS else "")
    return Line(group, _CONTROLS.sub(" ", left), tokens[place].text, _CONTROLS.sub(" ", right))


def _near(tokens: list[Token]) -> list[str]:
    """The nearest pieces, whole ones as far as there is room for them."""
    near: list[str] = []
    for each in tokens[:AROUND]:
        if near and sum(map(len, near)) + len(each.text) > SIGNS:
            break
        near.append(each.text)
    return near
