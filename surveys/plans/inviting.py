"""Slips for whoever was drawn: as many personal codes at each place as it has invited people, never one too many."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlalchemy.orm import Session

from surveys import trail
from surveys.codes.counts import count_issued
from surveys.codes.issuing import Draw, Place, add_personal, lock_campaign
from surveys.plans.basis import load_cells
from surveys.plans.drawing import get_drawn


def issue_invited(
    session: Session,
    *,
    campaign_id: int,
    secret: bytes,
    now: datetime,
    today: date,
    draw: Draw,
    by: str,
    way: str = "slip",
) -> int:
    """What is missing at each place of the drawn plan. Gives how many are new; again, none.

    Slips that were voided are issued anew, and those that were issued by hand count. Which slip goes to which number of
    the list is nowhere: any of a place's slips is right for any of its people.
    Raises SurveyError(`plan.none`, `draw.not_drawn`, `codes.closed`, `campaign.sealed`).
    """
    lock_campaign(session, campaign_id, now=now)
    wanted = count_missing(session, campaign_id=campaign_id)
    issued = add_personal(
        session, campaign_id=campaign_id, wanted=wanted, secret=secret, today=today, draw=draw, way=way
    )
    if issued:
        plan = get_drawn(session, campaign_id=campaign_id).number
        facts = {"plan": plan, "count": issued, "places": len(wanted), "way": way}
        trail.record(session, campaign_id=campaign_id, now=now, by=by, action="codes.issued", **facts)
    return issued


def count_missing(session: Session, *, campaign_id: int) -> dict[Place, int]:
    """How many slips each place of the drawn plan still lacks, in the order of groups and schools."""
    plan = get_drawn(session, campaign_id=campaign_id)
    there = count_issued(session, campaign_id=campaign_id)
    invited: Counter[Place] = Counter()
    for cell, _ in sorted(load_cells(session, plan), key=lambda row: row[0].number):
        invited[cell.group, cell.school_id] += cell.invited or 0
    lacking = {place: count - (there[place].personal if place in there else 0) for place, count in invited.items()}
    return {place: count for place, count in lacking.items() if count > 0}
