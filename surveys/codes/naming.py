"""Which codes somebody means: a list as it was typed, or those of a place. All that is wrong is said at once.

Codes come in as they were typed; none of them goes out again in a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from surveys.codes.forms import Written, read_code
from surveys.codes.slips import PRINTED
from surveys.codes.tallies import UNUSED, Tallies
from surveys.errors import Problem, SurveyError
from surveys.groups import GROUPS
from surveys.models import Code, School

MOST_AT_ONCE = 5_000
BATCH = 500  # within what one statement of SQLite may carry

_RANGE = re.compile(r"([0-9]{1,6})(?:[-–—~～至]([0-9]{1,6}))?")
_COLUMNS = (
    Code.id, Code.kind, Code.way, Code.group, Code.school_id, Code.position, Code.number, Code.voided_on,
    School.code.label("school_code"),
)  # fmt: skip
Found = Row[Any]
Named = tuple[int, Found | str]  # the line or position, and the code or what is wrong with it


@dataclass(frozen=True)
class Which:
    """The codes to be voided: as they were `typed`, one a line; or those of a group at a school, or in the county.

    Of a place they are its slips at the `positions` that stand above a sheet, or all that nobody used (`unused`), or
    its poster.
    """

    typed: Sequence[str] = field(default=(), repr=False)
    group: str | None = None
    school: str | None = None
    positions: Sequence[int] = ()
    unused: bool = False
    poster: bool = False


def read_positions(text: str) -> tuple[int, ...]:
    """Such as 11-20,35, as it stands above sheets. Raises SurveyError(`codes.positions`)."""
    found: list[int] = []
    for part in re.split(r"[,，、;；\s]+", text.strip()) if text.strip() else ():
        match = _RANGE.fullmatch(part)
        if match is None:
            raise SurveyError("codes.positions", "invalid")
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < first + MOST_AT_ONCE - len(found):
            raise SurveyError("codes.positions", "invalid")
        found += range(first, last + 1)
    return tuple(found)


def find_unspent(session: Session, *, campaign_id: int, secret: bytes, which: Which) -> list[Found]:
    """Every code that is meant, none of which can be used until the transaction ends.

    Raises SurveyError(`codes.not_voided`) with a problem for each code that is unknown, mistyped, used, void or named
    twice; SurveyError(`codes.none_to_void`), SurveyError(`codes.which`) and SurveyError(`codes.too_many`).
    """
    named = list(
        _typed(session, campaign_id, secret, which.typed) if which.typed else _of_place(session, campaign_id, which)
    )
    free = _free(session, campaign_id, [code for _, code in named if not isinstance(code, str)])
    if which.unused and not which.typed:
        named = [(row, code) for row, code in named if not isinstance(code, str) and code.id in free]
    problems = list(_problems(named, free, by_line=bool(which.typed)))
    if problems:
        raise SurveyError("codes.not_voided", "invalid", problems, count=len(problems))
    if not named:
        raise SurveyError("codes.none_to_void", "invalid")
    return [code for _, code in named if not isinstance(code, str)]


def _free(session: Session, campaign_id: int, codes: Sequence[Found]) -> set[bytes]:
    """The ids of those that nobody used, and nobody can use meanwhile."""
    tallies = Tallies(session, campaign_id, [code.number for code in codes if code.number is not None])
    return {code.id for code in codes if code.number is None or tallies[code.number] == UNUSED}


def _typed(session: Session, campaign_id: int, secret: bytes, typed: Sequence[str]) -> Iterator[Named]:
    if len(typed) > MOST_AT_ONCE:
        raise SurveyError("codes.too_many", "invalid", limit=MOST_AT_ONCE)
    read = [(row, _read(secret, text)) for row, text in enumerate(typed, 1) if text.strip()]
    found = _by_digest(session, campaign_id, [each for _, each in read if isinstance(each, Written)])
    for row, each in read:
        yield row, each if isinstance(each, str) else found.get(each, "slips.unknown")


def _read(secret: bytes, text: str) -> Written | str:
    try:
        return read_code(secret, text)
    except SurveyError as error:
        return "slips.mistyped" if error.code == "code.mistyped" else "slips.unknown"


def _by_digest(session: Session, campaign_id: int, wanted: Iterable[Written]) -> dict[Written, Found]:
    found: dict[Written, Found] = {}
    for scanned, column in ((True, Code.digest), (False, Code.short_digest)):
        digests = [each.digest for each in wanted if each.scanned is scanned]
        for start in range(0, len(digests), BATCH):
            query = (
                _query(campaign_id).add_columns(column.label("found")).where(column.in_(digests[start : start + BATCH]))
            )
            found.update({Written(scanned, row.found): row for row in session.execute(query)})
    return found


def _of_place(session: Session, campaign_id: int, which: Which) -> Sequence[Named]:
    """The codes of a place that count, or its slips at these positions, whether they count or not."""
    if which.group not in GROUPS or sum((bool(which.positions), which.unused, which.poster)) != 1:
        raise SurveyError("codes.which", "invalid")
    kind = "open" if which.poster else "personal"
    query = _query(campaign_id).where(Code.group == which.group, Code.kind == kind).order_by(Code.position)
    query = query.where(School.code == which.school if which.school else Code.school_id.is_(None))
    if which.positions:
        found = {code.position: code for code in session.execute(query)}
        return [(position, found.get(position, "slips.unknown")) for position in which.positions]
    query = query.where(Code.voided_on.is_(None), Code.way.in_(PRINTED))
    return [(code.position, code) for code in session.execute(query)]


def _query(campaign_id: int) -> Any:
    return select(*_COLUMNS).outerjoin(School, School.id == Code.school_id).where(Code.campaign_id == campaign_id)


def _problems(named: Iterable[Named], free: set[bytes], *, by_line: bool) -> Iterator[Problem]:
    seen: set[bytes] = set()
    for place, code in named:
        wrong = code if isinstance(code, str) else _wrong_with(code, seen, free)
        if wrong is not None:
            yield Problem(wrong, row=place) if by_line else Problem(wrong, path=str(place))


def _wrong_with(code: Found, seen: set[bytes], free: set[bytes]) -> str | None:
    if code.id in seen:
        return "slips.twice"
    seen.add(code.id)
    if code.voided_on is not None:
        return "slips.void"
    return None if code.id in free else "slips.used"
