"""Who was drawn, as arrays beside the frame: the chances that weights begin with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.weighting.steps import Chances
from surveys.models import Plan, PlanCell

NO_SCHOOL = -1


@dataclass(frozen=True)
class Draw:
    """The draw of a campaign's newest plan. `digest` is of everything that was drawn."""

    digest: str
    chances: Chances


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
    first: dict[tuple[int, int], float] = {}  # the chance of the school
    invited: Counter[tuple[int, int]] = Counter()
    people: Counter[tuple[int, int]] = Counter()
    columns = (PlanCell.group, PlanCell.school_id, PlanCell.school_chance, PlanCell.invited, PlanCell.population)
    for cell in session.execute(select(*columns).where(PlanCell.plan_id == plan.id)):
        if (
            cell.invited
            and cell.school_chance
            and cell.group in groups
            and (cell.school_id is None or cell.school_id in schools)
        ):
            place = groups[cell.group], schools.get(cell.school_id, NO_SCHOOL)
            first[place] = cell.school_chance
            invited[place] += cell.invited
            people[place] += cell.population
    if not first:
        return None
    places = sorted(first)
    group, school = np.array(places).T
    chance = np.array([first[place] * invited[place] / people[place] for place in places])
    return Draw(plan.digest, Chances(group, school, chance, np.array([invited[place] for place in places])))
