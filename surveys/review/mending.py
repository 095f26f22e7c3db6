"""Mending what was found: evidence is submitted and judged, up to three times, and only the reviewers' side closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import SurveyError
from surveys.holding import hold_campaign
from surveys.models import Account, Campaign, Region, ReviewFinding, ReviewMending
from surveys.review.files import Upload, check_files, keep_files
from surveys.review.findings import Finding, get_finding, read_findings
from surveys.review.people import Person, get_person, is_side_of
from surveys.review.writing import Problems, read_text

# what a reviewer may decide -> the states of a finding in which that makes sense
VERDICTS = {
    "accepted": ("submitted",),
    "refused": ("submitted",),
    "overruled": ("not_mended",),
    "withdrawn": ("open", "submitted", "not_mended", "noted"),
}


@dataclass(frozen=True)
class Task:
    """A finding that somebody has to mend, and the campaign that it is about."""

    campaign: str
    county: str
    finding: Finding


def submit_evidence(
    session: Session, *, campaign: str, by: str, finding: int, text: str, files: Sequence[Upload], now: datetime
) -> Finding:
    """Say what was done about a finding, with files: for its owner, or an officer of the county.

    Raises SurveyError(`review.no_finding`, `review.not_open`, `review.evidence_invalid`).
    """
    found = get_campaign(session, name=campaign, now=now)
    hold_campaign(session, campaign_id=found.id)
    task = get_finding(session, campaign_id=found.id, number=finding)
    _refuse_stranger(session, found, task, by)
    if task.state != "open":
        raise SurveyError("review.not_open", "conflict", number=finding)
    problems: Problems = []
    kept = read_text(text, "text", problems)
    check_files(files, problems)
    if problems:
        raise SurveyError("review.evidence_invalid", "invalid", problems)
    row = _add(session, found, task, "submitted", kept, by, now)
    keep_files(session, campaign_id=found.id, finding=finding, mending=row.number, uploads=files)
    facts = {"finding": finding, "round": task.round + 1, "files": len(files)}
    trail.record(session, campaign_id=found.id, now=now, by=by, action="review.submitted", **facts)
    return get_finding(session, campaign_id=found.id, number=finding)


def judge(
    session: Session, *, campaign: str, by: str, finding: int, verdict: str, reason: str, now: datetime
) -> Finding:
    """Accept what was submitted, or refuse it with reasons; overrule what was refused three times; withdraw a finding.

    For the side of the reviewer who raised it, or one above. Raises SurveyError(`review.no_finding`,
    `review.not_your_finding`, `review.not_judged_now`, `review.verdict_invalid`).
    """
    found = get_campaign(session, name=campaign, now=now)
    hold_campaign(session, campaign_id=found.id)
    task = get_finding(session, campaign_id=found.id, number=finding)
    if not is_side_of(get_person(session, name=by), task.region_path):
        raise SurveyError("review.not_your_finding", "forbidden", number=finding)
    if task.state not in VERDICTS.get(verdict, ()):
        raise SurveyError("review.not_judged_now", "conflict", number=finding)
    problems: Problems = []
    kept = read_text(reason, "reason", problems, least=0 if verdict == "accepted" else 10)
    if problems:
        raise SurveyError("review.verdict_invalid", "invalid", problems)
    _add(session, found, task, verdict, kept, by, now)
    facts = {"finding": finding, "round": task.round}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=f"review.{verdict}", **facts)
    return get_finding(session, campaign_id=found.id, number=finding)


def verdicts_for(finding: Finding, person: Person) -> tuple[str, ...]:
    """What a person can decide about a finding now."""
    if not is_side_of(person, finding.region_path):
        return ()
    return tuple(verdict for verdict, states in VERDICTS.items() if finding.state in states)


def is_mender(person: Person, finding: Finding, county_path: str) -> bool:
    """Whether a person may submit evidence: the owner, or an officer of the county."""
    return person.name == finding.owner or (person.role == "officer" and person.region_path == county_path)


def list_tasks(session: Session, *, by: str) -> tuple[Task, ...]:
    """What an account has to mend, in every campaign; those that are closed come last."""
    own = select(Account.id).where(Account.name == by).scalar_subquery()
    query = select(Campaign.id, Campaign.name, Region.name).join(Region, Region.id == Campaign.county_id)
    wanted = select(ReviewFinding.campaign_id).where(ReviewFinding.owner_id == own)
    tasks = [
        Task(name, county, each)
        for key, name, county in session.execute(query.where(Campaign.id.in_(wanted)))
        for each in read_findings(session, ReviewFinding.campaign_id == key, ReviewFinding.owner_id == own)
    ]
    return tuple(sorted(tasks, key=lambda task: (task.finding.state not in ("open", "not_mended"), task.finding.at)))


def _refuse_stranger(session: Session, campaign: CampaignView, task: Finding, by: str) -> None:
    """Whoever is not to mend a finding does not learn that it is there; what is only noted is nobody's to mend."""
    if task.owner is None or not is_mender(get_person(session, name=by), task, campaign.county_path):
        raise SurveyError("review.no_finding", "missing", number=task.number)


def _add(
    session: Session, campaign: CampaignView, task: Finding, kind: str, text: str, by: str, now: datetime
) -> ReviewMending:
    row = ReviewMending(campaign_id=campaign.id, finding=task.number, number=len(task.mendings) + 1, kind=kind)
    row.text, row.by, row.at = text, by, now
    session.add(row)
    session.flush()
    return row
