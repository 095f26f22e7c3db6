"""A campaign in a simulated county whose first schools are coached, with paces and arrivals; honest where asked."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.quality.contamination import Coaching, add_careless, coach
from analysis.quality.simulation import PARENT, County, CountyPlan, simulate_county
from surveys.campaigns import CampaignView, papers_of
from surveys.fieldwork.arrivals import SLOT, add_arrivals
from surveys.models import School
from surveys.responses import ImportedResponse, add_imported
from tests import factories
from tests.factories import NOW, SECRET, TODAY, both

ITEMS, REVERSED = 12, (3, 8)
PLAN = CountyPlan(schools=16, parents=60, students=60, items=ITEMS, reversed_items=REVERSED)
SEVERE = Coaching(schools=2, share=0.95, seconds=2.6, spread=0.15)
OPTIONS = ("很满意", "满意", "一般", "不满意", "很不满意")


def paper() -> dict[str, Any]:
    """Twelve questions on a scale of five, two of them the other way round, and whether somebody told how to answer."""
    scored = [
        {
            "id": f"q{number}",
            **({"role": "overall"} if number == ITEMS - 1 else {"role": "item", "dimension": "education_quality"}),
            "text": both(f"q{number}"),
            "scale": "satisfaction-5",
            "direction": -1 if number in REVERSED else 1,
        }
        for number in range(ITEMS)
    ]
    told = {"id": "told_how", "role": "conduct", "text": both("told"), "scale": "yes-no", "required": False}
    scales = {
        "satisfaction-5": {
            "options": [
                *({"code": 5 - place, "text": both(text)} for place, text in enumerate(OPTIONS)),
                {"code": 9, "text": both("不了解")},
            ],
            "dont_know": [9],
        },
        "yes-no": {
            "options": [{"code": code, "text": both(text)} for code, text in ((1, "有"), (2, "没有"), (9, "不清楚"))],
            "dont_know": [9],
        },
    }
    sections = [{"id": "all", "title": both("全部"), "items": [*scored, told]}]
    return {"instrument": "long", "sections": sections, "scales": scales, "comment": None}


def simulate(*, honest: bool = False, seed: int = 1) -> County:
    rng = np.random.default_rng(seed)
    county = add_careless(simulate_county(PLAN, rng), {"speed": 0.02, "straight": 0.01}, rng)
    return county if honest else coach(county, SEVERE, rng)


def add_coached(session: Session, *, honest: bool = False, seed: int = 1) -> CampaignView:
    """The campaign `tiny` with everybody's answers."""
    schools = {f"S{number:02}": ("primary", "urban") for number in range(PLAN.schools)}
    people = {code: {"student": 70, "parent": 70} for code in schools}
    factories.add_county(session, people=people, schools=schools)
    factories.publish_paper(session, **paper())
    campaign = factories.add_campaign(session, papers={"student": ["long"], "parent": ["long"]})
    add_county_answers(session, campaign, simulate(honest=honest, seed=seed))
    return campaign


def add_county_answers(session: Session, campaign: CampaignView, county: County) -> None:
    version = papers_of(session, campaign_id=campaign.id)[0].version_id
    ids = session.scalars(select(School.id).order_by(School.code)).all()
    draw = np.random.default_rng(7)
    rows = [
        ImportedResponse(
            str(place),
            "parent" if county.group[place] == PARENT else "student",
            ids[county.school[place]],
            version,
            bytes([*county.answers[place].tolist(), 1 if _told(county, place, draw) else 2]),
            "zh-CN",
            TODAY,
            pace=min(int(county.seconds[place]), 60),
        )
        for place in range(county.school.size)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)
    begin = int(NOW.timestamp()) // SLOT
    counts: dict[tuple[int, int, str, int | None], tuple[int, int]] = {}
    for place in range(county.school.size):
        group = "parent" if county.group[place] == PARENT else "student"
        key = (campaign.id, begin + int(county.moment[place]) // SLOT, group, ids[county.school[place]])
        opened, completed = counts.get(key, (0, 0))
        counts[key] = (opened + 1, completed + 1)
    add_arrivals(session, counts)


def _told(county: County, place: int, draw: np.random.Generator) -> bool:
    coached = bool(county.coached[county.school[place]]) and county.group[place] == PARENT
    return bool(draw.random() < (0.5 if coached else 0.02))
