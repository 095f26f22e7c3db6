"""Guessing of passwords and codes, counted in the database: over all workers, and over a restart.

A try is counted *before* it is judged and taken off again when it was right, so that many at once are not judged on one
allowance. Three things count: the *source* (a browser that has signed in before, or else an address) for one name; the
*address* for all names; and *strangers*, all sources for one name that are not such a browser. A source that failed too
often waits, longer each time. Strangers are only slowed down: while many fail, a new one announces itself and is heard
a minute later, whatever the others do. Names that no account has count alike, so that nobody learns which exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveys.accounts.register import STRANGER, find_account, record
from surveys.db import dialect_of
from surveys.digests import keyed
from surveys.models import SignInCount

Step = Literal["password", "code"]
NO_WAIT = timedelta(0)
FORGOTTEN = timedelta(hours=1)  # after the last failure
ANNOUNCED = timedelta(minutes=1)
FRESH = {"populate_existing": True}
_BEGIN = {
    "sqlite": sqlite.insert(SignInCount).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(SignInCount).on_conflict_do_nothing(),
}


@dataclass(frozen=True)
class Rule:
    """So many failures are free; then one waits, twice as long after each."""

    free: int
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=15)

    def wait(self, failures: int) -> timedelta:
        if failures < self.free:
            return NO_WAIT
        return min(self.longest, self.first * (1 << min(failures - self.free, 10)))


DEVICE, SOURCE, ADDRESS, STRANGERS = Rule(10), Rule(5), Rule(20), Rule(30)
SLOWED = Rule(1)  # of a source, while strangers are slowed down
RULES: Mapping[tuple[Step, str], Rule] = {
    ("password", "device"): DEVICE,
    ("password", "source"): SOURCE,
    ("password", "strangers"): STRANGERS,
    ("code", "device"): DEVICE,
    ("code", "source"): SOURCE,
    ("code", "strangers"): DEVICE,  # they know the password; the owner's own browsers are not among them
    ("password", "address"): ADDRESS,
    ("code", "address"): ADDRESS,
}


@dataclass(frozen=True)
class Source:
    """Whence somebody tries to sign in as `name`: a browser known by a word of ours, or an address."""

    name: str
    address: str
    device: str | None
    step: Step = "password"


@dataclass(frozen=True)
class Admission:
    """Whether a try may be judged, or how long to wait; `known` if it counts for a browser that signed in before."""

    wait: timedelta
    known: bool
    counted: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def admit(session: Session, *, source: Source, now: datetime, secret: bytes) -> Admission:
    """Count a try, or say how long to wait; a try that has to wait is neither judged nor counted."""
    _forget(session, now)
    if source.device is not None:
        keys = {"device": _key(secret, source, "device", source.device)}
        own = _hold(session, keys, now)["device"]
        if _wait_of(own, DEVICE, now) == NO_WAIT:
            _count([own], now)
            return Admission(NO_WAIT, True, keys)
    keys = {
        "source": _key(secret, source, "source", source.address),
        "strangers": _key(secret, source, "strangers"),
        "address": keyed(secret, "sign-in-address", source.address),
    }
    rows = _hold(session, keys, now)
    wait = _wait_of_stranger(rows, source.step, now)
    if wait == NO_WAIT:
        _count(list(rows.values()), now)
    return Admission(wait, False, keys if wait == NO_WAIT else {})


def settle(session: Session, *, admission: Admission) -> None:
    """The try was right: the source is as new, and it counts for nobody else."""
    for kind, row in _find(session, admission).items():
        if kind in ("device", "source"):
            session.delete(row)
        else:
            row.failures = max(0, row.failures - 1)


def refuse(session: Session, *, admission: Admission, source: Source, now: datetime) -> None:
    """The try was wrong. The trail hears of it once, when somebody has to wait because of it."""
    full = {
        kind: row
        for kind, row in _find(session, admission).items()
        if kind != "address" and row.failures >= RULES[source.step, kind].free and not row.told
    }
    for row in full.values():
        row.told = True
    account = find_account(session, name=source.name) if full else None
    if account is not None:  # what was typed for a name may be anything, even a password
        for kind in full:
            record(session, account=account, now=now, by=STRANGER, action="account.refused_often", source=kind)


def _key(secret: bytes, source: Source, kind: str, *parts: str) -> bytes:
    return keyed(secret, "sign-in", source.step, kind, source.name, *parts)


def _forget(session: Session, now: datetime) -> None:
    old = select(SignInCount.key).where(SignInCount.last_at < now - FORGOTTEN).with_for_update(skip_locked=True)
    session.execute(delete(SignInCount).where(SignInCount.key.in_(old)))


def _hold(session: Session, keys: Mapping[str, bytes], now: datetime) -> dict[str, SignInCount]:
    """The rows of these keys, held until the end of the transaction, always in the same order."""
    fresh = [
        {"key": key, "failures": 0, "first_at": now, "last_at": now, "told": False} for key in sorted(keys.values())
    ]
    session.execute(_BEGIN[dialect_of(session)], fresh)
    query = select(SignInCount).where(SignInCount.key.in_(keys.values())).order_by(SignInCount.key)
    rows = {row.key: row for row in session.scalars(query.with_for_update(), execution_options=FRESH)}
    return {kind: rows[key] for kind, key in keys.items()}


def _find(session: Session, admission: Admission) -> dict[str, SignInCount]:
    """The rows that were counted, held; without what was forgotten meanwhile."""
    query = select(SignInCount).where(SignInCount.key.in_(admission.counted.values())).order_by(SignInCount.key)
    rows = {row.key: row for row in session.scalars(query.with_for_update(), execution_options=FRESH)}
    return {kind: rows[key] for kind, key in admission.counted.items() if key in rows}


def _count(rows: list[SignInCount], now: datetime) -> None:
    for row in rows:
        row.failures += 1
        row.last_at = now


def _wait_of(row: SignInCount, rule: Rule, now: datetime) -> timedelta:
    return max(NO_WAIT, row.last_at + rule.wait(row.failures) - now)


def _wait_of_stranger(rows: Mapping[str, SignInCount], step: Step, now: datetime) -> timedelta:
    """The longest of what its source, its address and all strangers have to wait."""
    source, strangers = rows["source"], rows["strangers"]
    waits = [_wait_of(rows["address"], ADDRESS, now)]
    slowed = strangers.failures >= RULES[step, "strangers"].free
    waits.append(_wait_of(source, SLOWED if slowed and source.failures else SOURCE, now))
    if slowed and step == "code":
        waits.append(_wait_of(strangers, RULES[step, "strangers"], now))
    elif slowed and source.failures == 0:
        waits.append(max(NO_WAIT, source.first_at + ANNOUNCED - now))
    return max(waits)
