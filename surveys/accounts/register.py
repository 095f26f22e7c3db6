"""The register of accounts: adding, finding, their passwords, and closing and opening them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from surveys import trail
from surveys.accounts.model import ROLES, AccountView, account_query, facts_of, view_of
from surveys.errors import Problem, SurveyError, shorten
from surveys.models import Account, AccountLink, AccountSession, ApiToken, Region, School
from surveys.regions import is_plain

NAME_LENGTH = 64
STRANGER = "stranger"  # in the trail: whoever tries to sign in and has not done so
RESERVED = (trail.AT_THE_SHELL, STRANGER)
WITH_SCHOOL = "liaison"


@dataclass(frozen=True)
class Place:
    """Where an account belongs: a region, and of a liaison the school."""

    region: Region
    school: School | None


def add_account(
    session: Session, *, name: str, password: str, role: str, region: str, now: datetime, school: str | None = None
) -> AccountView:
    """An account for `region` (a code); `password` is already hashed. Every problem with the names at once."""
    place = place_for(session, name=name, role=role, region=region, school=school)
    return create_account(session, name=name, password=password, role=role, place=place, now=now)


def create_account(
    session: Session, *, name: str, password: str, role: str, place: Place, now: datetime
) -> AccountView:
    """An account whose name and place were judged already."""
    account = Account(
        name=name,
        password=password,
        role=role,
        region_id=place.region.id,
        school_id=place.school.id if place.school else None,
        active=True,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return get_account(session, name=name)


def place_for(
    session: Session, *, name: str, role: str, region: str, school: str | None, also: list[Problem] | None = None
) -> Place:
    """Where an account of this name and role would belong; every problem at once, with those in `also`."""
    home = session.scalars(select(Region).where(Region.code == region)).one_or_none()
    found = _find_school(session, home, school)
    taken = is_name(name) and find_account(session, name=name) is not None
    checks = (
        (not is_name(name), Problem("account.name", field="name", value=shorten(name))),
        (taken, Problem("account.taken", field="name", value=name)),
        (role not in ROLES, Problem("account.role", field="role", value=role, params={"expected": ", ".join(ROLES)})),
        (home is None, Problem("region.unknown", field="region", value=region, params={"region": shorten(region)})),
        (role == WITH_SCHOOL and not school, Problem("account.school_missing", field="school")),
        (role != WITH_SCHOOL and bool(school), Problem("account.school_surplus", field="school", value=school)),
        (bool(school and home) and found is None, Problem("account.school", field="school", value=school)),
    )
    problems = [problem for wrong, problem in checks if wrong] + (also or [])
    if problems or home is None:
        raise SurveyError("account.invalid", "invalid", problems)
    return Place(home, found)


def _find_school(session: Session, home: Region | None, school: str | None) -> School | None:
    if home is None or not school:
        return None
    return session.scalars(select(School).where(School.county_id == home.id, School.code == school)).one_or_none()


def is_name(name: str) -> bool:
    """Whether people can read the name and type it again, and the trail means nobody else by it."""
    readable = name == name.strip() != "" and len(name) <= NAME_LENGTH and is_plain(name)
    return readable and name not in RESERVED


def find_account(session: Session, *, name: str) -> AccountView | None:
    """The account of this name, or None; anything may be typed for one."""
    if "\x00" in name:  # PostgreSQL would not even look
        return None
    found = session.execute(account_query().where(Account.name == name)).one_or_none()
    return None if found is None else view_of(found)


def get_account(session: Session, *, name: str) -> AccountView:
    """The account of this name; SurveyError(`account.unknown`) where there is none."""
    found = find_account(session, name=name)
    if found is None:
        raise SurveyError("account.unknown", "missing", name=shorten(name))
    return found


def list_accounts(session: Session) -> tuple[AccountView, ...]:
    """Every account, by region and name."""
    return tuple(map(view_of, session.execute(account_query().order_by(Region.path, Account.name))))


def set_password(session: Session, *, account_id: int, password: str, keep: int | None = None) -> None:
    """Replace the hashed password and end every session of the account, but for the session `keep`."""
    session.execute(update(Account).where(Account.id == account_id).values(password=password))
    query = delete(AccountSession).where(AccountSession.account_id == account_id)
    session.execute(query if keep is None else query.where(AccountSession.id != keep))


def renew_password(session: Session, *, account: AccountView, password: str, keep: int | None, now: datetime) -> None:
    """The account's owner has chosen a new one; sessions elsewhere and all tokens end."""
    set_password(session, account_id=account.id, password=password, keep=keep)
    end_tokens(session, account_id=account.id, now=now)
    record(session, account=account, now=now, by=account.name, action="account.password_changed")


def end_tokens(session: Session, *, account_id: int, now: datetime) -> None:
    """No program reads by the account any more."""
    mine = update(ApiToken).where(ApiToken.account_id == account_id, ApiToken.ended_at.is_(None))
    session.execute(mine.values(ended_at=now))


def upgrade_password(session: Session, *, account_id: int, password: str) -> None:
    """Keep the same password under a newer hash; sessions go on."""
    session.execute(update(Account).where(Account.id == account_id).values(password=password))


def deactivate(session: Session, *, account: AccountView, now: datetime, by: str) -> None:
    """Nobody signs in to the account any more, whoever is signed in is not, and whom it invited is not."""
    _switch(session, account, now, by, active=False)
    end_tokens(session, account_id=account.id, now=now)
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id))
    open_links = update(AccountLink).where(AccountLink.ended_at.is_(None))
    session.execute(
        open_links.where(or_(AccountLink.made_by == account.name, AccountLink.account_id == account.id)).values(
            ended_at=now
        )
    )


def activate(session: Session, *, account: AccountView, now: datetime, by: str) -> None:
    """The account may be used again."""
    _switch(session, account, now, by, active=True)


def _switch(session: Session, account: AccountView, now: datetime, by: str, *, active: bool) -> None:
    changed = update(Account).where(Account.id == account.id, Account.active.is_(not active))
    if session.execute(changed.values(active=active).returning(Account.id)).first() is not None:
        action = "account.reactivated" if active else "account.deactivated"
        record(session, account=account, now=now, by=by, action=action)


def record(session: Session, *, account: AccountView, now: datetime, by: str, action: str, **more: object) -> None:
    """Tell the trail of the installation of a deed about an account."""
    trail.record(session, campaign_id=None, now=now, by=by, action=action, **facts_of(account), **more)
