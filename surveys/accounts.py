"""Accounts: who may sign in, as what, and for which part of the tree."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveys.errors import Problem, SurveyError, shorten
from surveys.models import ROLES as ROLES
from surveys.models import Account, Region
from surveys.regions import is_plain

NAME_LENGTH = 64


@dataclass(frozen=True)
class AccountView:
    """An account as the doors see it; `region_path` is the subtree it may see."""

    id: int
    name: str
    password: str  # Argon2
    session_token: str
    role: str
    region: str
    region_name: str
    region_path: str
    simulated: bool  # whether the region is fictional
    active: bool


def add_account(session: Session, *, name: str, password: str, role: str, region: str, now: datetime) -> AccountView:
    """An account for `region` (a code); `password` is already hashed. Every problem with the names at once."""
    home = session.scalars(select(Region).where(Region.code == region)).one_or_none()
    taken = is_name(name) and find_account(session, name=name) is not None
    checks = (
        (not is_name(name), Problem("account.name", field="name", value=shorten(name))),
        (taken, Problem("account.taken", field="name", value=name)),
        (role not in ROLES, Problem("account.role", field="role", value=role, params={"expected": ", ".join(ROLES)})),
        (home is None, Problem("region.unknown", field="region", value=region, params={"region": region})),
    )
    problems = [problem for wrong, problem in checks if wrong]
    if problems or home is None:
        raise SurveyError("account.invalid", "invalid", problems)
    account = Account(
        name=name,
        password=password,
        role=role,
        region_id=home.id,
        session_token=secrets.token_hex(16),
        active=True,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return _view(account, home)


def is_name(name: str) -> bool:
    """Whether people can read the name and type it again."""
    return name == name.strip() != "" and len(name) <= NAME_LENGTH and is_plain(name)


def find_account(session: Session, *, name: str | None = None, session_token: str | None = None) -> AccountView | None:
    """The account of this name, or of this session token."""
    wanted = Account.name == name if name is not None else Account.session_token == session_token
    query = select(Account, Region).join(Region, Account.region_id == Region.id).where(wanted)
    row = session.execute(query).one_or_none()
    return None if row is None else _view(row[0], row[1])


def set_password(session: Session, *, account_id: int, password: str) -> None:
    """Replace the hashed password and end every session of the account."""
    token = secrets.token_hex(16)
    session.execute(update(Account).where(Account.id == account_id).values(password=password, session_token=token))


def upgrade_password(session: Session, *, account_id: int, password: str) -> None:
    """Keep the same password under a newer hash; sessions go on."""
    session.execute(update(Account).where(Account.id == account_id).values(password=password))


def _view(account: Account, home: Region) -> AccountView:
    return AccountView(
        id=account.id,
        name=account.name,
        password=account.password,
        session_token=account.session_token,
        role=account.role,
        region=home.code,
        region_name=home.name,
        region_path=home.path,
        simulated=home.simulated,
        active=account.active,
    )
