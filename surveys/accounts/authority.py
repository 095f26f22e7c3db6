"""Who may invite and look after whom: only roles below one's own, and only inside one's own subtree."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.accounts.model import ROLES, AccountView, account_query, view_of
from surveys.errors import Problem, SurveyError
from surveys.models import Account, Region
from surveys.regions import is_within

MICRODATA_ROLES = ("analyst",)  # who may see figures about few people, and the answers of single ones
# whoever looks after accounts -> the roles that they may invite and look after
GRANTS: Mapping[str, tuple[str, ...]] = {
    "administrator": ROLES,
    "officer": ("liaison", "interviewer", "analyst"),
}


def may_administer(account: AccountView, other: AccountView) -> bool:
    """Whether one may look after the other: never oneself, for which there is a page of one's own."""
    granted = other.role in GRANTS.get(account.role, ())
    return granted and account.id != other.id and is_within(other.region_path, account.region_path)


def check_reach(account: AccountView, *, role: str, region_path: str | None) -> list[Problem]:
    """What is wrong with an account of this role there, if this account asks for it; unknown regions are elsewhere."""
    granted = GRANTS.get(account.role, ())
    problems = []
    if role in ROLES and role not in granted:
        problems.append(Problem("account.grant", field="role", value=role, params={"expected": ", ".join(granted)}))
    if region_path is not None and not is_within(region_path, account.region_path):
        problems.append(Problem("account.region", field="region", params={"region": account.region}))
    return problems


def list_people(session: Session, *, account: AccountView) -> tuple[AccountView, ...]:
    """The accounts that this one looks after, by region and name."""
    query = account_query().where(Region.path.startswith(account.region_path, autoescape=True))
    found = map(view_of, session.execute(query.order_by(Region.path, Account.name)))
    return tuple(each for each in found if may_administer(account, each))


def get_person(session: Session, *, account: AccountView, number: int) -> AccountView:
    """The account with this number, which this one looks after; others are unknown, in the same words."""
    row = session.execute(account_query().where(Account.id == number)).one_or_none()
    found = None if row is None else view_of(row)
    if found is None or not may_administer(account, found):
        raise SurveyError("account.unknown", "missing", name=str(number))
    return found


def path_of(session: Session, *, region: str) -> str | None:
    """Where a region lies; None where there is none of this code."""
    return session.scalar(select(Region.path).where(Region.code == region))
