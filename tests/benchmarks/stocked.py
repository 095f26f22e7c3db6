"""A county with a million stored responses to twenty questions; the rows are written by the driver, to be quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, papers_of
from surveys.db import Database
from surveys.models import FrameCell
from tests import factories
from tests.benchmarks.workplace import SEED

SCHOOLS = 200
ITEMS = 20
STAGES = ("primary", "junior")
LOCALITIES = ("urban", "town", "rural")
OF_SCHOOL = {"student": 0.35, "parent": 0.47, "teacher": 0.07, "principal": 0.01}  # shares of all responses
OF_COUNTY = {"npc_deputy": 0.004, "cppcc_member": 0.003, "public": 0.093}
MORE = 1.5  # people of the frame for one response
CODES = np.array([4, 3, 2, 1, 9, 0], np.uint8)  # 0 is a blank
ODDS = (0.5, 0.25, 0.12, 0.06, 0.04, 0.03)
DIMENSIONS = ("moral_education", "equity_policy", "quality_education", "lighter_burden")
COLUMNS = (
    "campaign_id", "id", "group", "school_id", "version_id", "answers", "language", "channel", "received_on", "pace",
    "repeat_device",
)  # fmt: skip
Cell = tuple[str, int | None, int]  # group, school, responses


def stock(database: Database, people: int, *, items: int = ITEMS) -> CampaignView:
    """Four groups at each of the schools and three of the county answer a paper of twenty questions, or so many."""
    with database.begin() as session:
        factories.add_county(session, people=_people(people), schools=_schools())
        factories.publish_paper(session, instrument="twenty", sections=[_section(items)])
        groups = (*OF_SCHOOL, *OF_COUNTY)
        campaign = factories.add_campaign(session, papers={group: ["twenty"] for group in groups})
        cells = _cells(session, campaign)
        version = papers_of(session, campaign_id=campaign.id)[0].version_id
    with database.engine.begin() as connection:
        rows = _rows(campaign.id, version, cells, items)
        cursor = connection.connection.cursor()
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        if database.engine.dialect.name == "sqlite":
            cursor.executemany(f"INSERT INTO responses ({names}) VALUES ({', '.join('?' * len(COLUMNS))})", rows)
        else:
            with cursor.copy(f"COPY responses ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("ANALYZE")
    return campaign


def _schools() -> Mapping[str, tuple[str, str]]:
    return {f"S{place:03}": (STAGES[place % 2], LOCALITIES[place % 3]) for place in range(SCHOOLS)}


def _people(people: int) -> Mapping[str | None, Mapping[str, int]]:
    """People of the frame: about MORE for each response."""
    of_school = {group: round(MORE * people * share / SCHOOLS) for group, share in OF_SCHOOL.items()}
    of_county = {group: round(MORE * people * share) for group, share in OF_COUNTY.items()}
    return {**dict.fromkeys(_schools(), of_school), None: of_county}


def _section(items: int) -> Mapping[str, Any]:
    asked = [_item(place, last=place == items - 1) for place in range(items)]
    return {"id": "all", "title": factories.both("全部"), "items": asked}


def _item(place: int, *, last: bool) -> Mapping[str, Any]:
    item = {"id": f"q{place:02}", "text": factories.both(f"q{place:02}"), "scale": "satisfaction-4", "required": False}
    if last:
        return {**item, "role": "overall"}
    return {**item, "role": "item", "dimension": DIMENSIONS[place % len(DIMENSIONS)]}


def _cells(session: Session, campaign: CampaignView) -> list[Cell]:
    query = select(FrameCell.group, FrameCell.school_id, FrameCell.population)
    rows = session.execute(query.where(FrameCell.frame_id == campaign.frame_id).order_by(FrameCell.id))
    return [(group, school, round(population / MORE)) for group, school, population in rows]


def _rows(campaign_id: int, version: int, cells: list[Cell], items: int) -> Iterator[tuple[object, ...]]:
    """In the order of random ids, as the ledger keeps them."""
    rng = np.random.default_rng(SEED)
    at = rng.permutation(np.repeat(np.arange(len(cells)), [size for _, _, size in cells])).tolist()
    drawn = rng.bytes(16 * len(at))
    ids = sorted(drawn[place : place + 16] for place in range(0, len(drawn), 16))
    answers = _answers(rng, len(at), items)
    for cell, row_id, sheet in zip(at, ids, answers, strict=True):
        group, school, _ = cells[cell]
        yield (
            campaign_id, row_id, group, school, version, sheet.tobytes(), "zh-CN", "open", factories.TODAY.isoformat(),
            None, False,
        )  # fmt: skip


def _answers(rng: np.random.Generator, people: int, items: int) -> NDArray[np.uint8]:
    return CODES[np.searchsorted(np.cumsum(ODDS[:-1]), rng.random((people, items), np.float32))]
