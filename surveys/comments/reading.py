"""Reading open comments: by group and theme, after closing, apart from schools and from the answers they came with.

A comment can be recognised by its words. So it is shown of a whole county, never of a school; of no group that left
only a few; and without the names and numbers that stand in it. A theme or a search that finds only a few in a group
shows none of them: it would be the quick way to what one person wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.campaigns import get_campaign_by_id
from surveys.comments.labels import LABELS
from surveys.comments.naming import without_names
from surveys.comments.searching import has_all
from surveys.comments.themes import OTHER, library_themes, themes_of
from surveys.disclosure.versions import rule_of
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.hiding import SMALLEST
from surveys.models import Comment

FEWEST = SMALLEST  # comments that a group needs at least for any of them to be shown
PAGE = 200  # comments at once


@dataclass(frozen=True)
class Wanted:
    """Which comments: of a theme, and with all these words (as `read_words` gives them)."""

    theme: str | None = None
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.theme is not None or bool(self.words)


@dataclass(frozen=True)
class CommentShelf:
    """The comments of one group: how many there are, and one page of them, in an order that says nothing.

    `texts` is empty where the group has fewer than it takes (see `fewest_shown`): who would be recognised among so few
    is not shown.
    """

    group: str
    count: int | None  # None: fewer than it takes, how many is not said
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ThemeShelf:
    """How many comments of a group are about a dimension, or about none of them; None: fewer than it takes."""

    theme: str
    count: int | None


ALL = Wanted()


def fewest_shown(session: Session, *, campaign_id: int) -> int:
    """How many comments a group needs: the people of the campaign's publication rule, and never fewer than FEWEST."""
    return max(FEWEST, rule_of(session, campaign_id=campaign_id).smallest)


def list_groups(session: Session, *, campaign_id: int) -> tuple[str, ...]:
    """The groups that left enough comments for any of them to be shown."""
    left, fewest = count_comments(session, campaign_id), fewest_shown(session, campaign_id=campaign_id)
    return tuple(each for each in left if left[each] >= fewest)


def list_comments(
    session: Session,
    *,
    campaign_id: int,
    now: datetime,
    group: str | None = None,
    page: int = 1,
    wanted: Wanted = ALL,
) -> tuple[CommentShelf, ...]:
    """A shelf for each group that left comments, with the texts of `group` (or of the first that may be shown).

    Where something is `wanted`, the shelves hold what was found; a group that left fewer than it takes is not searched.
    Raises SurveyError(`comments.not_closed`).
    """
    refuse_open(session, campaign_id, now)
    left, fewest = count_comments(session, campaign_id), fewest_shown(session, campaign_id=campaign_id)
    open_groups = [each for each in left if left[each] >= fewest]
    found = {each: _find(session, campaign_id, each, wanted) for each in open_groups} if wanted else {}
    counts = {each: len(found[each]) if each in found else left[each] for each in left}
    enough = [each for each in open_groups if counts[each] >= fewest]
    chosen = group if group in (enough if not wanted else open_groups) else next(iter(enough), None)
    shelves = []
    for each in left:
        texts: tuple[str, ...] = ()
        if each == chosen and each in enough:
            first = PAGE * (page - 1)
            texts = found[each][first : first + PAGE] if wanted else _texts(session, campaign_id, each, page)
        shelves.append(CommentShelf(each, counts[each] if each in enough else None, texts))
    return tuple(shelves)


def list_themes(session: Session, *, campaign_id: int, now: datetime, group: str) -> tuple[ThemeShelf, ...]:
    """How many of a group's comments are about each dimension. Raises SurveyError(`comments.not_closed`)."""
    refuse_open(session, campaign_id, now)
    fewest = fewest_shown(session, campaign_id=campaign_id)
    with stream_texts(session, campaign_id, group) as texts:
        counted = Counter(theme for text in texts for theme in themes_of(text))
    whole = counted.total() and count_comments(session, campaign_id).get(group, 0) >= fewest
    shelves = []
    for theme in (*library_themes(), OTHER) if whole else ():
        shelves.append(ThemeShelf(theme, counted[theme] if counted[theme] >= fewest else None))
    return tuple(shelves)


def count_pages(shelf: CommentShelf | None) -> int:
    """How many pages the comments of a shelf take."""
    return 0 if shelf is None or shelf.count is None else -(-shelf.count // PAGE)


def refuse_open(session: Session, campaign_id: int, now: datetime) -> None:
    if get_campaign_by_id(session, campaign_id=campaign_id, now=now).state != "closed":
        raise SurveyError("comments.not_closed", "conflict")


def count_comments(session: Session, campaign_id: int) -> Mapping[str, int]:
    query = select(Comment.group, func.count()).where(Comment.campaign_id == campaign_id).group_by(Comment.group)
    counted = {group: int(count) for group, count in session.execute(query)}
    return {group: counted[group] for group in (*GROUPS, *sorted(set(counted) - set(GROUPS))) if group in counted}


def _texts(session: Session, campaign_id: int, group: str, page: int) -> tuple[str, ...]:
    """In the order of the ids, which are random: neither when one came nor where one stands says anything."""
    query = select(Comment.text).where(Comment.campaign_id == campaign_id, Comment.group == group)
    read = session.scalars(query.order_by(Comment.id).limit(PAGE).offset(PAGE * (page - 1)))
    return tuple(map(without_names, read))


@contextmanager
def stream_texts(session: Session, campaign_id: int, group: str, most: int | None = None) -> Iterator[Iterator[str]]:
    """A group's comments as they were written, in the order of their ids; whoever has enough may leave the rest."""
    query = select(Comment.text).where(Comment.campaign_id == campaign_id, Comment.group == group)
    found = session.scalars(query.order_by(Comment.id).limit(most).execution_options(yield_per=1000))
    with closing(found):
        yield iter(found)


def _find(session: Session, campaign_id: int, group: str, wanted: Wanted) -> tuple[str, ...]:
    """What is wanted of a group, as it may be read. Words are looked for where names are gone already.

    Else a search would tell whether somebody is named anywhere.
    """
    found = []
    with stream_texts(session, campaign_id, group) as texts:
        for text in texts:
            if wanted.theme is not None and wanted.theme not in themes_of(text):
                continue
            if has_all(text, wanted.words):
                shown = without_names(text)
                if has_all(LABELS.sub(" ", shown), wanted.words):
                    found.append(shown)
    return tuple(found)
