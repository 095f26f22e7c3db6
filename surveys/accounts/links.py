"""Links that are handed to people: to become an account, or to choose a new password. Each works once, and expires."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from surveys import trail
from surveys.accounts.authority import check_reach, path_of
from surveys.accounts.model import AccountView
from surveys.accounts.passwords import problems_of, raise_problems
from surveys.accounts.register import (
    Place,
    create_account,
    end_tokens,
    find_account,
    get_account,
    place_for,
    record,
    set_password,
)
from surveys.digests import keyed
from surveys.errors import Problem, SurveyError
from surveys.models import AccountLink, Region, School

INVITED, RESET = timedelta(days=7), timedelta(hours=24)
TOKEN = 32  # bytes


@dataclass(frozen=True)
class LinkView:
    """A link that can still be used; `resets` a password, or makes an account."""

    number: int
    resets: bool
    name: str
    role: str
    region: str
    region_name: str
    region_path: str
    simulated: bool
    school_name: str | None
    made_by: str
    expires_at: datetime


@dataclass(frozen=True)
class Wanted:
    """The account that somebody is invited to be."""

    name: str
    role: str
    region: str
    school: str | None = None


def invite(
    session: Session,
    *,
    wanted: Wanted,
    account: AccountView | None,
    now: datetime,
    secret: bytes,
    draw: Callable[[int], bytes],
) -> str:
    """The token of a fresh link for `wanted`, from `account` (None: from the shell, which reaches everything)."""
    also = _reserved(session, wanted.name, now)
    if account is not None:
        also += check_reach(account, role=wanted.role, region_path=path_of(session, region=wanted.region))
    place = place_for(
        session, name=wanted.name, role=wanted.role, region=wanted.region, school=wanted.school, also=also
    )
    by = trail.AT_THE_SHELL if account is None else account.name
    link = _draft(wanted.name, wanted.role, place, by, now, INVITED)
    facts = {"name": wanted.name, "role": wanted.role, "region": wanted.region}
    trail.record(session, campaign_id=None, now=now, by=by, action="account.invited", **facts)
    return _add(session, link, secret, draw)


def _reserved(session: Session, name: str, now: datetime) -> list[Problem]:
    """A name that somebody is invited with is taken until the link has expired."""
    query = _open_links(now).where(AccountLink.name == name, AccountLink.account_id.is_(None))
    found = session.execute(query).first() is not None
    return [Problem("account.invited_already", field="name", value=name)] if found else []


def offer_reset(
    session: Session,
    *,
    account: AccountView,
    by: str,
    now: datetime,
    secret: bytes,
    draw: Callable[[int], bytes],
) -> str:
    """The token of a fresh link by which the account's owner chooses a new password; earlier ones stop working."""
    earlier = update(AccountLink).where(AccountLink.account_id == account.id, AccountLink.ended_at.is_(None))
    session.execute(earlier.values(ended_at=now))
    region = session.scalars(select(Region).where(Region.code == account.region)).one()
    school = session.get(School, account.school_id) if account.school_id else None
    link = _draft(account.name, account.role, Place(region, school), by, now, RESET)
    link.account_id = account.id
    record(session, account=account, now=now, by=by, action="account.reset_offered")
    return _add(session, link, secret, draw)


def _draft(name: str, role: str, place: Place, by: str, now: datetime, lasts: timedelta) -> AccountLink:
    school_id = place.school.id if place.school else None
    return AccountLink(
        name=name,
        role=role,
        region_id=place.region.id,
        school_id=school_id,
        made_by=by,
        made_at=now,
        expires_at=now + lasts,
    )


def _add(session: Session, link: AccountLink, secret: bytes, draw: Callable[[int], bytes]) -> str:
    """Keep the link by its digest; the token is returned this once, and stands nowhere."""
    token = urlsafe_b64encode(draw(TOKEN)).decode().rstrip("=")
    link.digest = _digest(token, secret)
    session.add(link)
    session.flush()
    return token


def _digest(token: str, secret: bytes) -> bytes:
    return keyed(secret, "account-link", token)


def _open_links(now: datetime) -> Select[AccountLink, Region, School]:
    return (
        select(AccountLink, Region, School)
        .join(Region, AccountLink.region_id == Region.id)
        .outerjoin(School, AccountLink.school_id == School.id)
        .where(AccountLink.ended_at.is_(None), AccountLink.expires_at > now)
    )


