"""Voiding codes that were lost, leaked or left over, and issuing others in their place.

The trail tells who did it and why, and where the codes were for; never which they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.codes.issuing import Draw, add_posters, issue_personal, lock_campaign
from surveys.codes.naming import Found, Which, find_unspent
from surveys.codes.slips import COUNTY, PRINTED, Slip, list_slips
from surveys.codes.using import void_codes
from surveys.errors import SurveyError
from surveys.models import PaperEntry

VOID, REISSUE = "codes.voided", "codes.reissued"
LONGEST_REASON = 200

PlaceKey = tuple[str, str, str, str | None, int | None]  # kind, way, group, school by code and by key


@dataclass(frozen=True)
class Place:
    """Codes of one kind, group and school among those of a deed; new ones are those at `first` to `last`.

    `keyed` are paper forms of which something was keyed, that waited and was dropped with the code.
    """

    kind: str
    way: str
    group: str
    school: str | None
    count: int
    school_id: int | None
    first: int | None = None
    last: int | None = None
    keyed: int = 0


@dataclass(frozen=True)
class Deed:
    """That codes were voided, or issued in place of voided ones."""

    number: int
    at: datetime
    by: str
    reason: str
    places: tuple[Place, ...]
    reissued: bool

    @property
    def count(self) -> int:
        return sum(place.count for place in self.places)

    @property
    def printed(self) -> bool:
        """Whether a kit can be made of them; paper forms and links for messages are handed out otherwise."""
        return any(place.way in PRINTED for place in self.places)

    @property
    def ways(self) -> frozenset[str]:
        return frozenset(place.way for place in self.places)

    @property
    def keyed(self) -> int:
        return sum(place.keyed for place in self.places)


def void_slips(
    session: Session, *, campaign_id: int, secret: bytes, which: Which, reason: str, today: date, now: datetime, by: str
) -> Sequence[Place]:
    """Void these codes, or none of them. Gives where they were for.

    Raises SurveyError(`codes.not_voided`) and the others of `find_unspent`, SurveyError(`codes.reason`),
    SurveyError(`campaign.sealed`) and SurveyError(`codes.closed`).
    """
    said = _read_reason(reason)
    lock_campaign(session, campaign_id, now=now)
    found = find_unspent(session, campaign_id=campaign_id, secret=secret, which=which)
    void_codes(session, campaign_id=campaign_id, code_ids=[code.id for code in found], today=today)
    dropped = _drop_keyings(session, campaign_id, found)
    keyed = Counter(_place_of(code) for code in found if code.number in dropped)
    places = [
        Place(*key[:4], count=count, school_id=key[4], keyed=keyed[key])
        for key, count in Counter(map(_place_of, found)).items()
    ]
    _record(session, campaign_id, now, by, VOID, said, places)
    return places


def reissue_slips(
    session: Session,
    *,
    campaign_id: int,
    secret: bytes,
    which: Which,
    reason: str,
    today: date,
    now: datetime,
    by: str,
    draw: Draw,
) -> Deed:
    """Void these codes and issue as many for the same places: see `list_reissued`. Raises as `void_slips`."""
    keys: dict[str, Any] = {"campaign_id": campaign_id, "secret": secret}
    voided = void_slips(session, which=which, reason=reason, today=today, now=now, by=by, **keys)
    new = [_replace(session, place, now=now, today=today, draw=draw, **keys) for place in voided]
    _record(session, campaign_id, now, by, REISSUE, _read_reason(reason), new)
    return list_voids(session, campaign_id=campaign_id)[0]


def _drop_keyings(session: Session, campaign_id: int, voided: Iterable[Found]) -> set[int]:
    """Forget what was keyed of these forms, which would wait for ever. Gives their numbers; the campaign is locked."""
    own = PaperEntry.campaign_id == campaign_id
    numbers = {code.number for code in voided}
    waiting = numbers.intersection(session.scalars(select(PaperEntry.number).where(own)))
    if waiting:
        session.execute(delete(PaperEntry).where(own, PaperEntry.number.in_(waiting)))
    return waiting


def list_voids(session: Session, *, campaign_id: int) -> tuple[Deed, ...]:
    """Everything that was voided and reissued, the newest first."""
    deeds = (each for each in trail.list_deeds(session, campaign_id=campaign_id) if each.action in (VOID, REISSUE))
    return tuple(
        Deed(
            each.number,
            each.at,
            each.by,
            each.facts["reason"],
            tuple(Place(**place) for place in each.facts["places"]),
            reissued=each.action == REISSUE,
        )
        for each in deeds
    )


def list_reissued(session: Session, *, campaign_id: int, secret: bytes, number: int) -> tuple[Slip, ...]:
    """The codes that were issued by the deed of this number. Raises SurveyError(`codes.no_deed`)."""
    for deed in list_voids(session, campaign_id=campaign_id):
        if deed.number == number and deed.reissued:
            kept = (_slips_of(session, place, campaign_id=campaign_id, secret=secret) for place in deed.places)
            return tuple(slip for slips in kept for slip in slips)
    raise SurveyError("codes.no_deed", "missing")


# Replacing


def _replace(
    session: Session, place: Place, *, campaign_id: int, secret: bytes, now: datetime, today: date, draw: Draw
) -> Place:
    """As many new codes as were voided at a place. Gives where they are among its codes."""
    keys: dict[str, Any] = {"campaign_id": campaign_id, "secret": secret}
    new: dict[str, Any] = {"today": today, "draw": draw, **keys}
    if place.kind == "open":
        add_posters(session, places=[(place.group, place.school_id)], **new)
    else:
        issue_personal(
            session, group=place.group, school=place.school, count=place.count, way=place.way, now=now, **new
        )
    slips = _slips_of(session, place, **keys)[-place.count :]
    return replace(place, first=slips[0].position, last=slips[-1].position)


def _slips_of(session: Session, place: Place, *, campaign_id: int, secret: bytes) -> Sequence[Slip]:
    """The codes of a place that count; of a deed's new ones, those at its positions."""
    first, last = place.first or 0, place.last
    slips = list_slips(
        session,
        campaign_id=campaign_id,
        secret=secret,
        kind=place.kind,
        group=place.group,
        school=place.school or COUNTY,
        way=place.way,
    )
    kept = [slip for slip in slips if slip.voided_on is None and slip.position >= first]
    return [slip for slip in kept if last is None or slip.position <= last]


# Telling


def _place_of(code: Found) -> PlaceKey:
    return code.kind, code.way, code.group, code.school_code, code.school_id


def _read_reason(reason: str) -> str:
    read = " ".join(reason.split())
    if not read or len(read) > LONGEST_REASON:
        raise SurveyError("codes.reason", "invalid", limit=LONGEST_REASON)
    return read


def _record(
    session: Session, campaign_id: int, now: datetime, by: str, action: str, reason: str, places: Iterable[Place]
) -> None:
    facts = {"reason": reason, "places": [asdict(place) for place in places]}
    trail.record(session, campaign_id=campaign_id, now=now, by=by, action=action, **facts)
