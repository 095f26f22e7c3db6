"""A closed county of three schools and a few hundred answers, with a score: what studies are made of."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from surveys import campaigns, frames, responses
from surveys.evaluations import EvaluationView, evaluate
from surveys.responses import ImportedResponse
from surveys.studies import Basis, load_basis
from tests import factories
from tests.factories import NOW

AFTER = NOW + timedelta(hours=1)
# group, school -> answers; the frame has 60, 40, 80 students and parents, 8, 5, 12 teachers, 20 deputies
ANSWERS: Mapping[tuple[str, str | None], int] = {
    ("student", "P01"): 50,
    ("student", "P02"): 30,
    ("student", "J01"): 70,
    ("parent", "P01"): 40,
    ("parent", "P02"): 21,
    ("parent", "J01"): 60,
    ("teacher", "P01"): 8,
    ("teacher", "P02"): 5,
    ("teacher", "J01"): 9,
    ("npc_deputy", None): 15,
}


def closed_county(
    session: Session, answers: Mapping[tuple[str, str | None], int] = ANSWERS, *, dont_know: float = 0.0
) -> Basis:
    """The basis of the first evaluation of the county, with its campaign closed."""
    factories.add_campaign(session)
    add_answers(session, answers, dont_know=dont_know)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    return load_basis(session, name="tiny", now=AFTER, number=made(session).number)


def add_answers(
    session: Session, answers: Mapping[tuple[str, str | None], int] = ANSWERS, *, seed: int = 3, dont_know: float = 0.0
) -> None:
    """Answers for `tiny`. People are content with everything or with little, as in life."""
    campaign = campaigns.get_campaign(session, name="tiny", now=NOW)
    (paper, *_) = campaigns.papers_of(session, campaign_id=campaign.id)
    frame = frames.find_latest_frame(session, county="demo")
    assert frame
    schools = {cell.school_code: cell.school_id for cell in frames.list_cells(session, frame_id=frame.id)}
    draw = random.Random(seed)
    rows = [
        ImportedResponse(
            key=f"{group}|{school}|{number}",
            group=group,
            school_id=schools[school],
            version_id=paper.version_id,
            answers=_answers(draw, dont_know),
            language="zh-CN",
            received_on=factories.TODAY,
        )
        for (group, school), count in answers.items()
        for number in range(count)
    ]
    responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=factories.SECRET)


def made(session: Session, **options: str) -> EvaluationView:
    return evaluate(session, name="tiny", now=AFTER, **options)  # type: ignore[arg-type]


def _answers(draw: random.Random, dont_know: float) -> bytes:
    content = draw.gauss(0.9, 0.8)
    return bytes(
        9 if draw.random() < dont_know else min(max(round(3 + content + draw.gauss(0, 0.7)), 1), 4) for _ in range(3)
    )
