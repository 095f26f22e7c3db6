"""Small valid things to start a test from: a county, its frame, a tiny paper, an open campaign, a filled-in sheet.

Everything is right by default; a test names what it changes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from surveys import campaigns, codes, responses
from surveys.campaigns import CampaignView
from surveys.codes import Door, Slip
from surveys.codes.tallies import MARK, USED, day_of, with_marks
from surveys.codes.using import void_codes
from surveys.instruments.model import Instrument
from surveys.instruments.versions import publish_instrument
from surveys.models import Code, Frame, FrameCell, Region, School
from surveys.responses import Receipt

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)  # ten in the morning in China
TODAY = date(2026, 5, 12)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)  # when codes are issued, also those of a survey that is over by now
SECRET = b"a secret that only the tests know"
SCORECARD = "renke-default"

# school -> stage, locality, people by group; None is the county
PEOPLE: Mapping[str | None, Mapping[str, int]] = {
    "P01": {"student": 60, "parent": 60, "teacher": 8, "principal": 1},
    "P02": {"student": 40, "parent": 40, "teacher": 5, "principal": 1},
    "J01": {"student": 80, "parent": 80, "teacher": 12, "principal": 1},
    None: {"npc_deputy": 20},
}
SCHOOLS = {"P01": ("primary", "urban"), "P02": ("primary", "rural"), "J01": ("junior", "town")}

SATISFACTION = [(4, "非常满意"), (3, "满意"), (2, "基本满意"), (1, "不满意"), (9, "不了解")]
_numbers = count(1)


def drawer(seed: int = 1) -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    return random.Random(seed).randbytes


# Counties


def add_county(
    session: Session,
    *,
    code: str = "demo",
    people: Mapping[str | None, Mapping[str, int]] = PEOPLE,
    schools: Mapping[str, tuple[str, str]] = SCHOOLS,
) -> Region:
    """A county under a province of its own, with schools and a frame."""
    parent = _add_region(session, f"{code}-province", "province", None)
    county = _add_region(session, code, "county", parent)
    rows = {name: _school(county, name, *schools[name]) for name in people if name is not None}
    frame = Frame(county_id=county.id, number=1, digest=code, imported_at=NOW)
    session.add_all([*rows.values(), frame])
    session.flush()
    for school, groups in people.items():
        stratum = "county" if school is None else ".".join(reversed(schools[school]))
        place = {"school_id": None if school is None else rows[school].id, "stratum": stratum, "frame_id": frame.id}
        session.add_all(FrameCell(group=group, population=size, **place) for group, size in groups.items())
    session.flush()
    return county


def _add_region(session: Session, code: str, level: str, parent: Region | None) -> Region:
    path = f"{parent.path if parent else '/'}{code}/"
    key = parent.id if parent else None
    region = Region(code=code, name=f"{code}（模拟）", level=level, parent_id=key, path=path, simulated=True)
    session.add(region)
    session.flush()
    return region


def _school(county: Region, code: str, stage: str, locality: str) -> School:
    return School(
        county_id=county.id,
        region_id=county.id,
        code=code,
        name=f"{code}学校（模拟）",
        stage=stage,
        locality=locality,
        pupils=100,
        teachers=10,
    )


# Papers


def instrument_document(**changes: Any) -> dict[str, Any]:
    """A paper of three questions: `teaching` must be answered, `homework` need not, `overall` must."""
    document: dict[str, Any] = {
        "instrument": "tiny",
        "languages": ["zh-CN", "en"],
        "title": both("小问卷"),
        "introduction": both("请按自己的想法回答。"),
        "minutes": 1,
        "groups": [*PEOPLE["P01"], "npc_deputy", "cppcc_member", "public"],
        "scales": {
            "satisfaction-4": {
                "options": [{"code": code, "text": both(text)} for code, text in SATISFACTION],
                "dont_know": [9],
            }
        },
        "sections": [
            {
                "id": "all",
                "title": both("全部"),
                "items": [
                    _item("teaching", dimension="education_quality"),
                    _item("homework", dimension="lighter_burden", required=False),
                    _item("overall", role="overall"),
                ],
            }
        ],
        "comment": {"text": both("还有什么想说的？"), "note": both("请不要写姓名。"), "limit": 100},
    }
    return {key: value for key, value in (document | changes).items() if value is not None}


def both(text: str) -> dict[str, str]:
    """A text in Chinese and English."""
    return {"zh-CN": text, "en": f"({text})"}


def _item(name: str, *, role: str = "item", **more: Any) -> dict[str, Any]:
    return {"id": name, "role": role, "text": both(name), "scale": "satisfaction-4", **more}


def publish_paper(session: Session, **changes: Any) -> Instrument:
    """Publish the tiny paper."""
    content = json.dumps(instrument_document(**changes), ensure_ascii=False)
    return publish_instrument(session, content=content, now=NOW).instrument


# Campaigns


def campaign_document(**changes: Any) -> str:
    """The YAML (in its JSON spelling) of an open campaign in the county `demo` in which all answer the tiny paper."""
    document: dict[str, Any] = {
        "campaign": "tiny",
        "county": "demo",
        "title": both("小调查（模拟数据）"),
        "organiser": both("模拟县督导委员会"),
        "opens": (NOW - timedelta(days=1)).isoformat(),
        "scorecard": SCORECARD,
        "papers": {group: ["tiny"] for groups in PEOPLE.values() for group in groups},
    }
    document = {key: value for key, value in (document | changes).items() if value is not None}
    return json.dumps(document, ensure_ascii=False, indent=1)


def add_campaign(session: Session, **changes: Any) -> CampaignView:
    """The open campaign, with its county and its paper where they are not there yet."""
    county = changes.get("county", "demo")
    if session.scalars(select(Region).where(Region.code == county)).first() is None:
        add_county(session, code=county)
    publish_paper(session)
    return campaigns.create_campaign(session, content=campaign_document(**changes), now=NOW, timezone=ZONE)


# Codes and answers


def add_slips(session: Session, campaign: CampaignView, *, count: int = 1, seed: int = 1) -> tuple[Slip, ...]:
    """Personal codes for the parents of P01, in the order of their numbers."""
    issue_slips(session, campaign, count=count, seed=seed)
    return list_slips(session, campaign, kind="personal", group="parent", school="P01")


def issue_slips(session: Session, campaign: CampaignView, *, seed: int = 1, **changes: Any) -> int:
    wanted: dict[str, Any] = {"group": "parent", "school": "P01", "count": 1, "now": BEFORE} | changes
    return codes.issue_personal(
        session, campaign_id=campaign.id, secret=SECRET, today=TODAY, draw=drawer(seed), **wanted
    )


def add_posters(session: Session, campaign: CampaignView, *, seed: int = 2) -> tuple[Slip, ...]:
    """An open code for every school and group."""
    codes.issue_open(session, campaign_id=campaign.id, secret=SECRET, now=BEFORE, today=TODAY, draw=drawer(seed))
    return list_slips(session, campaign, kind="open")


def list_slips(session: Session, campaign: CampaignView, **wanted: Any) -> tuple[Slip, ...]:
    return codes.list_slips(session, campaign_id=campaign.id, secret=SECRET, **wanted)


def used_codes(session: Session) -> dict[bytes, date]:
    """The ids of the codes that are used, and when they were."""
    query = select(Code.id, MARK).select_from(with_marks(Code.__table__)).where(USED.is_not(None))
    return {bytes(code_id): day for code_id, mark in session.execute(query) if (day := day_of(bytes(mark)))}


def void(session: Session, *which: ColumnElement[bool]) -> None:
    """Void codes, as an officer does whose slips were lost."""
    codes = session.execute(select(Code.campaign_id, Code.id).where(*which)).all()
    for campaign_id in {campaign_id for campaign_id, _ in codes}:
        ids = [code_id for its, code_id in codes if its == campaign_id]
        void_codes(session, campaign_id=campaign_id, code_ids=ids, today=TODAY)


def open_door(session: Session, slip: Slip | str, *, now: datetime = NOW) -> Door:
    """The door behind a slip, or behind what somebody typed."""
    typed = slip if isinstance(slip, str) else slip.token
    return codes.find_door(session, typed=typed, secret=SECRET, now=now)


def fill_in(instrument: Instrument, **changes: Sequence[str]) -> dict[str, Sequence[str]]:
    """Every question answered with its first option, but for `changes`."""
    first = {item.id: [str(item.scale.options[0].code)] for item in instrument.items}
    return {**first, **changes}


def fresh_key() -> str:
    """A submission key as no page has had before."""
    return f"a-key-of-the-tests-{next(_numbers):08}"


def send(session: Session, door: Door, **changes: Any) -> Receipt:
    """Submit a filled-in sheet."""
    paper = door.papers[0]
    sheet: dict[str, Any] = {
        "version_id": paper.version_id,
        "key": fresh_key(),
        "raw": fill_in(paper.instrument),
        "comment": None,
        "language": "zh-CN",
        "pace": 5,
        "repeat_device": False,
        "now": NOW,
        "today": TODAY,
        "secret": SECRET,
    }
    return responses.submit(session, door=door, **(sheet | changes))
