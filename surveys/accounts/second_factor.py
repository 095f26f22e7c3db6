"""The second factor: codes of a phone (TOTP, RFC 6238), each taken once, and recovery codes for when it is lost.

The library's wallet encrypts secrets with a key that derives from the installation's secret. Everything is judged by
the clock of the installation; a phone may be a step of thirty seconds fast or slow.
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from surveys.accounts.model import AccountView
from surveys.accounts.register import end_tokens, record
from surveys.digests import keyed
from surveys.errors import Problem, SurveyError
from surveys.models import RecoveryCode, SecondFactor

ISSUER = "Renke"
STEP = 30  # seconds that a code lasts, and that a phone may be wrong
KEY = 20  # bytes, as the standard asks
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
GROUP = 4  # letters of a recovery code that stand together


@dataclass(frozen=True)
class Draft:
    """A secret that is not in use yet: encrypted, for the phone to scan, and for people to type."""

    sealed: str
    address: str
    key: str


def draft_factor(*, name: str, secret: bytes, draw: Callable[[int], bytes]) -> Draft:
    """A fresh secret for this account."""
    return _describe(_totp(secret)(key=draw(KEY), format="raw"), name)


def find_draft(*, name: str, sealed: str, secret: bytes) -> Draft | None:
    """The draft that was begun; None where it is none."""
    totp = _open(sealed, secret)
    return None if totp is None else _describe(totp, name)


def set_factor(
    session: Session,
    *,
    account: AccountView,
    sealed: str,
    code: str,
    now: datetime,
    secret: bytes,
    draw: Callable[[int], bytes],
) -> tuple[str, ...]:
    """Take a draft into use once its phone has shown a right code; the recovery codes, which are shown this once."""
    totp = _open(sealed, secret)
    counter = None if totp is None else _match(totp, code, now, last=None)
    if counter is None:
        raise SurveyError("factor.invalid", "invalid", [Problem("factor.code", field="code")])
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account.id))
    session.add(SecondFactor(account_id=account.id, secret=sealed, counter=counter, since=now))
    record(session, account=account, now=now, by=account.name, action="account.second_factor_set")
    return _renew(session, account.id, secret, draw)


def take_code(session: Session, *, account_id: int, code: str, now: datetime, secret: bytes) -> bool:
    """Whether the phone shows this code now and it was not taken before; of two at once one is."""
    query = select(SecondFactor).where(SecondFactor.account_id == account_id)
    row = session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).one_or_none()
    totp = None if row is None else _open(row.secret, secret)
    counter = None if row is None or totp is None else _match(totp, code, now, last=row.counter)
    if counter is None:
        return False
    session.execute(update(SecondFactor).where(SecondFactor.account_id == account_id).values(counter=counter))
    return True


def take_recovery(session: Session, *, account: AccountView, code: str, now: datetime, secret: bytes) -> bool:
    """Whether this is an unused recovery code; then it is used up."""
    digest = _digest(account.id, code, secret)
    mine = delete(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.digest == digest)
    if session.execute(mine.returning(RecoveryCode.account_id)).first() is None:
        return False
    left = count_recovery(session, account_id=account.id)
    record(session, account=account, now=now, by=account.name, action="account.recovery_code_used", left=left)
    return True


def count_recovery(session: Session, *, account_id: int) -> int:
    """How many recovery codes are left."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return session.scalar(query) or 0


def renew_recovery(
    session: Session, *, account: AccountView, now: datetime, secret: bytes, draw: Callable[[int], bytes]
) -> tuple[str, ...]:
    """Fresh recovery codes, shown this once; the earlier ones stop working."""
    if not account.second_factor:
        raise SurveyError("factor.none", "conflict", name=account.name)
    record(session, account=account, now=now, by=account.name, action="account.recovery_codes_renewed")
    return _renew(session, account.id, secret, draw)


def drop_factor(session: Session, *, account: AccountView, now: datetime, by: str) -> None:
    """The account has no second factor and no recovery codes any more; who needs one sets it up at the next sign-in.

    Where somebody else takes it away, it may have fallen into other hands: then its tokens end, too.
    """
    if not account.second_factor:
        raise SurveyError("factor.none", "conflict", name=account.name)
    for table in (SecondFactor, RecoveryCode):
        session.execute(delete(table).where(table.account_id == account.id))
    own = by == account.name
    if not own:
        end_tokens(session, account_id=account.id, now=now)
    action = "account.second_factor_removed" if own else "account.second_factor_reset"
    record(session, account=account, now=now, by=by, action=action)


def factor_since(session: Session, *, account_id: int) -> datetime | None:
    """Since when the account has a second factor."""
    return session.scalar(select(SecondFactor.since).where(SecondFactor.account_id == account_id))


def _totp(secret: bytes) -> Any:
    wallet_key = keyed(secret, "second-factor").hex()
    return TOTP.using(issuer=ISSUER, secrets={"1": wallet_key})


def _open(sealed: str, secret: bytes) -> Any:
    try:
        return _totp(secret).from_json(sealed)
    except (ValueError, TypeError, KeyError):  # it is not ours
        return None


def _describe(totp: Any, name: str) -> Draft:
    return Draft(totp.to_json(encrypt=True), totp.to_uri(name.replace(":", " ")), totp.pretty_key(sep=" "))


def _match(totp: Any, code: str, now: datetime, last: int | None) -> int | None:
    """The step of a right code that is later than the last one taken."""
    try:
        return int(totp.match(re.sub(r"\s", "", code), time=now, window=STEP, last_counter=last).counter)
    except TokenError:  # malformed, wrong, or used
        return None


def _renew(session: Session, account_id: int, secret: bytes, draw: Callable[[int], bytes]) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = tuple(_recovery_code(draw(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCode(account_id=account_id, digest=_digest(account_id, code, secret)) for code in codes)
    session.flush()
    return codes


def _recovery_code(drawn: bytes) -> str:
    letters = b32encode(drawn).decode().lower()
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def _digest(account_id: int, code: str, secret: bytes) -> bytes:
    typed = re.sub(r"[^a-z2-7]", "", code.lower())
    return keyed(secret, "recovery-code", account_id, typed)
