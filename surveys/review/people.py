"""Who may act in a review: by role and by region, and never by asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.errors import SurveyError
from surveys.models import Account, Region
from surveys.review.model import Stage, Standing
from surveys.review.standing import regions_above

MADE = ("campaign.created", "campaign.opened", "campaign.closed")  # what the trail calls the work of its makers


@dataclass(frozen=True)
class Person:
    """An account as a review sees it."""

    id: int
    name: str
    role: str
    region_id: int
    region_path: str


@dataclass(frozen=True)
class Owner:
    """Whom a finding can be given to: the county's officers, and the liaisons of its schools."""

    name: str
    role: str
    school_id: int | None


def get_person(session: Session, *, name: str) -> Person:
    """Raises SurveyError(`review.nobody`) for a name without an account that may sign in."""
    query = select(Account, Region).join(Region, Region.id == Account.region_id)
    row = session.execute(query.where(Account.name == name, Account.active)).one_or_none()
    if row is None:
        raise SurveyError("review.nobody", "missing", name=name)
    account, region = row
    return Person(account.id, account.name, account.role, region.id, region.path)


def acts_for(person: Person, regions: Mapping[str, Region]) -> frozenset[Stage]:
    """The stages that a person signs for: officers for their county, evaluators for their city or province.

    Where there is no province, the nation stands in. What was submitted is taken back by either.
    """
    homes = {level: region.id for level, region in regions.items()}
    province, nation = homes.get("province"), homes.get("nation")
    wanted: dict[Stage, tuple[str, tuple[int | None, ...]]] = {
        "county": ("officer", (homes.get("county"),)),
        "city": ("evaluator", (homes.get("city"),)),
        "province": ("evaluator", (province or nation,)),
        "submitted": ("evaluator", (province, nation)),
    }
    return frozenset(
        stage for stage, (role, places) in wanted.items() if person.role == role and person.region_id in places
    )


def is_above(person: Person, county_path: str) -> bool:
    """Whether a person reviews the county: an evaluator of a region that the county lies in."""
    return person.region_path != county_path and is_side_of(person, county_path)


def is_side_of(person: Person, region_path: str) -> bool:
    """Whether a person stands where the reviewer of this region does, or above."""
    return person.role == "evaluator" and region_path.startswith(person.region_path)


def get_actor(session: Session, *, campaign_id: int, by: str, stage: Stage) -> Person:
    """Whoever acts for `stage`. Raises SurveyError(`review.nobody`, `review.not_yours`)."""
    person = get_person(session, name=by)
    if stage not in acts_for(person, regions_above(session, campaign_id=campaign_id)):
        raise SurveyError("review.not_yours", "forbidden", stage=stage)
    return person


def refuse_two_hats(session: Session, *, campaign_id: int, by: str, standing: Standing) -> None:
    """Nobody judges the own work: neither who signed for the stage below, nor who made the campaign.

    Raises SurveyError(`review.same_person`, `review.maker`).
    """
    if standing.signatures and standing.signatures[-1].by == by:
        raise SurveyError("review.same_person", "forbidden", stage=standing.signatures[-1].stage)
    if standing.stage != "county" and by in makers_of(session, campaign_id=campaign_id):
        raise SurveyError("review.maker", "forbidden")


def makers_of(session: Session, *, campaign_id: int) -> frozenset[str]:
    """Who made, opened or closed a campaign, as the trail has it."""
    deeds = [deed for action in MADE for deed in trail.list_deeds(session, campaign_id=campaign_id, action=action)]
    return frozenset(deed.by for deed in deeds)


def list_owners(session: Session, *, county_path: str) -> tuple[Owner, ...]:
    """Officers first, then liaisons, by their names."""
    query = (
        select(Account, Region.path)
        .join(Region, Region.id == Account.region_id)
        .where(Account.active, Account.role.in_(("officer", "liaison")))
        .where(Region.path.startswith(county_path, autoescape=True))
    )
    found = [
        Owner(account.name, account.role, account.school_id)
        for account, path in session.execute(query)
        if account.role == "liaison" or path == county_path
    ]
    return tuple(sorted(found, key=lambda owner: (owner.role == "liaison", owner.name)))
