"""Tokens by which programs read the API for an account: shown once, for some scopes, a region and some days.

A token never gives more than its account has now: it is read together with the account each time, so that whatever the
account may no longer do, or see, the token does not either.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from surveys.accounts.authority import MICRODATA_ROLES
from surveys.accounts.model import AccountView, account_query, view_of
from surveys.accounts.register import record
from surveys.digests import keyed
from surveys.errors import Problem, SurveyError, shorten
from surveys.models import Account, ApiToken, Region
from surveys.regions import CODE, RegionView, find_region, is_plain, is_within

PREFIX = "renke_"  # by which people, and programs that look for leaked secrets, know what it is
TOKEN = 32  # bytes
FORM = re.compile(f"{PREFIX}[A-Za-z0-9_-]{{43}}")
NAME_LENGTH = 64
LONGEST_DAYS, USUAL_DAYS = 365, 90
MOST = 20  # that an account can use at a time
READERS = ("administrator", "officer", "evaluator", "analyst", "auditor")
# what a token may be for -> whose token
SCOPES: Mapping[str, tuple[str, ...]] = {
    "instruments:read": READERS,
    "fieldwork:read": READERS,
    "results:read": READERS,
    "microdata:read": MICRODATA_ROLES,
}


@dataclass(frozen=True)
class TokenView:
    """A token as its owner sees it: everything but itself."""

    number: int
    name: str
    scopes: tuple[str, ...]
    region: str
    region_name: str
    made_at: datetime
    expires_at: datetime
    used_on: date | None


@dataclass(frozen=True)
class WantedToken:
    """What somebody wants a token for. `region` is a code, None for the account's own."""

    name: str
    scopes: Sequence[str]
    days: int | None = USUAL_DAYS
    region: str | None = None


@dataclass(frozen=True)
class Bearer:
    """Whoever comes with a token: the account as it is now, and what of it the token gives."""

    account: AccountView
    number: int
    name: str
    scopes: tuple[str, ...]
    region: str
    region_name: str
    region_path: str
    expires_at: datetime
    used_on: date | None


def scopes_of(role: str) -> tuple[str, ...]:
    """What tokens of accounts with this role may be for."""
    return tuple(scope for scope, roles in SCOPES.items() if role in roles)


def make_token(
    session: Session,
    *,
    account: AccountView,
    wanted: WantedToken,
    now: datetime,
    secret: bytes,
    draw: Callable[[int], bytes],
    by: str | None = None,
) -> str:
    """A fresh token, which is returned this once; `by` is who makes it, if not the account itself.

    Raises SurveyError(`token.second_factor`, `token.role`, `token.invalid` with every problem).
    """
    if account.must_set_up:
        raise SurveyError("token.second_factor", "forbidden")
    if not scopes_of(account.role):
        raise SurveyError("token.role", "forbidden")
    region, problems = _find_region(session, account, wanted), _problems(session, account, wanted, now)
    if region is None:
        problems.append(Problem("account.region", field="region", value=shorten(wanted.region)))
    if problems or region is None:
        raise SurveyError("token.invalid", "invalid", problems)
    token = PREFIX + urlsafe_b64encode(draw(TOKEN)).decode().rstrip("=")
    scopes = " ".join(scope for scope in SCOPES if scope in wanted.scopes)
    row = ApiToken(
        digest=_digest(token, secret),
        account_id=account.id,
        name=wanted.name,
        scopes=scopes,
        region_id=region.id,
        made_at=now,
        expires_at=now + timedelta(days=wanted.days or 0),
    )
    session.add(row)
    session.flush()
    facts = {"token": wanted.name, "scopes": scopes, "within": region.code}
    record(session, account=account, now=now, by=by or account.name, action="account.token_made", **facts)
    return token


def list_tokens(session: Session, *, account_id: int, now: datetime) -> tuple[TokenView, ...]:
    """The account's tokens that can be used, the newest first."""
    query = select(ApiToken, Region).join(Region, Region.id == ApiToken.region_id)
    mine = query.where(ApiToken.account_id == account_id, ~_is_over(now)).order_by(ApiToken.id.desc())
    return tuple(_view(token, region) for token, region in session.execute(mine))


