"""Sign-ins that have not ended: each is a row, and what is not there is refused at the next request."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from surveys.accounts.model import AccountView, account_query, view_of
from surveys.accounts.register import record
from surveys.digests import keyed
from surveys.errors import SurveyError
from surveys.models import Account, AccountSession

IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
TO_THE = timedelta(minutes=10)  # when somebody was seen is known no finer
TOKEN = 32  # bytes
BROWSER_LENGTH = 64


@dataclass(frozen=True)
class SessionView:
    """A sign-in as its owner sees it; `browser` is what the browser says of itself, in few words."""

    number: int
    started_at: datetime
    seen_at: datetime
    browser: str


@dataclass(frozen=True)
class Resumed:
    """Who is signed in, in which session; `stale` where its last use should be noted."""

    account: AccountView
    number: int
    stale: bool


def begin_session(
    session: Session, *, account: AccountView, browser: str, now: datetime, secret: bytes, draw: Callable[[int], bytes]
) -> str:
    """The token of a fresh sign-in; those of the account that have run out are cleared away."""
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id, _is_over(now)))
    token = urlsafe_b64encode(draw(TOKEN)).decode().rstrip("=")
    row = AccountSession(
        digest=_digest(token, secret),
        account_id=account.id,
        started_at=now,
        seen_at=_rounded(now),
        browser=browser[:BROWSER_LENGTH],
    )
    session.add(row)
    session.flush()
    record(session, account=account, now=now, by=account.name, action="account.signed_in")
    return token


def find_session(session: Session, *, token: str, now: datetime, secret: bytes) -> Resumed | None:
    """Whoever is signed in by this token; None where the session has ended, or the account was closed."""
    query = select(AccountSession).where(AccountSession.digest == _digest(token, secret), ~_is_over(now))
    row = session.scalars(query).one_or_none()
    if row is None:
        return None
    account = view_of(session.execute(account_query().where(Account.id == row.account_id)).one())
    return Resumed(account, row.id, now - row.seen_at >= TO_THE) if account.active else None


def note_use(session: Session, *, number: int, now: datetime) -> None:
    """The session was used in these ten minutes."""
    session.execute(update(AccountSession).where(AccountSession.id == number).values(seen_at=_rounded(now)))


def list_sessions(session: Session, *, account_id: int, now: datetime) -> tuple[SessionView, ...]:
    """The account's sign-ins that have not ended, the newest first."""
    query = select(AccountSession).where(AccountSession.account_id == account_id, ~_is_over(now))
    rows = session.scalars(query.order_by(AccountSession.started_at.desc(), AccountSession.id.desc()))
    return tuple(SessionView(row.id, row.started_at, max(row.started_at, row.seen_at), row.browser) for row in rows)


def end_session(session: Session, *, account: AccountView, number: int, now: datetime, by: str) -> None:
    """End one sign-in of this account; SurveyError(`session.gone`) where it has ended already."""
    mine = delete(AccountSession).where(AccountSession.account_id == account.id, AccountSession.id == number)
    if session.execute(mine.returning(AccountSession.id)).first() is None:
        raise SurveyError("session.gone", "gone")
    record(session, account=account, now=now, by=by, action="account.session_ended")


def end_sessions(session: Session, *, account: AccountView, keep: int | None, now: datetime, by: str) -> int:
    """End every sign-in of this account but `keep`; how many there were."""
    mine = delete(AccountSession).where(AccountSession.account_id == account.id)
    ended = mine if keep is None else mine.where(AccountSession.id != keep)
    count = len(session.execute(ended.returning(AccountSession.id)).all())
    if count:
        record(session, account=account, now=now, by=by, action="account.sessions_ended", count=count)
    return count


def sign_out(session: Session, *, account: AccountView, number: int, now: datetime) -> None:
    """The owner leaves; a session that was ended meanwhile is no matter."""
    session.execute(delete(AccountSession).where(AccountSession.id == number))
    record(session, account=account, now=now, by=account.name, action="account.signed_out")


def _digest(token: str, secret: bytes) -> bytes:
    return keyed(secret, "account-session", token)


def _rounded(now: datetime) -> datetime:
    return now - timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)


def _is_over(now: datetime) -> ColumnElement[bool]:
    return or_(AccountSession.seen_at <= now - IDLE, AccountSession.started_at <= now - LONGEST)
