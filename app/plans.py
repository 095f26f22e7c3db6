"""A plan laid out for reading: lines of groups, then blocks of a locality's stage with their schools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.notices import stratum_word
from app.numbers import NOTHING, WIDEST, fixed
from app.words import LOCALITIES
from surveys.errors import Problem, SurveyError
from surveys.plans import Given, Proposal, order_of
from surveys.plans.model import CellLine, StratumLine

PLACES = ("urban", "town", "rural")
TITLES = {
    "residents": lazy_gettext("常住人口"),
    **LOCALITIES,
    "deff": lazy_gettext("设计效应"),
    "earlier": lazy_gettext("以前的批次"),
}
FIELDS = ("rule", "residents", *PLACES, "deff", "earlier")  # of the form in the console


@dataclass(frozen=True)
class Figure:
    """What is asked of one group at a school: answers, people there, people invited; `bands` where grades have them."""

    quota: int
    population: int
    invited: int
    bands: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SchoolRow:
    """A school, or the county, with a figure for each group that it has."""

    name: str | None
    code: str | None
    figures: tuple[Figure | None, ...]


@dataclass(frozen=True)
class Block:
    """A locality's schools of one stage, or the county; `lines` are the sums of its groups."""

    title: str
    schools: int
    drawn: int
    lines: tuple[StratumLine | None, ...]
    rows: tuple[SchoolRow, ...]


def lay_out_plan(proposal: Proposal) -> tuple[Block, ...]:
    """Every stratum, urban ones first, the county last; what nobody can give is in the notices."""
    groups = [line.group for line in proposal.groups]
    strata = sorted({line.stratum for line in proposal.strata if line.schools}, key=order_of)
    return tuple(_block(proposal, stratum, groups) for stratum in strata)


def _block(proposal: Proposal, stratum: str, groups: Sequence[str]) -> Block:
    lines = {line.group: line for line in proposal.strata if line.stratum == stratum}
    cells = [cell for cell in proposal.cells if cell.stratum == stratum]
    codes = dict.fromkeys((cell.school_code, cell.school_name) for cell in cells)
    schools = {code for code, _ in codes if code is not None}
    return Block(
        title=stratum_word(stratum),
        schools=len(schools),
        drawn=proposal.draw_schools.get(stratum, len(schools)),
        lines=tuple(lines.get(group) for group in groups),
        rows=tuple(_row(code, name, [cell for cell in cells if cell.school_code == code], groups)
                   for code, name in sorted(codes, key=lambda each: each[0] or "")),
    )  # fmt: skip


def _row(code: str | None, name: str | None, cells: Sequence[CellLine], groups: Sequence[str]) -> SchoolRow:
    return SchoolRow(name, code, tuple(_figure([cell for cell in cells if cell.group == group]) for group in groups))


def _figure(cells: Sequence[CellLine]) -> Figure | None:
    if not cells:
        return None
    quota, people = sum(cell.quota for cell in cells), sum(cell.population for cell in cells)
    bands = tuple((cell.band, cell.quota) for cell in cells if cell.band)
    return Figure(quota, people, sum(cell.invited for cell in cells), bands)


def draws_some(proposal: Proposal) -> bool:
    """Whether schools are drawn, and not all of them."""
    schools = {(cell.stratum, cell.school_code) for cell in proposal.cells if cell.school_code is not None}
    there = Counter(stratum for stratum, _code in schools)
    return any(number < there[stratum] for stratum, number in proposal.draw_schools.items())


def points(half_width: float | None) -> str:
    """A half-width in points, ±4.0. Less than a tenth is still more than nothing; above 50 it says nothing."""
    if half_width is None:
        return NOTHING
    if half_width > WIDEST:
        return str(_("—（太少）"))
    shown = fixed(100 * half_width)
    return "±<0.1" if half_width and shown == "0.0" else f"±{shown}"


def read_given(fields: Mapping[str, str]) -> Given:
    """What somebody filled in beside the rule. Raises SurveyError(`plan.impossible`) naming all that is no number."""
    problems: list[Problem] = []
    residents = _whole(fields, "residents", problems)
    localities = {place: _whole(fields, place, problems) for place in PLACES}
    deff = _decimal(fields, "deff", problems)
    if problems:
        raise SurveyError("plan.impossible", "invalid", problems, rule=fields.get("rule", ""))
    known = {place: number for place, number in localities.items() if number is not None}
    return Given(residents, known, deff, fields.get("earlier", "").strip() or None)


def fields_of(proposal: Proposal) -> dict[str, str]:
    """What was filled in for a proposal, to be changed and tried again."""
    given = proposal.given
    numbers = {"residents": given.residents, **given.localities, "deff": given.deff}
    filled = {field: f"{number:g}" if field == "deff" else str(number) for field, number in numbers.items()
              if number is not None}  # fmt: skip
    return {**filled, "rule": proposal.rule.name, "earlier": given.earlier or ""}


def _whole(fields: Mapping[str, str], field: str, problems: list[Problem]) -> int | None:
    text = fields.get(field, "").strip().replace(",", "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= 12):
        problems.append(Problem("plan.number_unreadable", field=field, value=text[:60]))
        return None
    return int(text) if text else None


def _decimal(fields: Mapping[str, str], field: str, problems: list[Problem]) -> float | None:
    text = fields.get(field, "").strip()
    try:
        return float(text) if text else None
    except ValueError:
        problems.append(Problem("plan.number_unreadable", field=field, value=text[:60]))
        return None
