"""Kits as they are handed out: what goes into one, and who printed the same codes before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.codes.counts import POSTER, count_issued
from surveys.codes.slips import COUNTY, PRINTED, SLIP, Slip, list_slips
from surveys.codes.voiding import list_reissued
from surveys.models import School
from surveys.plans.basis import find_plan
from surveys.plans.positions import Envelope, list_envelopes

PRINT = "kit.printed"


@dataclass(frozen=True)
class Part:
    """Which codes: of a kind, of a group, of a school (or COUNTY), of one deed that issued new ones; None is all."""

    kind: str | None = None
    group: str | None = None
    school: str | None = None
    deed: int | None = None

    def overlaps(self, other: Part) -> bool:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return all(own is None or its is None or own == its for own, its in pairs)


@dataclass(frozen=True)
class Print:
    """That a kit was made. It holds the same codes whenever it is made, so that two of it are two of every slip."""

    number: int  # in the trail
    at: datetime
    by: str
    part: Part
    posters: int
    slips: int


@dataclass(frozen=True)
class Kit:
    """The codes and the envelopes of one part, and the newest print that had some of the same codes."""

    part: Part
    slips: tuple[Slip, ...]
    envelopes: tuple[Envelope, ...]
    before: Print | None

    def count(self, kind: str) -> int:
        """How many codes of a kind are printed: those that were used are not."""
        return sum(slip.kind == kind and slip.used_on is None for slip in self.slips)


@dataclass(frozen=True)
class Line:
    """What one school, or the county, has to be printed: codes that count, used ones among them; and the last print.

    All may be 0: its codes are on paper forms or in messages then, which no kit has.
    """

    school_code: str | None
    school_name: str | None
    posters: int
    personal: int
    before: Print | None

    @property
    def school(self) -> str:
        """By which its kit is asked for."""
        return self.school_code or COUNTY


def list_kits(session: Session, *, campaign_id: int) -> tuple[Line, ...]:
    """Every school that has codes, by code; the county comes last."""
    prints = list_prints(session, campaign_id=campaign_id)
    counted: dict[int | None, Counter[str]] = {}
    for (_, school_id), issued in count_issued(session, campaign_id=campaign_id).items():
        counted.setdefault(school_id, Counter()).update(issued.by_way)
    query = select(School.id, School.code, School.name).where(School.id.in_([key for key in counted if key]))
    schools: dict[int | None, tuple[str | None, str | None]] = {None: (None, None)}
    schools |= {school_id: (code, name) for school_id, code, name in session.execute(query)}
    lines = (
        Line(
            *schools[key],
            each[POSTER],
            each[SLIP],
            find_print(prints, Part(school=schools[key][0] or COUNTY)),
        )
        for key, each in counted.items()
        if each.total()
    )
    return tuple(sorted(lines, key=lambda line: (line.school_code is None, line.school_code or "")))


def read_kit(session: Session, *, campaign_id: int, secret: bytes, part: Part) -> Kit:
    """What a kit of this part is made from; codes that are void are not in it."""
    slips = list_slips(
        session,
        campaign_id=campaign_id,
        secret=secret,
        kind=part.kind,
        group=part.group,
        school=part.school,
        way=PRINTED,
    )
    before = find_print(list_prints(session, campaign_id=campaign_id), part)
    envelopes = tuple(_envelopes(session, campaign_id, part))
    return Kit(part, tuple(slip for slip in slips if slip.voided_on is None), envelopes, before)


def read_reissued(session: Session, *, campaign_id: int, secret: bytes, number: int) -> Kit:
    """A kit of the codes that the deed of this number issued. Raises SurveyError(`codes.no_deed`)."""
    slips = list_reissued(session, campaign_id=campaign_id, secret=secret, number=number)
    part = Part(deed=number)
    prints = list_prints(session, campaign_id=campaign_id)
    since = (each for each in prints if each.part.deed in (None, number) and each.number > number)
    return Kit(part, tuple(slip for slip in slips if slip.way in PRINTED), (), next(since, None))


def _envelopes(session: Session, campaign_id: int, part: Part) -> Iterator[Envelope]:
    """Those of the drawn plan; none where nobody was drawn: everybody is asked then, or whoever gets a slip."""
    plan = find_plan(session, campaign_id=campaign_id)
    if plan is None or plan.seed is None:
        return
    for each in list_envelopes(session, campaign_id=campaign_id, school=part.school or None):
        if part.group in (None, each.group) and (part.school != COUNTY or each.school_code is None):
            yield each


def record_print(session: Session, *, campaign_id: int, kit: Kit, now: datetime, by: str) -> None:
    """Tell the trail that these codes are handed out; which they are it does not know."""
    facts = {"part": asdict(kit.part), "posters": kit.count("open"), "slips": kit.count("personal")}
    trail.record(session, campaign_id=campaign_id, now=now, by=by, action=PRINT, **facts)


def list_prints(session: Session, *, campaign_id: int) -> tuple[Print, ...]:
    """Every print of a campaign, the newest first."""
    return tuple(
        Print(deed.number, deed.at, deed.by, Part(**deed.facts["part"]), deed.facts["posters"], deed.facts["slips"])
        for deed in trail.list_deeds(session, campaign_id=campaign_id, action=PRINT)
    )


def find_print(prints: Iterable[Print], part: Part) -> Print | None:
    """The first of `prints` that had some of the codes of `part`."""
    return next((each for each in prints if each.part.overlaps(part)), None)