def end_token(session: Session, *, account: AccountView, number: int, now: datetime, by: str) -> str:
    """End one token of this account; its name. SurveyError(`token.gone`) where it has ended already."""
    mine = update(ApiToken).where(ApiToken.account_id == account.id, ApiToken.id == number, ~_is_over(now))
    name = session.execute(mine.values(ended_at=now).returning(ApiToken.name)).scalar_one_or_none()
    if name is None:
        raise SurveyError("token.gone", "gone")
    record(session, account=account, now=now, by=by, action="account.token_ended", token=name)
    return name


def find_bearer(session: Session, *, token: str, now: datetime, secret: bytes) -> Bearer | None:
    """Whoever has this token; None where it has ended, or the account may not use it (any more)."""
    if not FORM.fullmatch(token):
        return None
    query = select(ApiToken, Region).join(Region, Region.id == ApiToken.region_id)
    found = session.execute(query.where(ApiToken.digest == _digest(token, secret), ~_is_over(now))).one_or_none()
    if found is None:
        return None
    row, region = found
    account = view_of(session.execute(account_query().where(Account.id == row.account_id)).one())
    if not account.active or account.must_set_up or not is_within(region.path, account.region_path):
        return None
    granted = scopes_of(account.role)
    return Bearer(
        account=account,
        number=row.id,
        name=row.name,
        scopes=tuple(scope for scope in row.scopes.split() if scope in granted),
        region=region.code,
        region_name=region.name,
        region_path=region.path,
        expires_at=row.expires_at,
        used_on=row.used_on,
    )


def note_token(session: Session, *, number: int, today: date) -> None:
    """The token was used on this day."""
    session.execute(update(ApiToken).where(ApiToken.id == number).values(used_on=today))


def _find_region(session: Session, account: AccountView, wanted: WantedToken) -> RegionView | None:
    """The region that is wanted, where the account sees it."""
    code = account.region if wanted.region is None else wanted.region
    region = find_region(session, code=code) if CODE.fullmatch(code) else None
    return region if region is not None and is_within(region.path, account.region_path) else None


def _problems(session: Session, account: AccountView, wanted: WantedToken, now: datetime) -> list[Problem]:
    name, granted = wanted.name, scopes_of(account.role)
    named = name == name.strip() != "" and len(name) <= NAME_LENGTH and is_plain(name)
    fits = wanted.days is not None and 1 <= wanted.days <= LONGEST_DAYS
    expected = ", ".join(granted)
    checks = [
        (not named, Problem("token.name", field="name", value=shorten(name), params={"most": NAME_LENGTH})),
        (not wanted.scopes, Problem("token.scopes_missing", field="scopes", params={"expected": expected})),
        (not fits, Problem("token.days", field="days", params={"most": LONGEST_DAYS})),
        (_count(session, account, now) >= MOST, Problem("token.too_many", params={"most": MOST})),
    ]
    for scope in dict.fromkeys(wanted.scopes):
        problem = Problem("token.scope", field="scopes", value=shorten(scope), params={"expected": expected})
        checks.append((scope not in granted, problem))
    return [problem for wrong, problem in checks if wrong]


def _count(session: Session, account: AccountView, now: datetime) -> int:
    query = select(func.count()).select_from(ApiToken)
    return session.scalar(query.where(ApiToken.account_id == account.id, ~_is_over(now))) or 0


def _digest(token: str, secret: bytes) -> bytes:
    return keyed(secret, "api-token", token)


def _is_over(now: datetime) -> ColumnElement[bool]:
    return or_(ApiToken.ended_at.is_not(None), ApiToken.expires_at <= now)


def _view(token: ApiToken, region: Region) -> TokenView:
    return TokenView(
        number=token.id,
        name=token.name,
        scopes=tuple(token.scopes.split()),
        region=region.code,
        region_name=region.name,
        made_at=token.made_at,
        expires_at=token.expires_at,
        used_on=token.used_on,
    )
