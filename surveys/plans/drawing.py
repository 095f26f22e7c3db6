"""The draw: schools, then people by their numbers on lists, from a seed that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.results import Notice
from surveys import trail
from surveys.campaigns.reading import get_campaign_by_id
from surveys.codes.counts import count_issued
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.holding import hold_campaign
from surveys.models import Plan, PlanCell
from surveys.plans.basis import find_plan, load_basis, load_cells
from surveys.plans.selection import Drawn, digest_draw, draw_all, notices_of

LARGEST_SEED = 2**63 - 1
DRAWN = "plan.drawn"  # what the trail calls a draw
Key = tuple[str | None, str, str]  # school, group, band


@dataclass(frozen=True)
class PastDraw:
    """A draw as the trail keeps it: `number` counts those of the campaign from 1."""

    number: int
    at: datetime
    by: str
    plan: int
    seed: int


@dataclass(frozen=True)
class DrawView:
    """A draw as it stands. `schools` were drawn of `schools_there`; people invited and of the population by group.

    `replaced` is the draw that this one has just taken the place of.
    """

    plan: int
    seed: int
    drawn_at: datetime
    digest: str
    schools: int
    schools_there: int
    invited: Mapping[str, int]
    population: Mapping[str, int]
    notices: tuple[Notice, ...] = ()
    replaced: PastDraw | None = None


def draw_plan(session: Session, *, campaign_id: int, seed: int, now: datetime, by: str) -> DrawView:
    """Draw the campaign's newest plan from `seed`. The same seed changes nothing.

    Another seed draws anew, as long as no slip was issued for what was drawn before; the trail keeps every draw.
    Raises SurveyError(`plan.none`, `draw.seed`, `draw.closed`, `draw.codes_issued`, `draw.impossible`).
    """
    if not 0 <= seed <= LARGEST_SEED:
        raise SurveyError("draw.seed", "invalid", limit=LARGEST_SEED)
    hold_campaign(session, campaign_id=campaign_id)
    if get_campaign_by_id(session, campaign_id=campaign_id, now=now).state == "closed":
        raise SurveyError("draw.closed", "conflict")
    plan = get_plan(session, campaign_id=campaign_id)
    basis = load_basis(session, plan)
    replaced = None
    if plan.seed != seed:
        _refuse_issued(session, campaign_id)
        replaced = next(reversed(list_draws(session, campaign_id=campaign_id)), None)
        drawn = draw_all(basis, seed)
        _write(session, plan, drawn)
        plan.seed, plan.drawn_at, plan.digest = seed, now, digest_draw(basis, seed, drawn)
        invited = sum(each.invited for each in drawn)
        facts = {"plan": plan.number, "seed": seed, "digest": plan.digest, "invited": invited}
        trail.record(session, campaign_id=campaign_id, now=now, by=by, action=DRAWN, **facts)
    return replace(_view(session, plan, notices_of(basis, draw_all(basis, seed))), replaced=replaced)


def list_draws(session: Session, *, campaign_id: int) -> tuple[PastDraw, ...]:
    """Every draw of the campaign, the first one first: also those that another has replaced."""
    deeds = reversed(trail.list_deeds(session, campaign_id=campaign_id, action=DRAWN))
    return tuple(
        PastDraw(number, deed.at, deed.by, deed.facts["plan"], deed.facts["seed"])
        for number, deed in enumerate(deeds, start=1)
    )


def find_draw(session: Session, *, campaign_id: int) -> DrawView | None:
    """The draw of the campaign's newest plan; None where there is no plan, or it is not drawn."""
    plan = find_plan(session, campaign_id=campaign_id)
    return None if plan is None or plan.drawn_at is None else _view(session, plan)


def get_plan(session: Session, *, campaign_id: int) -> Plan:
    """The campaign's newest plan. Raises SurveyError(`plan.none`)."""
    plan = find_plan(session, campaign_id=campaign_id)
    if plan is None:
        raise SurveyError("plan.none", "missing")
    return plan


def get_drawn(session: Session, *, campaign_id: int) -> Plan:
    """The campaign's newest plan, drawn. Raises SurveyError(`plan.none`, `draw.not_drawn`)."""
    plan = get_plan(session, campaign_id=campaign_id)
    if plan.seed is None:
        raise SurveyError("draw.not_drawn", "conflict")
    return plan


def key_of(drawn: Drawn) -> Key:
    return drawn.place.school_code, drawn.place.group, drawn.place.band


def cells_by_key(cells: Iterable[tuple[PlanCell, str | None]]) -> dict[Key, PlanCell]:
    return {(code, cell.group, cell.band): cell for cell, code in cells}


def _refuse_issued(session: Session, campaign_id: int) -> None:
    """Slips that were handed out for one draw cannot follow another, of this plan or of one before it."""
    drawn = select(func.count()).select_from(Plan).where(Plan.campaign_id == campaign_id, Plan.drawn_at.is_not(None))
    slips = any(place.personal for place in count_issued(session, campaign_id=campaign_id).values())
    if slips and session.scalar(drawn):
        raise SurveyError("draw.codes_issued", "conflict")


def _write(session: Session, plan: Plan, drawn: Sequence[Drawn]) -> None:
    cells = cells_by_key(load_cells(session, plan))
    for each in drawn:
        cell = cells[key_of(each)]
        cell.school_chance, cell.person_chance = each.school_chance, each.person_chance
        cell.invited, cell.start = each.invited, each.start
    session.flush()


def _view(session: Session, plan: Plan, notices: tuple[Notice, ...] = ()) -> DrawView:
    cells = load_cells(session, plan)
    schools = {code for cell, code in cells if code is not None and cell.population}
    drawn = {code for cell, code in cells if code is not None and cell.invited}
    groups = [group for group in GROUPS if any(cell.group == group for cell, _ in cells)]
    invited = {group: sum(cell.invited or 0 for cell, _ in cells if cell.group == group) for group in groups}
    people = {group: sum(cell.population for cell, _ in cells if cell.group == group) for group in groups}
    if plan.seed is None or plan.drawn_at is None or plan.digest is None:
        raise LookupError("a draw of a plan that was not drawn")
    counts = (len(drawn), len(schools), invited, people)
    return DrawView(plan.number, plan.seed, plan.drawn_at, plan.digest, *counts, notices)
