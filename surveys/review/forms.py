"""What reviewers take along to the schools that were drawn: what the frame and the plan say of each, and no result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.plans.basis import find_plan
from surveys.plans.positions import Envelope, list_envelopes
from surveys.review.drawing import Draw, list_draws
from surveys.review.reading import SchoolView, list_schools


@dataclass(frozen=True)
class Errand:
    """A school to visit, with the lists that people were drawn from there; none where nobody was drawn."""

    school: SchoolView
    lists: tuple[Envelope, ...]


def read_errands(
    session: Session, *, campaign: CampaignView, school: str | None = None
) -> tuple[Draw, tuple[Errand, ...]]:
    """The newest draw and its schools, or one of them. Raises SurveyError(`review.school_not_drawn`)."""
    draws = list_draws(session, campaign_id=campaign.id)
    wanted = [code for code in draws[-1].schools if school in (None, code)] if draws else []
    if not wanted:
        raise SurveyError("review.school_not_drawn", "missing", school=(school or "")[:40])
    schools = list_schools(session, campaign=campaign)
    lists: dict[str | None, list[Envelope]] = {}
    for each in _lists(session, campaign):
        lists.setdefault(each.school_code, []).append(each)
    return draws[-1], tuple(Errand(schools[code], tuple(lists.get(code, ()))) for code in wanted)


def _lists(session: Session, campaign: CampaignView) -> Iterator[Envelope]:
    plan = find_plan(session, campaign_id=campaign.id)
    if plan is not None and plan.seed is not None:
        yield from list_envelopes(session, campaign_id=campaign.id)
