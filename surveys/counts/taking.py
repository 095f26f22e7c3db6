"""The background step: counting all responses from scratch, and keeping what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from analysis.counting import Counts, count_answers
from analysis.frame import MISSING
from surveys.campaigns.model import state_of
from surveys.counts.model import WHOLE, FreshCounts, Stamp
from surveys.datasets import NO_SCHOOL, Pile, Roster, Version, load_piles, load_versions, make_sample
from surveys.errors import Problem, SurveyError
from surveys.holding import hold_campaign
from surveys.models import AnswerCount, Campaign, CountStamp


def recount(session: Session, *, campaign_id: int, now: datetime, today: date) -> Stamp:
    """Count the campaign's responses and put the counts in the place of those there are.

    Always from scratch, so that it may be repeated, interrupted, and run twice at once: the last one stays, and both
    are right. On SQLite a writer keeps all others waiting: there let a reading session `take_counts` and a writing one
    `keep_counts`. Raises as `take_counts` does, and then nothing is written.
    """
    fresh = take_counts(session, campaign_id=campaign_id, now=now, today=today)
    keep_counts(session, fresh)
    return fresh.stamp


def take_counts(session: Session, *, campaign_id: int, now: datetime, today: date) -> FreshCounts:
    """Count, and write nothing: all responses of a closed campaign, else those of the days before `today`.

    Raises SurveyError(`counts.strange_codes`) with a problem for each version and item that has answers which are none
    of its options; `responses.misfit`.
    """
    campaign = session.get_one(Campaign, campaign_id)
    before = None if state_of(campaign.opens_at, campaign.closes_at, now) == "closed" else today
    versions = load_versions(session, campaign_id=campaign_id)
    piles, roster = load_piles(session, campaign_id=campaign_id, versions=versions, before=before)
    counted = [(pile.version, _count(pile, roster)) for pile in piles]
    problems = [problem for version, counts in counted for problem in _strange(version, counts)]
    if problems:
        raise SurveyError("counts.strange_codes", "conflict", problems)
    rows = [row for version, counts in counted for row in _rows(version, counts, roster)]
    numbered = tuple({"campaign_id": campaign_id, "number": number, **row} for number, row in enumerate(rows))
    responses = sum(int(pile.size.sum()) for pile in piles)
    return FreshCounts(campaign_id, Stamp(now, before, responses), numbered)


def keep_counts(session: Session, fresh: FreshCounts) -> None:
    """Put `fresh` in the place of the counts there are."""
    stamp = fresh.stamp
    hold_campaign(session, campaign_id=fresh.campaign_id)
    drop_counts(session, campaign_id=fresh.campaign_id)
    if fresh.rows:
        session.execute(insert(AnswerCount), fresh.rows)
    values = {"counted_at": stamp.counted_at, "before": stamp.before, "responses": stamp.responses}
    session.execute(insert(CountStamp).values(campaign_id=fresh.campaign_id, **values))


def drop_counts(session: Session, *, campaign_id: int) -> None:
    """Forget the campaign's counts. Whoever deletes responses calls this in the same transaction."""
    for table in (AnswerCount, CountStamp):
        session.execute(delete(table).where(table.campaign_id == campaign_id))


def _count(pile: Pile, roster: Roster) -> Counts:
    items = tuple(item.id for item in pile.version.instrument.items)
    return count_answers(make_sample([pile], items, roster))


def _strange(version: Version, counts: Counts) -> Iterator[Problem]:
    occurring = counts.table.sum(axis=0) > 0
    for item, codes in zip(version.instrument.items, occurring, strict=True):
        if not set(counts.codes[codes].tolist()) <= {MISSING, *item.scale.codes}:
            yield Problem("counts.strange_code", field=item.id, params={"version": version.name})


def _rows(version: Version, counts: Counts, roster: Roster) -> Iterator[Mapping[str, Any]]:
    for cell, (group, school) in enumerate(zip(counts.group, counts.school, strict=True)):
        pairs = counts.pairs.get(cell)
        yield {
            "group": roster.groups[group],
            "school_id": None if school == NO_SCHOOL else roster.school_ids[school],
            "version_id": version.id,
            "people": int(counts.people[cell]),
            "codes": counts.codes.tobytes(),
            "given": counts.table[cell].astype(WHOLE).tobytes(),
            "pairs": None if pairs is None else pairs.astype(WHOLE).tobytes(),
        }
