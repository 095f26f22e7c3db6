"""A closed and scored campaign in a county of a city of a province, with everybody who has a part in its review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import campaigns, evaluations
from surveys.campaigns import CampaignView, papers_of
from surveys.models import Account, Region, School
from surveys.responses import ImportedResponse, add_imported
from surveys.review import Standing
from surveys.review.drawing import Draw, draw_schools
from surveys.review.findings import Finding, raise_finding
from surveys.review.mending import submit_evidence
from surveys.review.signing import sign
from surveys.review.visiting import POINTS, Seen, Visit, record_visit
from tests import factories
from tests.factories import NOW, SECRET, TODAY

LATER = NOW + timedelta(days=3)
DAY = TODAY + timedelta(days=3)
STATEMENT = "数据真实完整，方法按方案执行，同意上报。"
REASON = "抽查的学校与平台记录不一致，请核实后再报。"
# account -> role, region
PEOPLE = {
    "county": ("officer", "demo"),
    "deputy": ("officer", "demo"),
    "city": ("evaluator", "demo-city"),
    "city-2": ("evaluator", "demo-city"),
    "province": ("evaluator", "demo-province"),
    "inspector": ("evaluator", "demo"),
    "analyst": ("analyst", "demo-city"),
    "abroad": ("evaluator", "other-city"),
    "liaison": ("liaison", "demo"),
    "root": ("administrator", "demo-province"),
}


def add_reviewed(session: Session, *, city: bool = True, score: bool = True) -> CampaignView:
    """The campaign `tiny`, closed; with `city` its county belongs to one."""
    factories.add_county(session)
    factories.add_county(session, code="other")
    if city:
        add_city(session, "demo")
        add_city(session, "other")
    campaign = factories.add_campaign(session)
    add_answers(session, campaign)
    campaigns.close_campaign(session, name="tiny", now=NOW + timedelta(hours=1))
    if score:
        evaluations.evaluate(session, name="tiny", now=NOW + timedelta(hours=2))
    add_people(session)
    return campaigns.get_campaign(session, name="tiny", now=LATER)


def add_city(session: Session, code: str) -> None:
    """A city between a county and its province."""
    county = find_region(session, code)
    province = session.get_one(Region, county.parent_id)
    city = Region(code=f"{code}-city", name=f"{code}市", level="city", parent_id=province.id, simulated=True)
    city.path = f"{province.path}{city.code}/"
    session.add(city)
    session.flush()
    county.parent_id, county.path = city.id, f"{city.path}{code}/"
    session.flush()


def add_answers(session: Session, campaign: CampaignView, *, happy: int = 9, key: str = "") -> None:
    """Twelve parents of each school, so many of them content."""
    (paper, *_) = papers_of(session, campaign_id=campaign.id)
    county = find_region(session, "demo").id
    own = session.scalars(select(School).where(School.county_id == county))
    rows = [
        ImportedResponse(
            key=f"{key}|{school.code}|{number}",
            group="parent",
            school_id=school.id,
            version_id=paper.version_id,
            answers=bytes([4, 4, 4]) if number < happy else bytes([1, 1, 1]),
            language="zh-CN",
            received_on=TODAY,
        )
        for school in own
        for number in range(12)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)


def add_people(session: Session, people: dict[str, tuple[str, str]] = PEOPLE) -> None:
    for name, (role, region) in people.items():
        home = session.scalars(select(Region).where(Region.code == region)).one_or_none()
        if home is not None:
            add_account(session, name, role, home)
    session.flush()


def add_account(session: Session, name: str, role: str, home: Region) -> Account:
    account = Account(name=name, password="x", role=role, region_id=home.id)
    account.active, account.created_at = True, NOW
    session.add(account)
    return account


def find_region(session: Session, code: str) -> Region:
    return session.scalars(select(Region).where(Region.code == code)).one()


def signs(session: Session, by: str, **changes: Any) -> Standing:
    wanted: dict[str, Any] = {"campaign": "tiny", "by": by, "statement": STATEMENT, "now": LATER}
    return sign(session, **(wanted | changes))


def draws(session: Session, by: str = "city", **changes: Any) -> Draw:
    wanted: dict[str, Any] = {"campaign": "tiny", "by": by, "seed": 7, "now": LATER}
    return draw_schools(session, **(wanted | changes))


def visits(session: Session, school: str, by: str = "city", **changes: Any) -> Visit:
    wanted: dict[str, Any] = {"campaign": "tiny", "by": by, "school": school, "now": LATER, "today": DAY}
    wanted |= {"visited_on": DAY, "visitors": "王检、李查", "points": all_well(), "remark": ""}
    return record_visit(session, **(wanted | changes))


def all_well() -> dict[str, Seen]:
    return {point: Seen("yes") for point in POINTS}


def finds(session: Session, by: str = "city", **changes: Any) -> Finding:
    wanted: dict[str, Any] = {"campaign": "tiny", "by": by, "category": "codes", "severity": "must"}
    wanted |= {"text": "P01 的答题条没有密封，班主任当众拆发。", "owner": "county", "due": DAY + timedelta(days=7)}
    return raise_finding(session, **(wanted | {"now": LATER, "today": DAY} | changes))


def submits(session: Session, finding: int = 1, by: str = "county", **changes: Any) -> Finding:
    wanted: dict[str, Any] = {"text": "已重新密封并补发，照片见附件。", "files": (), "now": LATER}
    return submit_evidence(session, campaign="tiny", by=by, finding=finding, **(wanted | changes))


def visit_all(session: Session, by: str = "city") -> None:
    for school in draws(session, by).schools:
        visits(session, school, by)
