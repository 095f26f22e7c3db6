"""An account as the doors see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Row, Select, select

from surveys.models import ROLES as ROLES
from surveys.models import Account, Region, School, SecondFactor

STRICT = ("administrator", "evaluator")  # who need a second factor
Found = Row[Account, Region, School, int]


@dataclass(frozen=True)
class AccountView:
    """An account; `region_path` is the subtree it may see, and a liaison sees one school of it."""

    id: int
    name: str
    password: str = field(repr=False)  # Argon2
    role: str
    region: str
    region_name: str
    region_path: str
    simulated: bool  # whether the region is fictional
    active: bool
    school_id: int | None
    school: str | None
    school_name: str | None
    second_factor: bool  # whether it has one

    @property
    def needs_second_factor(self) -> bool:
        """Whether it must have one. Accounts of a fictional region see nothing real, so they need none."""
        return self.role in STRICT and not self.simulated

    @property
    def must_set_up(self) -> bool:
        """Whether it may do nothing before it has set up its second factor."""
        return self.needs_second_factor and not self.second_factor


def account_query() -> Select[Account, Region, School, int]:
    """Accounts with what `view_of` needs; of most there is no school, of many no second factor."""
    return (
        select(Account, Region, School, SecondFactor.account_id)
        .join(Region, Account.region_id == Region.id)
        .outerjoin(School, Account.school_id == School.id)
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
    )


def view_of(found: Found) -> AccountView:
    account, home, school, factor = found
    return AccountView(
        id=account.id,
        name=account.name,
        password=account.password,
        role=account.role,
        region=home.code,
        region_name=home.name,
        region_path=home.path,
        simulated=home.simulated,
        active=account.active,
        school_id=account.school_id,
        school=school.code if school else None,
        school_name=school.name if school else None,
        second_factor=factor is not None,
    )


def facts_of(account: AccountView) -> dict[str, str]:
    """What the trail says of an account."""
    return {"name": account.name, "role": account.role, "region": account.region}
