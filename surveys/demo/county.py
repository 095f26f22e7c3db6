"""The fictional county: its regions, frame, campaigns, and the simulated responses of two earlier years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from surveys import campaigns, codes, evaluations, frames, regions, responses
from surveys.campaigns import CampaignView, Paper
from surveys.demo.answers import SimulatedCounty
from surveys.demo.voices import SimulatedVoices
from surveys.frames import CellView

COUNTY, CITY = "demo", "demo-city"
CAMPAIGN = "demo"
EARLIER = "demo-earlier"
OPEN_FOR = timedelta(days=30)
HERE = Path(__file__).parent
TREE = (
    ("demo-province", "模拟省", "province", None, None),
    (CITY, "模拟市", "city", "demo-province", None),
    (COUNTY, "青禾县（模拟）", "county", CITY, 186_000),
)
RESPONSE_RATE = {"student": 0.30, "parent": 0.22, "teacher": 0.55, "principal": 1.0, "public": 0.004}
COUNTY_RATE = 0.55  # deputies and committee members


@dataclass(frozen=True)
class Round:
    """An earlier campaign: its file, when it opened, how many answered beside the rates above, and how content."""

    document: str
    days_ago: int
    share: float
    trend: float


ROUNDS = (Round("earlier.yaml", 365, 1.0, 0.0), Round("before.yaml", 730, 0.7, -0.12))


def make_county(
    session: Session,
    *,
    now: datetime,
    timezone: ZoneInfo,
    secret: bytes,
    draw: Callable[[int], bytes],
    rng: np.random.Generator,
) -> CampaignView:
    """Make the county with two closed campaigns and an open one; the open one is returned."""
    for code, name, level, parent, residents in TREE:
        regions.add_region(
            session, code=code, name=name, level=level, parent=parent, residents=residents, simulated=True
        )
    content = (HERE / "frame.csv").read_bytes()
    frames.import_frame(session, county=COUNTY, content=content, filename="frame.csv", now=now)
    people, voices = SimulatedCounty(rng), SimulatedVoices(rng.spawn(1)[0])  # what is said moves no score
    for round_ in ROUNDS:
        people.trend = round_.trend
        _make_closed(session, round_, people, voices, now=now, timezone=timezone, secret=secret)
    document = (HERE / "campaign.yaml").read_text("utf-8") + _times(now, now + OPEN_FOR)
    campaign = campaigns.create_campaign(session, content=document, now=now, timezone=timezone)
    today = now.astimezone(timezone).date()
    codes.issue_open(session, campaign_id=campaign.id, secret=secret, now=now, today=today, draw=draw)
    return campaign


def _times(opens: datetime, closes: datetime) -> str:
    return f'opens: "{opens.isoformat()}"\ncloses: "{closes.isoformat()}"\n'


def _make_closed(
    session: Session,
    round_: Round,
    people: SimulatedCounty,
    voices: SimulatedVoices,
    *,
    now: datetime,
    timezone: ZoneInfo,
    secret: bytes,
) -> None:
    opened = now - timedelta(days=round_.days_ago)
    document = (HERE / round_.document).read_text("utf-8") + _times(opened, opened + timedelta(days=6))
    campaign = campaigns.create_campaign(session, content=document, now=now, timezone=timezone)
    papers = campaigns.papers_of(session, campaign_id=campaign.id)
    cells = frames.list_cells(session, frame_id=campaign.frame_id)
    day = opened.astimezone(timezone).date()
    rows = _simulate(cells, papers, people, voices, day=day, share=round_.share)
    responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=secret)
    evaluations.evaluate(session, name=campaign.name, now=now)


def _simulate(
    cells: tuple[CellView, ...],
    papers: tuple[Paper, ...],
    county: SimulatedCounty,
    voices: SimulatedVoices,
    *,
    day: date,
    share: float,
) -> Iterator[responses.ImportedResponse]:
    rng = county.rng
    for cell in cells:
        fitting = [each for each in papers if each.group == cell.group and _fits(each, cell)]
        count = int(rng.binomial(cell.population, share * RESPONSE_RATE.get(cell.group, COUNTY_RATE)))
        for place, paper in enumerate(fitting):
            part = count // len(fitting) + (place < count % len(fitting))
            people = county.people(paper.instrument, group=cell.group, school=cell.school_code, count=part)
            for number, answers in enumerate(people):
                yield responses.ImportedResponse(
                    key=f"simulated|{cell.group}|{cell.school_code}|{paper.number}|{place}|{number}",
                    group=cell.group,
                    school_id=cell.school_id,
                    version_id=paper.version_id,
                    answers=answers,
                    language="zh-CN",
                    received_on=day + timedelta(days=int(rng.integers(0, 6))),
                    comment=voices.write(paper.instrument, cell.group),
                )


def _fits(paper: Paper, cell: CellView) -> bool:
    return not paper.instrument.stages or cell.stage is None or cell.stage in paper.instrument.stages


def find_open(session: Session, *, now: datetime) -> CampaignView | None:
    """The county's open campaign, when it is there and still open."""
    found = campaigns.list_campaigns(session, path="/", now=now)
    return next((each for each in found if each.name == CAMPAIGN and each.state == "open"), None)
