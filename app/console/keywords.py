"""The words of comments: which each group uses, which more than others, and where they stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response as Answer
from flask import render_template, request

from app.access import allow
from app.console.comments import LAST_PAGE
from app.console.door import READERS, blueprint, find_campaign
from app.console.noting import SEEN, TAKEN, noted
from app.edge import here
from app.wording import csv_of, method_sentence, p_of, part_sentence, plain, share_of_rest
from surveys import comments
from surveys.comments import KeyWord, KeyWords, WordShelf

WIDE = 200  # of the field that dots are drawn on
STEP = 0.05  # of a share: where its scale may end
SUREST, COMMONEST = 20, 30  # words on the page; all of them are in the file


@dataclass(frozen=True)
class Scale:
    """Shares from nothing to the end of the longest interval, for all strips of a page."""

    most: float

    @classmethod
    def of(cls, words: Sequence[KeyWord]) -> Scale:
        ends = [max(each.high, each.rest or 0.0) for each in words]
        return cls(min(1.0, -(-max(ends, default=STEP) // STEP) * STEP))

    def at(self, share: float) -> float:
        return round(WIDE * min(share / self.most, 1.0), 2)

    @property
    def ticks(self) -> Sequence[tuple[float, str]]:
        return [(WIDE * part, f"{100 * self.most * part:.3g}%") for part in (0.0, 0.5, 1.0)]


@blueprint.get("/campaigns/<name>/comments/words")
@allow(*READERS)
@noted(SEEN)
def keywords_page(name: str) -> str:
    """The words of a group's comments with their shares, those first that it has more often than the others."""
    with here().database.read() as session:
        found = find_campaign(session, name)
        asked: dict[str, Any] = {"campaign_id": found.id, "now": here().clock()}
        key_words = comments.list_key_words(session, **asked) if found.state == "closed" else None
    shelf = _chosen(key_words, request.args.get("group")) if key_words else None
    page = _lay_out(key_words, shelf) if key_words and shelf else {}
    shelves = key_words.shelves if key_words else ()
    return render_template(
        "console/keywords.html", campaign=found, simulated=found.simulated, shelves=shelves, shelf=shelf, **page
    )


@blueprint.get("/campaigns/<name>/comments/words.<any(csv, json):kind>")
@allow(*READERS)
@noted(TAKEN)
def keywords_file(name: str, kind: str) -> Answer:
    """Every word that the page could show, for a spreadsheet or a program."""
    with here().database.read() as session:
        found = find_campaign(session, name)
        key_words = comments.list_key_words(session, campaign_id=found.id, now=here().clock())
    if kind == "csv":
        answer = Answer(csv_of(found, key_words), mimetype="text/csv")
    else:
        written = json.dumps(plain(found, key_words), ensure_ascii=False, indent=2)
        answer = Answer(written, mimetype="application/json")
    mark = "-simulated" if found.simulated else ""
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}-words{mark}.{kind}"'
    return answer


@blueprint.get("/campaigns/<name>/comments/lines")
@allow(*READERS)
@noted(SEEN)
def concordance_page(name: str) -> str:
    """Where a word stands: a line for each comment that has it, of groups in which enough have it."""
    page, group = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE), request.args.get("group") or None
    with here().database.read() as session:
        found = find_campaign(session, name)
        asked: dict[str, Any] = {"campaign_id": found.id, "now": here().clock()}
        closed = found.state == "closed"
        groups = comments.list_groups(session, campaign_id=found.id)
        word = request.args.get("word", "")
        lines = comments.list_lines(session, **asked, word=word, group=group, page=page) if closed else None
        fewest = comments.fewest_shown(session, campaign_id=found.id)
    return render_template(
        "console/concordance.html",
        campaign=found,
        simulated=found.simulated,
        groups=groups,
        lines=lines,
        group=group,
        page=page,
        smallest=fewest,
        most=comments.MOST_LINES,
        longest=comments.LONGEST,
    )


def _chosen(found: KeyWords, group: str | None) -> WordShelf | None:
    """The shelf that was asked for, or the first that may be shown."""
    open_ones = [each for each in found.shelves if each.count is not None]
    return next((each for each in open_ones if each.group == group), None) or next(iter(open_ones), None)


def _lay_out(found: KeyWords, shelf: WordShelf) -> dict[str, Any]:
    surest, commonest = shelf.characteristic[:SUREST], shelf.words[:COMMONEST]
    return {
        "surest": surest,
        "commonest": commonest,
        "left": len(shelf.characteristic) - len(surest),
        "scale": Scale.of([*surest, *commonest]),
        "share_of_rest": share_of_rest,
        "p_of": p_of,
        "method": method_sentence(found),
        "part": part_sentence(shelf),
        "smallest": found.fewest,
        "level": f"{found.level:.0%}",
    }
