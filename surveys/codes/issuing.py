"""Issuing codes: an open one for every school and group, and personal ones by the number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from surveys.codes.counts import POSTER, Issued, add_issued, count_issued
from surveys.codes.forms import ID_LENGTH, digest_token, digest_typed, token_of, typed_of
from surveys.codes.tallies import add_tallies
from surveys.errors import SurveyError, shorten
from surveys.frames.views import CellView, list_cells
from surveys.models import Campaign, CampaignPaper, Code

MOST_AT_ONCE = 200_000
BATCH = 500  # within what one statement of SQLite may carry

Draw = Callable[[int], bytes]
Place = tuple[str, int | None]  # group, school


def issue_open(session: Session, *, campaign_id: int, secret: bytes, now: datetime, today: date, draw: Draw) -> int:
    """An open code for every school and group with people in the frame. Gives how many are new.

    Raises SurveyError(`campaign.sealed`), and SurveyError(`codes.closed`) where the campaign is over by `now`.
    """
    frame_id = lock_campaign(session, campaign_id, now=now)
    groups = set(session.scalars(select(CampaignPaper.group).where(CampaignPaper.campaign_id == campaign_id)))
    live = _live_places(session, campaign_id)
    places = [
        (cell.group, cell.school_id)
        for cell in list_cells(session, frame_id=frame_id)
        if cell.population > 0 and cell.group in groups and (cell.group, cell.school_id) not in live
    ]
    return add_posters(session, campaign_id=campaign_id, places=places, secret=secret, today=today, draw=draw)


def add_posters(
    session: Session, *, campaign_id: int, places: Sequence[Place], secret: bytes, today: date, draw: Draw
) -> int:
    """An open code for each of these places, none of which has one that counts. The campaign is locked."""
    ids = _draw_ids(session, secret, draw, len(places))
    codes = [(code_id, place, 1) for code_id, place in zip(ids, places, strict=True)]
    _write(session, _rows(campaign_id, ("open", POSTER), codes, secret, today))
    add_issued(session, campaign_id=campaign_id, way=POSTER, places=places)
    return len(codes)


def issue_personal(
    session: Session,
    *,
    campaign_id: int,
    group: str,
    school: str | None,
    count: int,
    secret: bytes,
    now: datetime,
    today: date,
    draw: Draw,
    way: str = "slip",
) -> int:
    """`count` more personal codes for a group at a school (its code), or in the county. Gives how many.

    Raises SurveyError(`codes.count`), SurveyError(`codes.outside_frame`), SurveyError(`campaign.sealed`), and
    SurveyError(`codes.closed`) where the campaign is over by `now`.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise SurveyError("codes.count", "invalid", count=count, limit=MOST_AT_ONCE)
    frame_id = lock_campaign(session, campaign_id, now=now)
    cell = _find_cell(session, frame_id, group, school)
    wanted = {(cell.group, cell.school_id): count}
    return add_personal(session, campaign_id=campaign_id, wanted=wanted, secret=secret, today=today, draw=draw, way=way)


def count_crowd(session: Session, *, campaign_id: int, group: str, school: str | None) -> tuple[int, int]:
    """The people of a place in the frame, and the personal codes that count there."""
    frame_id = session.get_one(Campaign, campaign_id).frame_id
    cell = _find_cell(session, frame_id, group, school)
    issued = count_issued(session, campaign_id=campaign_id).get((cell.group, cell.school_id), Issued())
    return cell.population, issued.personal


def add_personal(
    session: Session,
    *,
    campaign_id: int,
    wanted: Mapping[Place, int],
    secret: bytes,
    today: date,
    draw: Draw,
    way: str = "slip",
) -> int:
    """So many more personal codes at each of these places of the frame. Gives how many. The campaign is locked."""
    places = []
    for place, count in wanted.items():
        first = _last_position(session, campaign_id, place) + 1
        places += [(place, number) for number in range(first, first + count)]
    if not places:
        return 0
    ids = _draw_ids(session, secret, draw, len(places))
    codes = [(code_id, *place) for code_id, place in zip(ids, places, strict=True)]
    _write(session, _numbered(session, campaign_id, _rows(campaign_id, ("personal", way), codes, secret, today)))
    add_issued(session, campaign_id=campaign_id, way=way, places=(place for place, _ in places))
    return len(codes)


