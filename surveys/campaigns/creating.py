"""From a YAML document to a campaign: shape first, then meaning, each with every problem at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.campaigns.reading import get_campaign
from surveys.campaigns.versions import find_instrument, find_scorecard, instrument_names, scorecard_names
from surveys.disclosure.versions import publish_meant, rule_names
from surveys.documents import Document, Step, read_document, refuse_no_texts
from surveys.errors import Problem, SurveyError
from surveys.frames.views import CellView, FrameView, find_latest_frame, list_cells
from surveys.groups import GROUPS
from surveys.models import Campaign, CampaignPaper, Region
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.versions import PublishedScorecard

SCHEMA = Path(__file__).parent / "schema" / "campaign.schema.json"
NAME_TAKEN = "campaign.name_taken"
MOMENT = "2025-05-12 08:00"


@dataclass
class _Reading:
    """A document on its way to a campaign, and what was found wrong with it so far."""

    session: Session
    document: Document
    now: datetime
    timezone: ZoneInfo
    problems: list[Problem] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.document.data
        return data

    def complain(self, path: Sequence[Step], code: str, value: object = None, **params: object) -> None:
        self.problems.append(self.document.problem(path, code, value, **params))


def create_campaign(session: Session, *, content: str | bytes, now: datetime, timezone: ZoneInfo) -> CampaignView:
    """The campaign that `content` describes, in draft or scheduled; times without a zone are in `timezone`.

    Raises SurveyError(`campaign.malformed`, `campaign.shape`, `campaign.invalid`) with all problems, or
    `campaign.name_taken` where nothing but the name stands in the way. Then nothing is written.
    """
    document = read_document(content, SCHEMA, kind="campaign")
    refuse_no_texts(document, kind="campaign")
    reading = _Reading(session, document, now, timezone)
    try:
        with session.begin_nested():  # versions that were published on the way are undone with the rest
            _create(reading)
    except IntegrityError:  # somebody took the name just now
        raise _name_taken(reading) from None
    return get_campaign(session, name=reading.data["campaign"], now=now)


def _create(reading: _Reading) -> None:
    _check_name(reading)
    opens, closes = _read_moments(reading)
    county = _find_county(reading)
    frame = _find_frame(reading, county)
    scorecard = _find_scorecard(reading)
    publication = _find_publication(reading)
    papers = _find_papers(reading)
    _check_scoring(reading, scorecard, papers)
    _check_coverage(reading, frame, papers)
    if reading.problems or county is None or frame is None or scorecard is None:
        raise _refusal(reading)
    campaign = Campaign(county_id=county.id, frame_id=frame.id, scorecard_version_id=scorecard.version_id)
    campaign.publication_version_id = publication
    _write(reading, campaign, opens, closes, papers)


def _write(
    reading: _Reading, campaign: Campaign, opens: datetime | None, closes: datetime | None, papers: Sequence[Paper]
) -> None:
    data, session = reading.data, reading.session
    campaign.name, campaign.title, campaign.organiser = data["campaign"], data["title"], data["organiser"]
    campaign.approval, campaign.contact = data.get("approval"), data.get("contact")
    campaign.opens_at, campaign.closes_at, campaign.created_at = opens, closes, reading.now
    session.add(campaign)
    session.flush()
    for position, paper in enumerate(papers):
        key = {"campaign_id": campaign.id, "group": paper.group, "version_id": paper.version_id}
        session.add(CampaignPaper(**key, position=position))
    session.flush()


def _refusal(reading: _Reading) -> SurveyError:
    problems = sorted(reading.problems, key=lambda problem: problem.line or 0)
    if all(problem.code == NAME_TAKEN for problem in problems):
        return _name_taken(reading)
    return SurveyError("campaign.invalid", "invalid", problems)


def _name_taken(reading: _Reading) -> SurveyError:
    name = reading.data["campaign"]
    return SurveyError(NAME_TAKEN, "conflict", [reading.document.problem(["campaign"], NAME_TAKEN, name)], name=name)


def _check_name(reading: _Reading) -> None:
    name = reading.data["campaign"]
    if reading.session.scalar(select(Campaign.id).where(Campaign.name == name)) is not None:
        reading.complain(["campaign"], NAME_TAKEN, name)


# Times


def _read_moments(reading: _Reading) -> tuple[datetime | None, datetime | None]:
    opens, closes = _read_moment(reading, "opens"), _read_moment(reading, "closes")
    if opens is not None and closes is not None and opens >= closes:
        reading.complain(["closes"], "campaign.closes_before_opening", reading.data["closes"])
    return opens, closes


def _read_moment(reading: _Reading, key: str) -> datetime | None:
    """A date with a time, as YAML knows them or as text. A day alone is refused: does it open at its start or end?"""
    given = reading.data.get(key)
    if given is None and key not in reading.data:
        return None
    try:
        moment = given if isinstance(given, datetime) else _parse_moment(given)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=reading.timezone)
    except ValueError:
        reading.complain([key], "campaign.time_unreadable", "" if given is None else given, expected=MOMENT)
        return None


def _parse_moment(given: object) -> datetime:
    if not isinstance(given, str) or ":" not in given:
        raise ValueError
    return datetime.fromisoformat(given.strip())


# County and frame


def _find_county(reading: _Reading) -> Region | None:
    code = reading.data["county"]
    query = select(Region).where(Region.code == code, Region.level == "county")
    county = reading.session.scalars(query).one_or_none()
    if county is None:
        reading.complain(["county"], "campaign.county_unknown", code)
    return county


def _find_frame(reading: _Reading, county: Region | None) -> FrameView | None:
    if county is None:
        return None
    frame = find_latest_frame(reading.session, county=county.code)
    if frame is None:
        reading.complain(["county"], "campaign.frame_missing", county.code)
    return frame


# Scorecard, publication rule and papers


def _find_scorecard(reading: _Reading) -> PublishedScorecard | None:
    name = reading.data["scorecard"]
    scorecard = find_scorecard(reading.session, name=name, now=reading.now)
    if scorecard is None:
        known = ", ".join(scorecard_names(reading.session))
        reading.complain(["scorecard"], "campaign.scorecard_unknown", name, expected=known)
    return scorecard


def _find_publication(reading: _Reading) -> int | None:
    """The version of the publication rule that is named; None where none is."""
    name = reading.data.get("publication")
    if name is None:
        return None
    try:
        return publish_meant(reading.session, reference=name, now=reading.now).version_id
    except SurveyError:
        known = ", ".join(rule_names(reading.session))
        reading.complain(["publication"], "campaign.publication_unknown", name, expected=known)
        return None


def _find_papers(reading: _Reading) -> list[Paper]:
    groups = reading.data["papers"]
    for group in groups:
        if group not in GROUPS:
            reading.complain(["papers", group], "campaign.group_unknown", group, expected=", ".join(GROUPS))
    return list(chain.from_iterable(_find_papers_of(reading, group) for group in GROUPS if group in groups))


def _find_papers_of(reading: _Reading, group: str) -> list[Paper]:
    papers: list[Paper] = []
    for number, name in enumerate(reading.data["papers"][group]):
        path: list[Step] = ["papers", group, number]
        found = find_instrument(reading.session, name=name, now=reading.now)
        if found is None:
            known = ", ".join(instrument_names(reading.session))
            reading.complain(path, "campaign.instrument_unknown", name, expected=known)
        elif group not in found.instrument.groups:
            asked = ", ".join(found.instrument.groups)
            reading.complain(path, "campaign.paper_for_others", name, group=group, expected=asked)
        elif any(paper.instrument.name == found.name for paper in papers):
            reading.complain(path, "campaign.paper_repeated", name)
        else:
            papers.append(Paper(group, found.version_id, found.number, found.instrument))
    return papers


def _check_scoring(reading: _Reading, scorecard: PublishedScorecard | None, papers: Sequence[Paper]) -> None:
    """What the scorecard cannot score would else come to light when all answers are in."""
    if scorecard is None or reading.problems:
        return
    instruments = list({paper.version_id: paper.instrument for paper in papers}.values())
    try:
        compile_rule(scorecard.scorecard, number=scorecard.number, instruments=instruments)
    except SurveyError as error:
        line = reading.document.line(["scorecard"])
        reading.problems += (replace(each, line=line, path="scorecard") for each in error.problems)


def _check_coverage(reading: _Reading, frame: FrameView | None, papers: Sequence[Paper]) -> None:
    """Everybody in the frame must find a paper behind the code of their school."""
    if frame is None:
        return
    asked = reading.data["papers"]
    cells = list_cells(reading.session, frame_id=frame.id)
    for group in GROUPS:
        inside = [cell for cell in cells if cell.group == group and cell.population > 0]
        if inside and group not in asked:
            total = sum(cell.population for cell in inside)
            reading.complain(["papers"], "campaign.group_without_paper", group, group=group, population=total)
        else:
            _check_stages(reading, group, inside, [paper for paper in papers if paper.group == group])


def _check_stages(reading: _Reading, group: str, inside: Sequence[CellView], papers: Sequence[Paper]) -> None:
    if len(papers) < len(reading.data["papers"].get(group, ())):
        return  # a paper that is already complained of might be the one
    for stage in sorted({cell.stage for cell in inside if cell.stage is not None}):
        if not any(paper.fits(stage) for paper in papers):
            reading.complain(["papers", group], "campaign.stage_without_paper", stage, group=group, stage=stage)
