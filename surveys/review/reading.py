"""A review as it is shown: everything in one look, with what the person who looks may do now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, list_campaigns
from surveys.frames import list_cells
from surveys.models import Account, Region, ReviewAct
from surveys.publication import Publication, find_publication, find_shown
from surveys.review.drawing import Draw, DrawAudit, audit_draws, list_draws, visiting_stage
from surveys.review.findings import Finding, list_findings
from surveys.review.freezing import Checked, Verification, verify
from surveys.review.mending import is_mender, verdicts_for
from surveys.review.model import Stage, Standing
from surveys.review.people import Owner, Person, acts_for, get_person, is_above, list_owners, makers_of
from surveys.review.standing import fold, list_acts, regions_above, stages_of, standing
from surveys.review.visiting import Visit, list_visits


@dataclass(frozen=True)
class Act:
    """A signature or a return as it is listed."""

    number: int
    stage: str
    kind: str
    evaluation: int | None
    digest: str | None
    text: str
    unvisited: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class StageView:
    """A stage with the region that acts for it, whether anybody there has an account, and its signature."""

    stage: Stage
    region: str | None
    staffed: bool
    signature: Checked | None


@dataclass(frozen=True)
class SchoolView:
    """A school of the frame; `people` by group as the frame counts them."""

    code: str
    name: str
    stage: str
    locality: str
    people: Mapping[str, int]


@dataclass(frozen=True)
class Rights:
    """What the person who looks may do now. `barred` is why they may not sign although it is their stage's turn."""

    sign: bool = False
    give_back: bool = False
    draw: bool = False
    visit: bool = False
    find: bool = False
    barred: str = ""
    mend: frozenset[int] = frozenset()
    judge: Mapping[int, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Review:
    """Everything about the review of one campaign."""

    standing: Standing
    stages: tuple[StageView, ...]
    visiting: Stage
    acts: tuple[Act, ...]
    verification: Verification
    evaluations: tuple[Publication, ...]  # that are shown, the newest first
    newest: int | None  # of all that are settled
    draws: tuple[Draw, ...]
    audits: tuple[DrawAudit, ...]
    schools: Mapping[str, SchoolView]
    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]
    owners: tuple[Owner, ...]
    rights: Rights

    @property
    def seen(self) -> Mapping[str, Visit]:
        """The visit that counts, by school."""
        return {visit.school: visit for visit in self.visits}

    @property
    def unvisited(self) -> tuple[str, ...]:
        return tuple(code for code in self.draws[-1].schools if code not in self.seen) if self.draws else ()

    @property
    def visited(self) -> int:
        """How many schools of the newest draw were visited."""
        return len(self.draws[-1].schools) - len(self.unvisited) if self.draws else 0

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.blocks)

    @property
    def newer(self) -> int | None:
        """The newest settled evaluation, where another one is signed."""
        signed = self.standing.signed
        return self.newest if signed is not None and self.newest != signed else None


@dataclass(frozen=True)
class Waiting:
    """A campaign in somebody's subtree, where its review stands, and what of it waits for them."""

    campaign: CampaignView
    standing: Standing
    turn: bool
    to_judge: int
    to_mend: int
    overdue: int

    @property
    def waits(self) -> bool:
        return self.turn or bool(self.to_judge or self.to_mend)


def read_review(session: Session, *, campaign: CampaignView, by: str, now: datetime) -> Review:
    """The review of a campaign, for the account `by`."""
    key = campaign.id
    where, person = standing(session, campaign_id=key), get_person(session, name=by)
    verification = verify(session, name=campaign.name, now=now)
    findings = list_findings(session, campaign_id=key)
    numbers = find_shown(session, campaign=campaign)
    shown = tuple(_list_shown(session, campaign, numbers.shown, now))
    return Review(
        standing=where,
        stages=tuple(_view_stages(session, campaign, where, verification)),
        visiting=visiting_stage(where),
        acts=tuple(map(_view_act, list_acts(session, campaign_id=key))),
        verification=verification,
        evaluations=shown,
        newest=next(iter(numbers.settled), None),
        draws=list_draws(session, campaign_id=key),
        audits=audit_draws(session, campaign=campaign.name, now=now),
        schools=list_schools(session, campaign=campaign),
        visits=list_visits(session, campaign_id=key),
        findings=findings,
        owners=list_owners(session, county_path=campaign.county_path),
        rights=_rights(session, campaign, where, person, findings, settled=bool(shown)),
    )


