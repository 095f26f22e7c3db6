"""Findings: what a reviewer found wrong, and how far it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import Problem, SurveyError
from surveys.holding import hold_campaign
from surveys.models import SEVERITIES, Account, Region, ReviewFile, ReviewFinding, ReviewMending, School
from surveys.review.people import get_person, is_above, list_owners
from surveys.review.standing import standing
from surveys.review.visiting import find_school
from surveys.review.writing import Day, Problems, read_choice, read_day, read_text

FOUND = "review.found"
CATEGORIES = ("codes", "told", "frame", "returns", "data", "scoring", "other")
MOST_ROUNDS = 3
LONGEST = timedelta(days=366)  # a county is evaluated within the year
CLOSED = ("mended", "overruled", "withdrawn", "noted")


@dataclass(frozen=True)
class FileView:
    """A file of the evidence; its content is fetched by itself."""

    number: int
    name: str
    kind: str
    size: int
    digest: str


@dataclass(frozen=True)
class Mending:
    """One thing that was done about a finding."""

    number: int
    kind: str
    text: str
    by: str
    at: datetime
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A finding with all that was done about it.

    `region_path` is of the reviewer's region, whose side alone closes it; without an owner it is only noted.
    """

    number: int
    region_path: str
    region_name: str
    school: str | None
    school_name: str | None
    category: str
    severity: str
    text: str
    owner: str | None
    due: date | None
    by: str
    at: datetime
    mendings: tuple[Mending, ...] = field(default=())

    @property
    def refusals(self) -> int:
        return sum(each.kind == "refused" for each in self.mendings)

    @property
    def round(self) -> int:
        """How often evidence was submitted."""
        return sum(each.kind == "submitted" for each in self.mendings)

    @property
    def state(self) -> str:
        """One of: noted, open, submitted, not_mended (refused for the last time), mended, overruled, withdrawn."""
        last = self.mendings[-1].kind if self.mendings else ""
        if last == "refused":
            return "not_mended" if self.refusals >= MOST_ROUNDS else "open"
        untouched = "noted" if self.owner is None else "open"
        return {"": untouched, "accepted": "mended"}.get(last, last)

    @property
    def blocks(self) -> bool:
        """Whether nobody can sign before this is mended."""
        return self.severity == "must" and self.state not in CLOSED

    def is_overdue(self, today: date) -> bool:
        return self.due is not None and self.due < today and self.state in ("open", "not_mended")


def raise_finding(
    session: Session,
    *,
    campaign: str,
    by: str,
    category: str,
    severity: str,
    text: str,
    now: datetime,
    today: date,
    school: str | None = None,
    owner: str | None = None,
    due: Day = None,
) -> Finding:
    """Note a finding about the county, or one school: for any evaluator above, until all is submitted.

    What must be mended needs an owner and a day. Raises SurveyError(`review.not_above`, `review.not_closed`,
    `review.over`, `review.finding_invalid`).
    """
    found = get_campaign(session, name=campaign, now=now)
    hold_campaign(session, campaign_id=found.id)
    person = get_person(session, name=by)
    if not is_above(person, found.county_path):
        raise SurveyError("review.not_above", "forbidden")
    _refuse_moment(session, found)
    problems: Problems = []
    row = ReviewFinding(campaign_id=found.id, region_id=person.region_id, by=by, at=now)
    row.category = read_choice(category, "category", CATEGORIES, problems)
    row.severity = read_choice(severity, "severity", SEVERITIES, problems)
    row.text = read_text(text, "text", problems)
    row.school_id = _read_school(session, found.id, school, problems)
    row.owner_id, row.due = _read_task(session, found, owner, due, today, severity, problems)
    if problems:
        raise SurveyError("review.finding_invalid", "invalid", problems)
    last = session.scalar(select(func.max(ReviewFinding.number)).where(ReviewFinding.campaign_id == found.id)) or 0
    row.number = last + 1
    session.add(row)
    facts = {"number": row.number, "category": category, "severity": severity, "school": school, "owner": owner}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=FOUND, **facts)
    return get_finding(session, campaign_id=found.id, number=row.number)


