"""Which list positions were drawn. Names are not known here: a school finds them on its own lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.drawing import systematic_positions
from surveys.frames.classes import SchoolClass, list_classes
from surveys.models import SamplingRuleVersion
from surveys.plans.basis import asked_classes, load_basis, load_cells
from surveys.plans.drawing import cells_by_key, get_drawn
from surveys.plans.selection import Place


@dataclass(frozen=True)
class Envelope:
    """The people of one class (or of a group at a school without class lists) who were drawn, by list numbers."""

    group: str
    school_code: str | None
    grade: int | None
    number: int | None  # of the class
    size: int  # list positions there are
    positions: tuple[int, ...]  # ascending, from 1
    band: str = ""  # of grades, where the list is of one


def list_envelopes(session: Session, *, campaign_id: int, school: str | None = None) -> tuple[Envelope, ...]:
    """The envelopes of a campaign's drawn plan, or of one school (its code): schools by code, then the county.

    The list of a group with class lists is its classes one after another; classes of which nobody was drawn have no
    envelope. Raises SurveyError(`plan.none`, `draw.not_drawn`).
    """
    plan = get_drawn(session, campaign_id=campaign_id)
    rule = session.get_one(SamplingRuleVersion, plan.rule_version_id).document
    classes = list_classes(session, frame_id=plan.frame_id)
    cells = cells_by_key(load_cells(session, plan))
    found: list[Envelope] = []
    for place in load_basis(session, plan).places:
        cell = cells[place.school_code, place.group, place.band]
        if cell.start is None or not cell.invited or school not in (None, place.school_code):
            continue
        positions = systematic_positions(cell.start, max(place.listed, cell.invited), cell.invited).tolist()
        by_class = place.pupils == place.listed > 0
        lists = asked_classes(classes.get(place.school_code, ()), place.group, place.band, rule) if by_class else ()
        found += _by_class(place, lists, positions) if lists else [_of_school(place, positions)]
    return tuple(found)


def _of_school(place: Place, positions: Sequence[int]) -> Envelope:
    size = max(place.listed, len(positions))
    return Envelope(place.group, place.school_code, None, None, size, tuple(positions), place.band)


def _by_class(place: Place, lists: Sequence[SchoolClass], positions: Sequence[int]) -> Iterator[Envelope]:
    before = 0
    for each in lists:
        own = tuple(position - before for position in positions if before < position <= before + each.pupils)
        if own:
            where = (place.group, place.school_code, each.grade, each.number, each.pupils)
            yield Envelope(*where, own, place.band)
        before += each.pupils