def list_schools(session: Session, *, campaign: CampaignView) -> Mapping[str, SchoolView]:
    """The schools of the campaign's frame by code."""
    found: dict[str, SchoolView] = {}
    people: dict[str, dict[str, int]] = {}
    for cell in list_cells(session, frame_id=campaign.frame_id):
        if cell.school_code is not None:
            people.setdefault(cell.school_code, {})[cell.group] = cell.population
            about = (cell.school_name or "", cell.stage or "", cell.locality or "")
            found[cell.school_code] = SchoolView(cell.school_code, *about, people[cell.school_code])
    return found


def list_waiting(session: Session, *, by: str, path: str, now: datetime, today: date) -> tuple[Waiting, ...]:
    """Closed campaigns of a subtree with what waits for the account `by`; those that wait come first."""
    person = get_person(session, name=by)
    found = [
        _wait(session, each, person, today)
        for each in list_campaigns(session, path=path, now=now)
        if each.state == "closed"
    ]
    return tuple(sorted(found, key=lambda each: (not each.waits, each.standing.stage == "submitted")))


def _wait(session: Session, campaign: CampaignView, person: Person, today: date) -> Waiting:
    regions = regions_above(session, campaign_id=campaign.id)
    acts = list_acts(session, campaign_id=campaign.id)
    where = fold(stages_of(session, campaign_id=campaign.id), acts)
    findings = list_findings(session, campaign_id=campaign.id)
    return Waiting(
        campaign=campaign,
        standing=where,
        turn=where.stage != "submitted" and where.stage in acts_for(person, regions),
        to_judge=sum("accepted" in verdicts_for(each, person) for each in findings),
        to_mend=sum(each.state == "open" and is_mender(person, each, campaign.county_path) for each in findings),
        overdue=sum(each.is_overdue(today) for each in findings),
    )


def _list_shown(
    session: Session, campaign: CampaignView, numbers: Iterable[int], now: datetime
) -> Iterable[Publication]:
    for number in numbers:
        made = find_publication(session, name=campaign.name, now=now, number=number)
        if made is not None:
            yield made


def _view_stages(
    session: Session, campaign: CampaignView, where: Standing, verification: Verification
) -> Iterable[StageView]:
    regions = regions_above(session, campaign_id=campaign.id)
    signed = {each.stage: each for each in verification.checked if each.stands}
    for stage in where.stages:
        top = regions.get("province") or regions.get("nation")
        region = top if stage in ("province", "submitted") else regions.get(stage)
        staffed = region is not None and _is_staffed(session, region, "officer" if stage == "county" else "evaluator")
        yield StageView(stage, region.name if region else None, staffed, signed.get(stage))


def _is_staffed(session: Session, region: Region, role: str) -> bool:
    query = select(Account.id).where(Account.region_id == region.id, Account.role == role, Account.active)
    return session.scalar(query.limit(1)) is not None


def _rights(
    session: Session,
    campaign: CampaignView,
    where: Standing,
    person: Person,
    findings: Iterable[Finding],
    *,
    settled: bool,
) -> Rights:
    own = acts_for(person, regions_above(session, campaign_id=campaign.id))
    turn, visits = where.stage in own, visiting_stage(where)
    barred = _why_barred(session, campaign, where, person) if turn and where.stage != "submitted" else ""
    closed = campaign.state == "closed"
    return Rights(
        sign=turn and settled and closed and not barred and where.stage != "submitted",
        give_back=turn and where.stage != "county",
        draw=turn and where.stage == visits,
        visit=visits in own and all(each.stage != visits for each in where.signatures),
        find=closed and where.stage != "submitted" and is_above(person, campaign.county_path),
        barred=barred,
        mend=frozenset(
            each.number
            for each in findings
            if each.state == "open" and each.owner and is_mender(person, each, campaign.county_path)
        ),
        judge={each.number: found for each in findings if (found := verdicts_for(each, person))},
    )


def _why_barred(session: Session, campaign: CampaignView, where: Standing, person: Person) -> str:
    if where.signatures and where.signatures[-1].by == person.name:
        return "same_person"
    reviewing = where.stage != "county"
    return "maker" if reviewing and person.name in makers_of(session, campaign_id=campaign.id) else ""


def _view_act(row: ReviewAct) -> Act:
    what = (row.number, row.stage, row.kind, row.evaluation, row.digest, row.text, row.unvisited)
    return Act(*what, row.by, row.at)