def get_link(session: Session, *, token: str, now: datetime, secret: bytes) -> LinkView:
    """The link that this token opens. Used, expired, taken back and never made are one answer."""
    row = session.execute(_open_links(now).where(AccountLink.digest == _digest(token, secret))).one_or_none()
    if row is None:
        raise SurveyError("link.gone", "gone")
    return _view(*row)


def list_links(session: Session, *, account: AccountView | None, now: datetime) -> tuple[LinkView, ...]:
    """The open links to what this account (None: the shell) may administer, the next to expire first."""
    rows = session.execute(_open_links(now).order_by(AccountLink.expires_at, AccountLink.id)).all()
    return tuple(view for view in (_view(*row) for row in rows) if _reaches(account, view))


def end_link(session: Session, *, account: AccountView | None, number: int, now: datetime) -> LinkView:
    """Take a link back. One out of reach, or that was used meanwhile, is not there."""
    row = session.execute(_open_links(now).where(AccountLink.id == number)).one_or_none()
    if row is None or not _reaches(account, _view(*row)) or not _end(session, number, now):
        raise SurveyError("link.gone", "gone")
    view = _view(*row)
    _tell(session, view, now, account.name if account else trail.AT_THE_SHELL, "account.link_revoked")
    return view


def _reaches(account: AccountView | None, link: LinkView) -> bool:
    if account is None:
        return True
    return not check_reach(account, role=link.role, region_path=link.region_path) and link.name != account.name


def _end(session: Session, number: int, now: datetime) -> bool:
    """Whether it was this call that ended the link: of two at once one does."""
    change = update(AccountLink).where(
        AccountLink.id == number, AccountLink.ended_at.is_(None), AccountLink.expires_at > now
    )
    return session.execute(change.values(ended_at=now).returning(AccountLink.id)).first() is not None


def join(
    session: Session, *, token: str, password: str, again: str, hashed: str, now: datetime, secret: bytes
) -> AccountView:
    """Become the account that the link invites to. `hashed` is the password, hashed beforehand: that takes a while."""
    link = _take(session, token, password, again, now, secret)
    if find_account(session, name=link.name) is not None:  # made at the shell meanwhile
        raise SurveyError("account.invalid", "conflict", [Problem("account.taken", field="name", value=link.name)])
    row = session.get_one(AccountLink, link.number)
    place = Place(session.get_one(Region, row.region_id), session.get(School, row.school_id or 0))
    joined = create_account(session, name=link.name, password=hashed, role=link.role, place=place, now=now)
    record(session, account=joined, now=now, by=joined.name, action="account.joined", invited_by=link.made_by)
    return joined


def reset_password(
    session: Session, *, token: str, password: str, again: str, hashed: str, now: datetime, secret: bytes
) -> AccountView:
    """Choose a new password by a link; every session and token of the account ends."""
    link = _take(session, token, password, again, now, secret)
    account = get_account(session, name=link.name)
    set_password(session, account_id=account.id, password=hashed)
    end_tokens(session, account_id=account.id, now=now)
    record(session, account=account, now=now, by=account.name, action="account.password_reset")
    return account


def _take(session: Session, token: str, password: str, again: str, now: datetime, secret: bytes) -> LinkView:
    """The link, used up. A password that will not do leaves it as it is."""
    link = get_link(session, token=token, now=now, secret=secret)
    raise_problems(problems_of(password, again, known=(link.name, link.region, link.region_name)))
    if not _end(session, link.number, now):
        raise SurveyError("link.gone", "gone")
    return link


def _tell(session: Session, link: LinkView, now: datetime, by: str, action: str) -> None:
    facts = {"name": link.name, "role": link.role, "region": link.region}
    trail.record(session, campaign_id=None, now=now, by=by, action=action, **facts)


def _view(link: AccountLink, region: Region, school: School | None) -> LinkView:
    return LinkView(
        number=link.id,
        resets=link.account_id is not None,
        name=link.name,
        role=link.role,
        region=region.code,
        region_name=region.name,
        region_path=region.path,
        simulated=region.simulated,
        school_name=school.name if school else None,
        made_by=link.made_by,
        expires_at=link.expires_at,
    )
