"""Who was drawn, as arrays beside the frame: the chances that weights begin with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.weighting.steps import Chances
from surveys.models import Plan, PlanCell

NO_SCHOOL = -1
Place = tuple[int, int]  # positions of a group and of a school


@dataclass(frozen=True)
class Draw:
    """The draw of a campaign's newest plan. `digest` is of everything that was drawn.

    `beyond` are people whom no draw of the plan could reach, by the position of their group: the plan has no quota
    where they are, though it asks the group elsewhere.
    """

    digest: str
    chances: Chances
    beyond: Mapping[int, int] = field(default_factory=dict)


def load_draw(
    session: Session, *, campaign_id: int, groups: Mapping[str, int], schools: Mapping[int | None, int]
) -> Draw | None:
    """The chances by the positions of groups and schools; None where the newest plan was not drawn, or there is none.

    Bands of grades are taken together: nobody knows the band of an answer. A person's chance is then what was invited
    of all bands among their people.
    """
    newest = select(Plan.id, Plan.digest).where(Plan.campaign_id == campaign_id).order_by(Plan.number.desc()).limit(1)
    plan = session.execute(newest).one_or_none()
    if plan is None or plan.digest is None:
        return None
    first: dict[Place, float] = {}  # the chance of the school
    invited: Counter[Place] = Counter()
    people: Counter[Place] = Counter()
    wanted: Counter[Place] = Counter()
    everybody: Counter[Place] = Counter()
    sizes = (PlanCell.population, PlanCell.quota, PlanCell.invited)
    query = select(PlanCell.group, PlanCell.school_id, PlanCell.school_chance, *sizes)
    for cell in session.execute(query.where(PlanCell.plan_id == plan.id)):
        if cell.group not in groups or not (cell.school_id is None or cell.school_id in schools):
            continue
        place = groups[cell.group], schools.get(cell.school_id, NO_SCHOOL)
        wanted[place] += cell.quota
        everybody[place] += cell.population
        if cell.invited and cell.school_chance:
            first[place] = cell.school_chance
            invited[place] += cell.invited
            people[place] += cell.population
    if not first:
        return None
    places = sorted(first)
    group, school = np.array(places).T
    chance = np.array([first[place] * invited[place] / people[place] for place in places])
    chances = Chances(group, school, chance, np.array([invited[place] for place in places]))
    return Draw(plan.digest, chances, _beyond(wanted, everybody))


def _beyond(wanted: Mapping[Place, int], everybody: Mapping[Place, int]) -> Mapping[int, int]:
    asked = {group for (group, _school), quota in wanted.items() if quota}
    found: Counter[int] = Counter()
    for (group, school), quota in wanted.items():
        if not quota and group in asked:
            found[group] += everybody[group, school]
    return {group: people for group, people in found.items() if people}
