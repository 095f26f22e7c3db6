"""The tree of regions: nation, province, city, county, township."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from surveys.errors import Problem, SurveyError, shorten
from surveys.models import LEVELS as LEVELS
from surveys.models import Region

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
LONGEST_NAME = 100
LONGEST_PATH = 200
MOST_RESIDENTS = 2_000_000_000


@dataclass(frozen=True)
class RegionView:
    """A region as screens and commands see it; `parent` is the parent's code."""

    id: int
    code: str
    name: str
    level: str
    parent: str | None
    path: str
    residents: int | None
    simulated: bool


def add_region(
    session: Session,
    *,
    code: str,
    name: str,
    level: str,
    parent: str | None,
    residents: int | None = None,
    simulated: bool = False,
) -> RegionView:
    """Add a region below `parent`, or at the root. A level may be left out (a county of a province), never turned."""
    above = get_region(session, code=parent) if parent is not None else None
    problems = _problems(code, name, level, above, residents)
    if problems:
        raise SurveyError("region.invalid", "invalid", problems)
    if find_region(session, code=code):
        raise SurveyError("region.exists", "conflict", region=code)
    region = Region(
        code=code,
        name=name.strip(),
        level=level,
        parent_id=above.id if above else None,
        path=f"{above.path if above else '/'}{code}/",
        residents=residents,
        simulated=simulated or bool(above and above.simulated),
    )
    session.add(region)
    session.flush()
    return _view(region, parent)


def place_region(session: Session, *, code: str, parent: str) -> RegionView:
    """Put a region that stands at the root, with all below it, under `parent`: such as a province under the nation.

    Raises SurveyError(`region.unknown`, `region.placed` where it has a parent already, `region.invalid`).
    """
    region, above = get_region(session, code=code), get_region(session, code=parent)
    if region.parent is not None:
        raise SurveyError("region.placed", "conflict", region=code, parent=region.parent)
    problems = [each for each in (_level_problem(region.level, above),) if each]
    below = list_regions(session, path=region.path)
    path = f"{above.path}{code}/"
    longest = max(len(each.path) for each in below) + len(path) - len(region.path)
    if longest > LONGEST_PATH:
        problems.append(Problem("region.path", field="code", value=code, params={"limit": LONGEST_PATH}))
    if problems:
        raise SurveyError("region.invalid", "invalid", problems)
    for each in below:
        row = session.get_one(Region, each.id)
        row.path = path + each.path.removeprefix(region.path)
    session.get_one(Region, region.id).parent_id = above.id
    session.flush()
    return get_region(session, code=code)


def get_region(session: Session, *, code: str) -> RegionView:
    """The region with this code; SurveyError(`region.unknown`) where there is none."""
    found = find_region(session, code=code)
    if found is None:
        raise SurveyError("region.unknown", "missing", region=shorten(code))
    return found


def find_region(session: Session, *, code: str) -> RegionView | None:
    """The region with this code, or None."""
    above = aliased(Region)
    query = select(Region, above.code).outerjoin(above, Region.parent_id == above.id).where(Region.code == code)
    found = session.execute(query).one_or_none()
    return _view(found[0], found[1]) if found else None


def list_regions(session: Session, *, path: str = "/") -> tuple[RegionView, ...]:
    """The region at `path` and all below it, parents before children."""
    above = aliased(Region)
    query = select(Region, above.code).outerjoin(above, Region.parent_id == above.id)
    rows = session.execute(query.where(Region.path.startswith(path, autoescape=True))).all()
    return tuple(sorted((_view(region, parent) for region, parent in rows), key=lambda each: each.path))


def is_within(path: str, other: str) -> bool:
    """Whether the region at `path` is the one at `other` or lies below it."""
    return path.startswith(other)


def is_plain(text: str) -> bool:
    """Whether a name can be shown and printed: no line breaks, no control characters, nothing invisible."""
    return not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in text)


def _problems(code: str, name: str, level: str, above: RegionView | None, residents: int | None) -> list[Problem]:
    problems = []
    if not CODE.fullmatch(code):
        problems.append(Problem("region.code", field="code", value=shorten(code), params={"expected": "a-z 0-9 -"}))
    if not name.strip() or len(name.strip()) > LONGEST_NAME or not is_plain(name):
        problems.append(Problem("region.name", field="name", value=shorten(name), params={"limit": LONGEST_NAME}))
    if level not in LEVELS:
        problems.append(Problem("region.level", field="level", value=level, params={"expected": ", ".join(LEVELS)}))
    elif above and (wrong := _level_problem(level, above)):
        problems.append(wrong)
    if above and len(above.path) + len(code) + 1 > LONGEST_PATH:
        problems.append(Problem("region.path", field="code", value=shorten(code), params={"limit": LONGEST_PATH}))
    if residents is not None and not 0 <= residents <= MOST_RESIDENTS:
        problems.append(Problem("region.residents", field="residents", value=str(residents)))
    return problems


def _level_problem(level: str, above: RegionView) -> Problem | None:
    if LEVELS.index(above.level) < LEVELS.index(level):
        return None
    expected = ", ".join(LEVELS[LEVELS.index(above.level) + 1 :])
    return Problem("region.level_order", field="level", value=level, params={"expected": expected})


def _view(region: Region, parent: str | None) -> RegionView:
    return RegionView(
        region.id, region.code, region.name, region.level, parent, region.path, region.residents, region.simulated
    )
