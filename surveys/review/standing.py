"""Where a review stands: read from its acts, one after another, and never stored."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Campaign, Region, ReviewAct
from surveys.review.model import Signature, Stage, Standing, State


def standing(session: Session, *, campaign_id: int) -> Standing:
    """Where the review of a campaign stands."""
    stages = stages_of(session, campaign_id=campaign_id)
    return fold(stages, list_acts(session, campaign_id=campaign_id))


def stages_of(session: Session, *, campaign_id: int) -> tuple[Stage, ...]:
    """Without a city above it, a county's score goes to the province at once."""
    has_city = "city" in regions_above(session, campaign_id=campaign_id)
    return ("county", "city", "province", "submitted") if has_city else ("county", "province", "submitted")


def regions_above(session: Session, *, campaign_id: int) -> dict[str, Region]:
    """The county itself and what it belongs to, by level."""
    county = select(Region.path).join(Campaign, Campaign.county_id == Region.id).where(Campaign.id == campaign_id)
    codes = session.scalars(county).one().strip("/").split("/")
    return {region.level: region for region in session.scalars(select(Region).where(Region.code.in_(codes)))}


def list_acts(session: Session, *, campaign_id: int) -> tuple[ReviewAct, ...]:
    """Every signature and every return, the first one first."""
    query = select(ReviewAct).where(ReviewAct.campaign_id == campaign_id).order_by(ReviewAct.number)
    return tuple(session.scalars(query))


def fold(stages: Sequence[Stage], acts: Sequence[ReviewAct]) -> Standing:
    """Pure: the same acts give the same standing."""
    place, state = 0, "open"
    signatures: list[Signature] = []
    for act in acts:
        place = next(number for number, stage in enumerate(stages) if stage == act.stage)
        if act.kind == "signed":
            signatures.append(_signature(act))
            place, state = place + 1, "open"
        else:
            place, state = place - 1, "returned"
            del signatures[place:]
    stage = stages[place]
    return Standing(stage, _state("signed" if stage == "submitted" else state), tuple(stages), tuple(signatures))


def _state(word: str) -> State:
    states: tuple[State, ...] = ("open", "returned", "signed")
    return next(each for each in states if each == word)


def _signature(act: ReviewAct) -> Signature:
    if act.evaluation is None or act.digest is None:
        raise LookupError("a signature without what was signed")
    return Signature(act.stage, act.evaluation, act.by, act.at, act.digest)
