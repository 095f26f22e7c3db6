"""Open comments as they are read: by group, after closing, apart from schools and from the answers they came with.

A comment can be recognised by its words. So it is shown of a whole county, never of a school; and of no group that
left only a few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.disclosure.suppression import SMALLEST
from surveys.campaigns import get_campaign_by_id
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.models import Comment

FEWEST = SMALLEST  # comments that a group needs for any of them to be shown
PAGE = 200  # comments at once


@dataclass(frozen=True)
class CommentShelf:
    """The comments of one group: how many there are, and one page of them, in an order that says nothing.

    `texts` is empty where the group left fewer than FEWEST: who would be recognised among so few is not shown.
    """

    group: str
    count: int | None  # None: fewer than FEWEST, how many is not said
    texts: tuple[str, ...]


def list_comments(
    session: Session, *, campaign_id: int, now: datetime, group: str | None = None, page: int = 1
) -> tuple[CommentShelf, ...]:
    """A shelf for each group that left comments, with the texts of `group` (or of the first that may be shown).

    Raises SurveyError(`comments.not_closed`).
    """
    if get_campaign_by_id(session, campaign_id=campaign_id, now=now).state != "closed":
        raise SurveyError("comments.not_closed", "conflict")
    counted = _counts(session, campaign_id)
    enough = [each for each in counted if counted[each] >= FEWEST]
    chosen = group if group in enough else next(iter(enough), None)
    return tuple(
        CommentShelf(
            each,
            count if count >= FEWEST else None,
            _texts(session, campaign_id, each, page) if each == chosen else (),
        )
        for each, count in counted.items()
    )


def _counts(session: Session, campaign_id: int) -> Mapping[str, int]:
    query = select(Comment.group, func.count()).where(Comment.campaign_id == campaign_id).group_by(Comment.group)
    counted = {group: int(count) for group, count in session.execute(query)}
    return {group: counted[group] for group in (*GROUPS, *sorted(set(counted) - set(GROUPS))) if group in counted}


def _texts(session: Session, campaign_id: int, group: str, page: int) -> tuple[str, ...]:
    """In the order of the ids, which are random: neither when one came nor where one stands says anything."""
    query = select(Comment.text).where(Comment.campaign_id == campaign_id, Comment.group == group)
    return tuple(session.scalars(query.order_by(Comment.id).limit(PAGE).offset(PAGE * (page - 1))))


def count_pages(shelf: CommentShelf | None) -> int:
    """How many pages the comments of a shelf take."""
    return 0 if shelf is None or shelf.count is None else -(-shelf.count // PAGE)
