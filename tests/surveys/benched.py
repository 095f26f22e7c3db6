"""A county of twelve schools whose paper asks about people, too: what a bench needs to be tried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from sqlalchemy.orm import Session

from surveys import campaigns, evaluations, frames, responses
from surveys.bench import Bench, open_bench
from surveys.campaigns import CampaignView
from surveys.responses import ImportedResponse
from tests import factories
from tests.factories import NOW, both
from tests.surveys.studied import ANSWERED, add_frame

GRADES, BOARDS = 3, 2
RARE = 9  # pupils who are at the rare grade


def paper() -> dict[str, object]:
    """Background, conduct, five judgements of two dimensions and the overall one."""
    scale = {"options": [{"code": code, "text": both(text)} for code, text in factories.SATISFACTION], "dont_know": [9]}
    grades = [{"code": code, "text": both(f"{code} 年级")} for code in (1, 2, 3, 4)]
    yes_no = [{"code": code, "text": both(text)} for code, text in ((1, "是"), (2, "否"), (9, "不清楚"))]
    items = [
        {"id": "grade", "role": "background", "text": both("几年级？"), "scale": "grades"},
        {"id": "boards", "role": "background", "text": both("住校吗？"), "scale": "yes-no", "required": False},
        {"id": "told_how", "role": "conduct", "text": both("有人教你怎样选吗？"), "scale": "yes-no"},
        *(_item(name, "education_quality") for name in ("teaching", "lessons", "teachers")),
        *(_item(name, "lighter_burden") for name in ("homework", "sleep")),
        {"id": "overall", "role": "overall", "text": both("总的来说？"), "scale": "satisfaction-4"},
    ]
    return {
        "scales": {
            "satisfaction-4": scale,
            "grades": {"options": grades},
            "yes-no": {"options": yes_no, "dont_know": [9]},
        },
        "sections": [{"id": "all", "title": both("全部"), "items": items}],
    }


def _item(name: str, dimension: str) -> dict[str, object]:
    text = both(name)
    return {
        "id": name, "role": "item", "text": text, "scale": "satisfaction-4", "dimension": dimension, "required": False,
    }  # fmt: skip


def ask(session: Session, *, seed: int = 1) -> CampaignView:
    """A closed campaign with its score. Opinions hang together, differ by school and grade, and some are missing."""
    add_frame(session)
    factories.publish_paper(session, **paper())
    ends = NOW - timedelta(hours=1)
    document = factories.campaign_document(
        campaign="newer",
        opens=(ends - timedelta(days=3)).isoformat(),
        closes=ends.isoformat(),
        papers={group: ["tiny"] for group in ANSWERED},
    )
    campaign = campaigns.create_campaign(session, content=document, now=NOW, timezone=factories.ZONE)
    responses.add_imported(
        session, campaign_id=campaign.id, rows=_rows(session, campaign, seed), secret=factories.SECRET
    )
    evaluations.evaluate(session, name="newer", now=NOW)
    return campaign


def _rows(session: Session, campaign: CampaignView, seed: int) -> Iterator[ImportedResponse]:
    rng = np.random.default_rng(seed)
    (sheet, *_) = campaigns.papers_of(session, campaign_id=campaign.id)
    rare = RARE
    for cell in frames.list_cells(session, frame_id=campaign.frame_id):
        count = ANSWERED[cell.group]
        at_school = rng.normal(0, 0.4)
        for number in range(count):
            grade = int(rng.integers(1, GRADES + 1))
            if rare and cell.group == "student":
                grade, rare = 4, rare - 1
            mood = at_school + rng.normal(0, 1) + 0.3 * (grade == 1)
            judged = [_answer(mood + rng.normal(0, 0.9), rng) for _each in range(6)]
            boards = int(rng.choice([1, 2, 9, 0], p=[0.3, 0.6, 0.07, 0.03]))
            told = int(rng.choice([1, 2], p=[0.05, 0.95]))
            yield ImportedResponse(
                key=f"{cell.group}|{cell.school_code}|{number}",
                group=cell.group,
                school_id=cell.school_id,
                version_id=sheet.version_id,
                answers=bytes([grade, boards, told, *judged[:5], max(judged[5], 1)]),
                language="zh-CN",
                received_on=factories.TODAY - timedelta(days=2),
            )


def _answer(mood: float, rng: np.random.Generator) -> int:
    """A code of satisfaction, sometimes "don't know", sometimes blank."""
    if rng.random() < 0.05:
        return 9 if rng.random() < 0.7 else 0
    return int(np.searchsorted([-1.4, -0.6, 0.4], mood)) + 1


def opened(session: Session) -> Bench:
    return open_bench(session, name="newer", now=NOW)
