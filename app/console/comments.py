"""The open comments: by group and theme, searched by words; without names, never of a school, none of a few."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app.access import allow
from app.console.door import READERS, blueprint, find_campaign
from app.console.noting import SEEN, noted
from app.edge import here
from surveys import comments
from surveys.comments import CommentShelf, Wanted

LAST_PAGE = 1_000_000  # whatever somebody types into the address


@blueprint.get("/campaigns/<name>/comments")
@allow(*READERS)
@noted(SEEN)
def comments_page(name: str) -> str:
    """Open comments by group: of the whole county, never of a school, and none where a group left few."""
    page, group = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE), request.args.get("group")
    wanted = Wanted(request.args.get("theme") or None, comments.read_words(request.args.get("words", "")))
    with here().database.read() as session:
        found = find_campaign(session, name)
        asked: dict[str, Any] = {"campaign_id": found.id, "now": here().clock()}
        fewest = comments.fewest_shown(session, campaign_id=found.id)
        closed = found.state == "closed"
        shelves = comments.list_comments(session, **asked, group=group, page=page, wanted=wanted) if closed else ()
        shown = _shown(shelves, group)
        themes = comments.list_themes(session, **asked, group=shown.group) if shown else ()
    return render_template(
        "console/comments.html",
        campaign=found,
        simulated=found.simulated,
        shelves=shelves,
        shown=shown,
        themes=themes,
        wanted=wanted,
        texts=[comments.split_hits(text, wanted.words) for text in shown.texts] if shown else [],
        page=page,
        pages=comments.count_pages(shown),
        first=(page - 1) * comments.PAGE + 1,
        smallest=fewest,
        longest=comments.LONGEST,
    )


def _shown(shelves: tuple[CommentShelf, ...], group: str | None) -> CommentShelf | None:
    """The shelf whose comments are on the page, or the one that was asked for, where it has too few of them."""
    full = next((each for each in shelves if each.texts), None)
    return full or next((each for each in shelves if each.group == group), None) or next(iter(shelves), None)