def list_findings(session: Session, *, campaign_id: int) -> tuple[Finding, ...]:
    """Every finding of a campaign by number, with what was done about it."""
    return read_findings(session, ReviewFinding.campaign_id == campaign_id)


def get_finding(session: Session, *, campaign_id: int, number: int) -> Finding:
    """Raises SurveyError(`review.no_finding`)."""
    found = read_findings(session, ReviewFinding.campaign_id == campaign_id, ReviewFinding.number == number)
    if not found:
        raise SurveyError("review.no_finding", "missing", number=number)
    return found[0]


def read_findings(session: Session, *which: object) -> tuple[Finding, ...]:
    """The findings that fulfil `which`, with their owners, mendings and files; no content of a file is read."""
    query = (
        select(ReviewFinding, Region.path, Region.name, School.code, School.name, Account.name)
        .join(Region, Region.id == ReviewFinding.region_id)
        .outerjoin(School, School.id == ReviewFinding.school_id)
        .outerjoin(Account, Account.id == ReviewFinding.owner_id)
        .where(*which)  # type: ignore[arg-type]
        .order_by(ReviewFinding.campaign_id, ReviewFinding.number)
    )
    rows = session.execute(query).all()
    mendings = _read_mendings(session, {row[0].campaign_id for row in rows})
    return tuple(_view(*row, mendings=mendings.get((row[0].campaign_id, row[0].number), ())) for row in rows)


def _read_mendings(session: Session, campaigns: set[int]) -> dict[tuple[int, int], tuple[Mending, ...]]:
    files: dict[tuple[int, int, int], list[FileView]] = {}
    columns = (ReviewFile.number, ReviewFile.name, ReviewFile.kind, ReviewFile.size, ReviewFile.digest)
    query = select(ReviewFile.campaign_id, ReviewFile.finding, ReviewFile.mending, *columns)
    for row in session.execute(query.where(ReviewFile.campaign_id.in_(campaigns)).order_by(ReviewFile.number)):
        files.setdefault((row[0], row[1], row[2]), []).append(FileView(*row[3:]))
    found: dict[tuple[int, int], list[Mending]] = {}
    acts = select(ReviewMending).where(ReviewMending.campaign_id.in_(campaigns)).order_by(ReviewMending.number)
    for act in session.scalars(acts):
        own = tuple(files.get((act.campaign_id, act.finding, act.number), ()))
        mending = Mending(act.number, act.kind, act.text, act.by, act.at, own)
        found.setdefault((act.campaign_id, act.finding), []).append(mending)
    return {place: tuple(acts_of) for place, acts_of in found.items()}


def _view(
    row: ReviewFinding,
    path: str,
    region: str,
    school: str | None,
    school_name: str | None,
    owner: str | None,
    *,
    mendings: Sequence[Mending],
) -> Finding:
    about = (row.category, row.severity, row.text, owner, row.due, row.by, row.at)
    return Finding(row.number, path, region, school, school_name, *about, mendings=tuple(mendings))


def _refuse_moment(session: Session, campaign: CampaignView) -> None:
    if campaign.state != "closed":
        raise SurveyError("review.not_closed", "conflict")
    if standing(session, campaign_id=campaign.id).stage == "submitted":
        raise SurveyError("review.over", "conflict")


def _read_school(session: Session, campaign_id: int, code: str | None, problems: Problems) -> int | None:
    if not code:
        return None
    found = find_school(session, campaign_id=campaign_id, code=code)
    if found is None:
        problems.append(Problem("review.school_unknown", field="school", value=code[:40]))
    return found


def _read_task(
    session: Session,
    campaign: CampaignView,
    owner: str | None,
    due: Day,
    today: date,
    severity: str,
    problems: Problems,
) -> tuple[int | None, date | None]:
    """Whose task it is, and until when: both for what must be mended, both or none for a note."""
    if severity == "note" and not owner and due is None:
        return None, None
    if owner not in {each.name for each in list_owners(session, county_path=campaign.county_path)}:
        problems.append(Problem("review.owner", field="owner", value=(owner or "")[:40]))
        owner = None
    until = read_day(due, "due", "review.due", problems, first=today, last=today + LONGEST)
    account = session.scalars(select(Account.id).where(Account.name == owner)).one_or_none() if owner else None
    return account, until
