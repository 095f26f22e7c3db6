"""Codes as they are printed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.codes.counts import POSTER
from surveys.codes.forms import CodeKind, print_typed, token_of, typed_of
from surveys.codes.tallies import MARK, day_of, with_marks
from surveys.groups import GROUPS
from surveys.models import Code, School

COUNTY = ""  # in place of a school's code
SLIP = "slip"
PRINTED = (POSTER, SLIP)  # the ways that are printed as a kit


@dataclass(frozen=True)
class Slip:
    """One code with both its forms, for the printer and for nobody else."""

    token: str = field(repr=False)
    typed: str = field(repr=False)  # XXXXX-XXXXX
    used_on: date | None
    kind: CodeKind
    group: str
    school_code: str | None
    school_name: str | None
    position: int
    voided_on: date | None
    way: str


def list_slips(
    session: Session,
    *,
    campaign_id: int,
    secret: bytes,
    kind: str | None = None,
    group: str | None = None,
    school: str | None = None,
    way: str | Collection[str] | None = None,
) -> tuple[Slip, ...]:
    """The codes of a campaign by school, group and position; those of the county come last.

    `school` is a code, or COUNTY for the codes that are no school's; `way` is one of them, or several.
    """
    query = (
        select(Code.id, MARK, Code.kind, Code.group, School.code, School.name, Code.position, Code.voided_on, Code.way)
        .select_from(with_marks(Code.__table__).outerjoin(School.__table__, School.id == Code.school_id))
        .where(Code.campaign_id == campaign_id)
    )
    for column, wanted in ((Code.kind, kind), (Code.group, group), (School.code, school or None)):
        if wanted is not None:
            query = query.where(column == wanted)
    if school == COUNTY:
        query = query.where(Code.school_id.is_(None))
    if way is not None:
        query = query.where(Code.way.in_([way] if isinstance(way, str) else way))
    return tuple(sorted((_slip(secret, *row) for row in session.execute(query)), key=_order))


def _slip(secret: bytes, code_id: bytes, mark: bytes | None, *columns: Any) -> Slip:
    return Slip(token_of(secret, code_id), print_typed(typed_of(secret, code_id)), day_of(mark), *columns)


def _order(slip: Slip) -> tuple[bool, str, int, str, int]:
    return slip.school_code is None, slip.school_code or "", GROUPS.index(slip.group), slip.kind, slip.position
