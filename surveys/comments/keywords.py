"""Key words: which words the comments of each group have, how often, and more often than the other groups'.

No count is shown, nor can any be computed from what is shown, of fewer comments than `fewest_shown`: a word that only
a few wrote would be the quick way to them. What few comments of a group have is looked at, and shown with no group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.wording import LEVEL, PRIOR, compare_words, wilson_of_counts
from surveys.comments.naming import without_names
from surveys.comments.reading import count_comments, fewest_shown, refuse_open, stream_texts
from surveys.comments.segmenting import words_of
from surveys.models import Comment
from surveys.remembering import remember

MOST = 5000  # comments of a group that a page waits for; in the order of their ids, which is random


@dataclass(frozen=True)
class KeyWord:
    """A word that at least the fewest comments of a group have.

    count            : comments of the group that have it, of those that were read
    share, low, high : the part of them, with Wilson's interval
    rest             : the part of the other groups' comments that have it; None where there is no other group
    at_most          : whether `rest` only says what it cannot exceed, since some group has fewer than may be told
    z, adjusted      : of `analysis.wording`, None where there is no other group; where `at_most`, towards no difference
    more             : whether this group has it more often, beyond chance
    """

    word: str
    count: int
    share: float
    low: float
    high: float
    rest: float | None = None
    at_most: bool = False
    z: float | None = None
    adjusted: float | None = None
    more: bool = False


@dataclass(frozen=True)
class WordShelf:
    """The words of a group's comments, the most frequent first.

    count : comments that it left; None where they are fewer than it takes, and none of them is read
    read  : those that were counted, taken in a random order; fewer than `count` where a page cannot wait for all
    rest  : those of the other groups
    tests : words that were looked at
    """

    group: str
    count: int | None
    read: int = 0
    rest: int = 0
    tests: int = 0
    words: tuple[KeyWord, ...] = ()

    @property
    def characteristic(self) -> tuple[KeyWord, ...]:
        """The words that this group has more often than the others, the surest first."""
        found = [each for each in self.words if each.more]
        return tuple(sorted(found, key=lambda each: (-(each.z or 0.0), each.word)))


@dataclass(frozen=True)
class KeyWords:
    """A shelf for each group that left comments, and how they were made."""

    shelves: tuple[WordShelf, ...]
    fewest: int
    level: float = LEVEL
    prior: float = PRIOR


def list_key_words(session: Session, *, campaign_id: int, now: datetime, most: int | None = MOST) -> KeyWords:
    """The words of each group; of the first `most` comments of each, in a random order that stays, or of all.

    Worked out once for the comments there are. Raises SurveyError(`comments.not_closed`).
    """
    refuse_open(session, campaign_id, now)
    left, fewest = count_comments(session, campaign_id), fewest_shown(session, campaign_id=campaign_id)
    key = (campaign_id, tuple(left.items()), _ends(session, campaign_id), fewest, most)
    return remember(session, "words", key, lambda: _make(session, campaign_id, left, fewest, most))


def _ends(session: Session, campaign_id: int) -> tuple[bytes | None, ...]:
    """The first and the last id, which are random; not every database knows the least of bytes."""
    query = select(Comment.id).where(Comment.campaign_id == campaign_id).limit(1)
    return tuple(session.scalar(query.order_by(each)) for each in (Comment.id, Comment.id.desc()))


def _make(session: Session, campaign_id: int, left: Mapping[str, int], fewest: int, most: int | None) -> KeyWords:
    shown = [each for each in left if left[each] >= fewest]
    counted = {each: _count(session, campaign_id, each, most) for each in shown}
    read = {each: left[each] if most is None else min(left[each], most) for each in shown}
    shelves = []
    for group in left:
        if group not in counted:
            shelves.append(WordShelf(group, None))
        else:
            words = _words(group, counted, read, fewest)
            rest = sum(read.values()) - read[group]
            shelves.append(WordShelf(group, left[group], read[group], rest, len(_looked_at(counted, fewest)), words))
    return KeyWords(tuple(shelves), fewest)


def _count(session: Session, campaign_id: int, group: str, most: int | None) -> Counter[str]:
    """How many comments of a group have each word."""
    counted: Counter[str] = Counter()
    with stream_texts(session, campaign_id, group, most) as texts:
        for text in texts:
            counted.update(words_of(without_names(text)))
    return counted


def _looked_at(counted: Mapping[str, Counter[str]], fewest: int) -> set[str]:
    """The words that enough comments of all have together: chosen without looking at how groups differ."""
    together: Counter[str] = Counter()
    for each in counted.values():
        together.update(each)
    return {word for word, count in together.items() if count >= fewest}


def _words(
    group: str, counted: Mapping[str, Counter[str]], read: Mapping[str, int], fewest: int
) -> tuple[KeyWord, ...]:
    own = counted[group]
    words = sorted((word for word in own if own[word] >= fewest), key=lambda word: (-own[word], word))
    have = np.array([own[word] for word in words], np.int64)
    others = [each for each in counted if each != group]
    if not others:
        low, high = wilson_of_counts(have, read[group])
        return tuple(
            KeyWord(word, own[word], own[word] / read[group], float(low[at]), float(high[at]))
            for at, word in enumerate(words)
        )
    total = sum(read[each] for each in others)
    rest = [_rest_of(word, others, counted, fewest) for word in words]
    found = compare_words(
        have, np.array([count for count, _ in rest], np.int64), read[group], total,
        tests=len(_looked_at(counted, fewest)),
    )  # fmt: skip
    return tuple(
        KeyWord(
            word, own[word], float(found.share[at]), float(found.low[at]), float(found.high[at]),
            float(found.share_rest[at]), rest[at][1], float(found.z[at]), float(found.adjusted[at]),
            bool(found.more[at]),
        )
        for at, word in enumerate(words)
    )  # fmt: skip


def _rest_of(word: str, others: list[str], counted: Mapping[str, Counter[str]], fewest: int) -> tuple[int, bool]:
    """How many comments of the other groups have a word, and whether that is only what they cannot exceed.

    Groups with fewer than may be told are taken together, and for as many as could not be told: else the difference
    between what is shown of the groups would tell how many they are.
    """
    told = sum(counted[each][word] for each in others if counted[each][word] >= fewest)
    few = [counted[each][word] for each in others if counted[each][word] < fewest]
    return told + (max(sum(few), fewest - 1) if few else 0), bool(few) and sum(few) < fewest
