"""From what somebody scanned or typed to the questionnaire behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, LargeBinary, any_, bindparam, or_, select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.campaigns.papers import papers_of
from surveys.campaigns.reading import get_campaign_by_id
from surveys.codes.forms import CodeKind, Written, read_code
from surveys.codes.tallies import MARK, day_of, with_marks
from surveys.errors import SurveyError
from surveys.hiding import SMALLEST
from surveys.looking import Looker
from surveys.models import Campaign, Code, FrameCell, School

_cells, _codes, _schools = FrameCell.__table__.c, Code.__table__.c, School.__table__.c
_COLUMNS = (
    _codes.campaign_id,
    _codes.id,
    _codes.kind,
    _codes.group,
    _codes.school_id,
    _codes.number,
    _codes.voided_on,
    _codes.way,
    MARK,
)
_LEDGER = with_marks(Code.__table__)
_DIGESTS = {True: _codes.digest, False: _codes.short_digest}  # scanned or typed
_BY = {
    way: select(column, *_COLUMNS).select_from(_LEDGER).where(column == bindparam("digest"))
    for way, column in _DIGESTS.items()
}
_AMONG = {
    way: select(column, *_COLUMNS)
    .select_from(_LEDGER)
    .where(column == any_(bindparam("digests", type_=ARRAY(LargeBinary))))
    for way, column in _DIGESTS.items()
}
_SCHOOLS = select(_schools.id, _schools.code, _schools.name, _schools.stage).where(
    _schools.id.in_(bindparam("schools", expanding=True))
)
_FEW = (
    select(_cells.school_id, _cells.group)
    .join_from(Campaign.__table__, FrameCell.__table__, _cells.frame_id == Campaign.__table__.c.frame_id)
    .where(
        Campaign.__table__.c.id == bindparam("campaign"),
        or_(_cells.school_id.in_(bindparam("schools", expanding=True)), _cells.school_id.is_(None)),
        _cells.population < bindparam("enough"),
    )
)
PlaceKey = tuple[int, str, int | None]  # campaign, group, school


@dataclass(frozen=True)
class IssuedCode:
    """What the ledger says of one code."""

    campaign_id: int
    id: bytes = field(repr=False)
    kind: CodeKind
    group: str
    school_id: int | None
    number: int | None
    voided_on: date | None
    way: str
    mark: bytes | None = field(repr=False)  # in its tally

    @property
    def used_on(self) -> date | None:
        """The day a personal one was used."""
        return day_of(self.mark)

    @property
    def place(self) -> PlaceKey:
        return self.campaign_id, self.group, self.school_id


@dataclass(frozen=True)
class Place:
    """Where codes lead: the campaign, the school, and the papers of the group that fit the school."""

    campaign: CampaignView
    group: str
    school_id: int | None
    school_code: str | None
    school_name: str | None
    school_stage: str | None
    papers: tuple[Paper, ...]
    few: bool  # people, by the frame: nothing of theirs alone is ever shown

    @property
    def key(self) -> PlaceKey:
        return self.campaign.id, self.group, self.school_id


@dataclass(frozen=True)
class Door:
    """What one code opens."""

    place: Place
    code: IssuedCode

    @property
    def kind(self) -> CodeKind:
        return self.code.kind

    @property
    def channel(self) -> str:
        """How an answer through this door comes in: a link that was sent as a message is a channel of its own."""
        return self.code.way if self.code.way == "sms" else self.code.kind

    @property
    def code_id(self) -> bytes:
        return self.code.id

    @property
    def used_on(self) -> date | None:
        return self.code.used_on

    @property
    def campaign(self) -> CampaignView:
        return self.place.campaign

    @property
    def group(self) -> str:
        return self.place.group

    @property
    def school_id(self) -> int | None:
        return self.place.school_id

    @property
    def papers(self) -> tuple[Paper, ...]:
        return self.place.papers


def find_door(session: Session, *, typed: str, secret: bytes, now: datetime) -> Door:
    """The door of the code in either form, however it was written.

    Raises SurveyError(`code.unknown`), SurveyError(`code.mistyped`) where the check character disagrees, and
    SurveyError(`code.void`). No error carries the code.
    """
    written = read_code(secret, typed)
    row = session.execute(_BY[written.scanned], {"digest": written.digest}).first()
    code = check_code(None if row is None else IssuedCode(*row[1:]))
    (place,) = get_places(session, [code.place], now=now)
    return door_of(code, place)


def find_codes(look: Looker, wanted: Iterable[Written]) -> Mapping[Written, IssuedCode]:
    """The codes among `wanted` that were ever issued."""
    ask = _ask_once if look.dialect == "postgresql" else _ask_each
    return {Written(scanned, digest): IssuedCode(*columns) for scanned, (digest, *columns) in ask(look, wanted)}


def _ask_once(look: Looker, wanted: Iterable[Written]) -> Iterator[tuple[bool, tuple[Any, ...]]]:
    """All in one question, where a question crosses to another process."""
    for scanned in {each.scanned for each in wanted}:
        digests = [each.digest for each in wanted if each.scanned is scanned]
        yield from ((scanned, row) for row in look.all(_AMONG[scanned], {"digests": digests}))


def _ask_each(look: Looker, wanted: Iterable[Written]) -> Iterator[tuple[bool, tuple[Any, ...]]]:
    for each in wanted:
        yield from ((each.scanned, row) for row in look.all(_BY[each.scanned], {"digest": each.digest}))


def check_code(code: IssuedCode | None) -> IssuedCode:
    """The code, if there is one that still counts. Raises SurveyError(`code.unknown`), SurveyError(`code.void`)."""
    if code is None:
        raise SurveyError("code.unknown", "missing")
    if code.voided_on is not None:
        raise SurveyError("code.void", "gone")
    return code


def get_places(session: Session, keys: Sequence[PlaceKey], *, now: datetime) -> list[Place]:
    """Where the codes of campaigns for groups at schools, or in the county, lead; what they share is read once."""
    campaigns = {each: get_campaign_by_id(session, campaign_id=each, now=now) for each in {key[0] for key in keys}}
    papers = {each: papers_of(session, campaign_id=each[0], group=each[1]) for each in {key[:2] for key in keys}}
    sought = sorted({school_id for _, _, school_id in keys if school_id is not None})
    rows = session.execute(_SCHOOLS, {"schools": sought}) if sought else ()
    schools: dict[int | None, tuple[str | None, ...]] = {None: (None, None, None), **{row[0]: row[1:] for row in rows}}
    few = {key for each in campaigns for key in _places_of_few(session, each, sought)}
    return [_place(campaigns[key[0]], key, schools[key[2]], papers[key[:2]], few=key in few) for key in keys]


def _places_of_few(session: Session, campaign_id: int, schools: Sequence[int]) -> Iterator[PlaceKey]:
    """The places at these schools, and in the county, where the frame has few people of a group: one principal, two."""
    asked = {"campaign": campaign_id, "schools": schools, "enough": SMALLEST}
    for school_id, group in session.execute(_FEW, asked):
        yield campaign_id, group, school_id


def _place(
    campaign: CampaignView, key: PlaceKey, school: Sequence[str | None], papers: Sequence[Paper], *, few: bool
) -> Place:
    _, group, school_id = key
    code, name, stage = school
    fitting = tuple(paper for paper in papers if paper.fits(stage))
    return Place(campaign, group, school_id, code, name, stage, fitting, few)


def door_of(code: IssuedCode, place: Place) -> Door:
    return Door(place, code)
