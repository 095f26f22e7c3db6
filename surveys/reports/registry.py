"""Reports under their serials: the same content has the same serial, and whoever has a serial can verify the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import crockford, trail
from surveys.holding import hold_campaign
from surveys.models import Campaign, Evaluation, ReportSerial, School

BYTES = 16  # of chance in a serial, so that none is ever guessed
LENGTH = 26  # characters that they take
STEP = 5  # characters that stand together where it is printed
ISSUED = "report.issued"


@dataclass(frozen=True)
class Content:
    """What tells one report from another: of whom it is, in which language, and the digest of all that it says."""

    evaluation: int
    kind: str
    school: str | None
    language: str
    digest: str


@dataclass(frozen=True)
class IssuedReport:
    """One report that was issued. `replaced` is the newer one that has taken its place."""

    serial: str
    content: Content
    campaign: str
    made_at: datetime
    made_by: str
    replaced: Replacement | None = None

    @property
    def digest(self) -> str:
        return self.content.digest


@dataclass(frozen=True)
class Replacement:
    """Of a newer report, what may be told to whoever holds the older one."""

    made_at: datetime
    evaluation: int
    digest: str


def issue(
    session: Session,
    *,
    campaign_id: int,
    contents: Sequence[Content],
    now: datetime,
    by: str,
    draw: Callable[[int], bytes],
) -> tuple[IssuedReport, ...]:
    """The report of each of `contents`, under a new serial where this was never said before. The trail knows of it."""
    hold_campaign(session, campaign_id=campaign_id)
    known = set(session.scalars(select(ReportSerial.digest).where(ReportSerial.campaign_id == campaign_id)))
    fresh = [each for each in contents if each.digest not in known]
    places = _Places(session, campaign_id)
    session.add_all(places.row(each, new_serial(draw), now, by) for each in fresh)
    session.flush()
    for number, kind, language in sorted({(each.evaluation, each.kind, each.language) for each in fresh}):
        count = sum((each.evaluation, each.kind, each.language) == (number, kind, language) for each in fresh)
        facts = {"evaluation": number, "kind": kind, "language": language, "reports": count}
        trail.record(session, campaign_id=campaign_id, now=now, by=by, action=ISSUED, **facts)
    issued = {each.digest: each for each in list_issued(session, campaign_id=campaign_id)}
    return tuple(issued[each.digest] for each in contents)


def list_issued(session: Session, *, campaign_id: int) -> tuple[IssuedReport, ...]:
    """All reports of a campaign, the newest first."""
    query = (
        select(ReportSerial, Evaluation.number, School.code, Campaign.name)
        .join(Evaluation, Evaluation.id == ReportSerial.evaluation_id)
        .join(Campaign, Campaign.id == ReportSerial.campaign_id)
        .outerjoin(School, School.id == ReportSerial.school_id)
        .where(ReportSerial.campaign_id == campaign_id)
        .order_by(ReportSerial.made_at.desc(), Evaluation.number.desc(), ReportSerial.serial)
    )
    return _with_newer([_issued(*row) for row in session.execute(query)])


def find_issued(session: Session, *, typed: str) -> IssuedReport | None:
    """The report with this serial, however it was typed."""
    serial = crockford.normalise(typed)
    row = session.get(ReportSerial, serial) if len(serial) == LENGTH and crockford.is_spelled(serial) else None
    if row is None:
        return None
    return next(each for each in list_issued(session, campaign_id=row.campaign_id) if each.serial == serial)


def new_serial(draw: Callable[[int], bytes]) -> str:
    """128 bits of chance in Crockford's base 32."""
    return crockford.encode(draw(BYTES), LENGTH)


def spaced(serial: str) -> str:
    """As it is printed: 0123A-BCDEF-…"""
    return "-".join(serial[start : start + STEP] for start in range(0, len(serial), STEP))


class _Places:
    """The keys of what a report is about."""

    def __init__(self, session: Session, campaign_id: int) -> None:
        self._campaign_id = campaign_id
        evaluations = select(Evaluation.number, Evaluation.id).where(Evaluation.campaign_id == campaign_id)
        self._evaluations: dict[int, int] = {number: key for number, key in session.execute(evaluations)}  # noqa: C416
        schools = select(School.code, School.id).join(Campaign, Campaign.county_id == School.county_id)
        found = session.execute(schools.where(Campaign.id == campaign_id))
        self._schools: dict[str | None, int | None] = {None: None, **{code: key for code, key in found}}  # noqa: C416

    def row(self, content: Content, serial: str, now: datetime, by: str) -> ReportSerial:
        return ReportSerial(
            serial=serial,
            campaign_id=self._campaign_id,
            evaluation_id=self._evaluations[content.evaluation],
            kind=content.kind,
            school_id=self._schools[content.school],
            language=content.language,
            digest=content.digest,
            made_at=now,
            made_by=by,
        )


def _issued(row: ReportSerial, number: int, school: str | None, campaign: str) -> IssuedReport:
    content = Content(number, row.kind, school, row.language, row.digest)
    return IssuedReport(row.serial, content, campaign, row.made_at, row.made_by)


def _with_newer(rows: Sequence[IssuedReport]) -> tuple[IssuedReport, ...]:
    """Replaced is a report by any of a newer evaluation, and by a newer one of its own kind, place and language.

    `rows` come with the newest first.
    """
    latest = max(rows, key=lambda each: each.content.evaluation, default=None)
    own: dict[tuple[object, ...], IssuedReport] = {}
    for each in rows:
        own.setdefault(_subject(each), each)
    return tuple(
        each if latest is None else replace(each, replaced=_replacement(each, latest, own[_subject(each)]))
        for each in rows
    )


def _subject(report: IssuedReport) -> tuple[object, ...]:
    content = report.content
    return content.evaluation, content.kind, content.school, content.language


def _replacement(report: IssuedReport, latest: IssuedReport, own: IssuedReport) -> Replacement | None:
    newer = latest if latest.content.evaluation > report.content.evaluation else own
    if newer.serial == report.serial:
        return None
    return Replacement(newer.made_at, newer.content.evaluation, newer.digest)