def lock_campaign(session: Session, campaign_id: int, *, now: datetime) -> int:
    """The campaign's frame. Whoever issues codes for the same campaign waits: positions follow one another.

    Who answers meanwhile does not wait (the lock is one that leaves the key alone). Raises
    SurveyError(`campaign.sealed`), and SurveyError(`codes.closed`) where the campaign is over by `now`.
    """
    query = select(Campaign.frame_id, Campaign.sealed_on, Campaign.closes_at).where(Campaign.id == campaign_id)
    frame_id, sealed_on, closes_at = session.execute(query.with_for_update(key_share=True)).one()
    if sealed_on is not None:
        raise SurveyError("campaign.sealed", "conflict")
    if closes_at is not None and closes_at <= now:
        raise SurveyError("codes.closed", "conflict")
    return int(frame_id)


def _find_cell(session: Session, frame_id: int, group: str, school: str | None) -> CellView:
    for cell in list_cells(session, frame_id=frame_id):
        if cell.group == group and cell.school_code == school and cell.population > 0:
            return cell
    raise SurveyError("codes.outside_frame", "invalid", group=shorten(group), school=shorten(school or "-"))


def _live_places(session: Session, campaign_id: int) -> set[Place]:
    query = select(Code.group, Code.school_id).where(
        Code.campaign_id == campaign_id, Code.kind == "open", Code.voided_on.is_(None)
    )
    return {(group, school) for group, school in session.execute(query)}


def _last_position(session: Session, campaign_id: int, place: Place) -> int:
    group, school = place
    here = Code.school_id.is_(None) if school is None else Code.school_id == school
    query = select(func.max(Code.position)).where(
        Code.campaign_id == campaign_id, Code.kind == "personal", Code.group == group, here
    )
    return session.scalar(query) or 0


# Ids


def _draw_ids(session: Session, secret: bytes, draw: Draw, count: int) -> list[bytes]:
    """Fresh random ids, none of which has the typed form of another code: 45 bits collide now and then."""
    fresh: dict[bytes, bytes] = {}  # digest of the typed form -> id
    while len(fresh) < count:
        drawn = [draw(ID_LENGTH) for _ in range(count - len(fresh))]
        candidates = {digest_typed(secret, typed_of(secret, code_id)): code_id for code_id in drawn}
        for digest in _taken(session, candidates):
            del candidates[digest]
        fresh.update(candidates)
    return list(fresh.values())


def _taken(session: Session, digests: Iterable[bytes]) -> Iterator[bytes]:
    sought = list(digests)
    for start in range(0, len(sought), BATCH):
        some = sought[start : start + BATCH]
        yield from session.scalars(select(Code.short_digest).where(Code.short_digest.in_(some)).distinct())


# Rows


def _rows(
    campaign_id: int, kind: tuple[str, str], codes: Sequence[tuple[bytes, Place, int]], secret: bytes, today: date
) -> Iterator[dict[str, Any]]:
    for code_id, (group, school_id), position in codes:
        yield {
            "campaign_id": campaign_id,
            "id": code_id,
            "kind": kind[0],
            "way": kind[1],
            "group": group,
            "school_id": school_id,
            "position": position,
            "number": None,
            "digest": digest_token(secret, token_of(secret, code_id)),
            "short_digest": digest_typed(secret, typed_of(secret, code_id)),
            "issued_on": today,
        }


def _numbered(session: Session, campaign_id: int, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """With the next numbers of the campaign, in the order of random ids, and room for them in the tallies."""
    last = session.scalar(select(func.max(Code.number)).where(Code.campaign_id == campaign_id))
    first = 0 if last is None else last + 1
    ordered = sorted(rows, key=lambda row: row["id"])
    add_tallies(session, campaign_id=campaign_id, first=first, last=first + len(ordered) - 1)
    for number, row in enumerate(ordered, start=first):
        yield {**row, "number": number}


def _write(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """In the order of random ids: where a row lies then tells nothing of its place among the slips."""
    ordered = sorted(rows, key=lambda row: row["id"])
    if ordered:  # an empty list would be one row of defaults
        session.execute(insert(Code), ordered)
