"""Weights of an evaluation follow from the draw of its plan, where people were drawn; every step is kept."""

from __future__ import annotations

import random
from time import perf_counter

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.frame import Population, Sample
from analysis.weighting.steps import Chances
from surveys.campaigns import CampaignView
from surveys.counts import recount
from surveys.datasets import load_dataset
from surveys.datasets.chances import Draw
from surveys.datasets.rosters import Roster
from surveys.errors import SurveyError
from surveys.evaluations import evaluate, preview
from surveys.evaluations.weighing import weigh
from surveys.models import PlanCell, School
from surveys.plans.drawing import draw_plan
from surveys.plans.inviting import issue_invited
from tests import factories
from tests.factories import NOW, SECRET, TODAY
from tests.surveys.drawn import PEOPLE, SCHOOLS, add_drawable

QUOTAS = {"student": 8, "parent": 8, "teacher": 4, "principal": 2, "npc_deputy": 8}
LATER = NOW.replace(day=13)


def surveyed(session: Session, *, share: float = 0.7, seed: int = 4) -> CampaignView:
    """A drawn campaign in which a share of those who were invited answered, some satisfied and some not."""
    campaign = add_drawable(session, quotas=QUOTAS)
    draw_plan(session, campaign_id=campaign.id, seed=20260512, now=NOW, by="officer")
    randoms = factories.drawer()
    where = {"campaign_id": campaign.id, "secret": SECRET, "draw": randoms, "by": "officer"}
    issue_invited(session, now=NOW, today=TODAY, **where)
    rng = random.Random(seed)
    for slip in factories.list_slips(session, campaign, kind="personal"):
        if rng.random() < share:
            door = factories.open_door(session, slip)
            raw = {item.id: [rng.choice("4431")] for item in door.papers[0].instrument.items}
            factories.send(session, door, raw=raw)
    return campaign


def test_the_whole_way_from_a_draw_to_a_score(session: Session) -> None:
    """Base weights are those of the stored chances; the final ones add up to the frame in every margin."""
    surveyed(session)
    made = evaluate(session, name="tiny", now=NOW)
    weights = made.result["weights"]
    assert (made.recipe["weighting"], weights["weighting"]) == ("design", "design")
    assert [step["step"] for step in weights["steps"]] == ["base", "nonresponse", "calibration", "trimming"]
    cells = session.execute(select(PlanCell, School.code).outerjoin(School, School.id == PlanCell.school_id))
    chances = {
        (cell.group, code): (cell.school_chance or 0) * (cell.person_chance or 0)
        for cell, code in cells
        if cell.invited
    }
    totals: dict[tuple[str, str], float] = {}
    for row in weights["cells"]:
        assert row["base"] == pytest.approx(1 / chances[row["group"], row["school"]])
        product = row["base"] * row["nonresponse"] * row["calibration"] * row["trimming"]
        assert row["final"] == pytest.approx(product)
        stage, locality = SCHOOLS[row["school"]] if row["school"] else ("county", "county")
        for kind in {stage, locality}:
            place = row["group"], kind
            totals[place] = totals.get(place, 0) + row["final"] * row["responses"]
    for group in ("student", "parent", "teacher"):
        for kind in ("primary", "junior", "town", "rural"):
            people = sum(PEOPLE[code][group] for code in SCHOOLS if kind in SCHOOLS[code])
            assert totals[group, kind] == pytest.approx(people), (group, kind)
    assert totals["npc_deputy", "county"] == pytest.approx(40)
    assert all(step["deff"] >= 1 for step in weights["steps"])
    assert weights["steps"][-1]["sum"] == pytest.approx(sum(sum(groups.values()) for groups in PEOPLE.values()))


def test_the_recipe_names_the_draw(session: Session) -> None:
    campaign = surveyed(session)
    draw = load_dataset(session, campaign_id=campaign.id).roster.draw
    made = evaluate(session, name="tiny", now=NOW)
    assert draw is not None
    assert made.recipe["plan"] == draw.digest
    assert evaluate(session, name="tiny", now=NOW).number == made.number
    other = evaluate(session, name="tiny", now=NOW, weighting="frame")
    assert (other.number, other.recipe["plan"]) == (made.number + 1, None)
    assert [step["step"] for step in other.result["weights"]["steps"]] == ["base", "nonresponse"]
    bare = evaluate(session, name="tiny", now=NOW, weighting="none")
    assert bare.result["weights"] is None


def test_without_a_draw_the_frame_weighs(session: Session) -> None:
    campaign = factories.add_campaign(session)
    for slip in factories.add_posters(session, campaign):
        factories.send(session, factories.open_door(session, slip))
    made = evaluate(session, name="tiny", now=NOW)
    assert made.recipe["weighting"] == "frame"
    (cell,) = (row for row in made.result["weights"]["cells"] if (row["group"], row["school"]) == ("npc_deputy", None))
    assert (cell["responses"], cell["final"]) == (1, 20.0)
    with pytest.raises(SurveyError, match=r"score\.no_draw"):
        evaluate(session, name="tiny", now=NOW, weighting="design")


def test_numbers_from_counts_are_those_of_the_answers(session: Session) -> None:
    campaign = surveyed(session)
    recount(session, campaign_id=campaign.id, now=LATER, today=LATER.date())
    made, found = evaluate(session, name="tiny", now=LATER).result, preview(session, name="tiny", now=LATER).result
    assert found["composite"]["value"] == pytest.approx(made["composite"]["value"])
    assert found["composite"]["se"] == pytest.approx(made["composite"]["se"])
    for name in ("steps", "groups", "cells"):
        for one, other in zip(found["weights"][name], made["weights"][name], strict=True):
            assert one == pytest.approx(other)


def test_answers_from_a_poster_at_a_school_that_was_not_drawn_are_told(session: Session) -> None:
    campaign = surveyed(session)
    undrawn = session.scalars(select(School.code).join(PlanCell).where(PlanCell.invited == 0)).first()
    for slip in factories.add_posters(session, campaign):
        if (slip.school_code, slip.group) == (undrawn, "parent"):
            for _ in range(6):
                factories.send(session, factories.open_door(session, slip))
    result = evaluate(session, name="tiny", now=NOW).result
    (told,) = (notice["params"] for notice in result["notices"] if notice["code"] == "outside_plan")
    assert told == {"group": "parent", "cells": 1, "answers": 6}
    (row,) = (row for row in result["weights"]["cells"] if (row["group"], row["school"]) == ("parent", undrawn))
    assert row["base"] == pytest.approx(PEOPLE[undrawn]["parent"] / 6)


def test_people_whom_no_draw_could_reach_are_told(session: Session) -> None:
    campaign = surveyed(session)
    where = (PlanCell.group == "teacher", PlanCell.school_id.is_not(None))
    cells = list(session.scalars(select(PlanCell).where(*where)))
    out = next(cell for cell in cells if not cell.invited)
    out.quota = 0
    session.flush()
    beyond = load_dataset(session, campaign_id=campaign.id).roster.draw.beyond  # type: ignore[union-attr]
    assert list(beyond.values()) == [out.population]
    notices = evaluate(session, name="tiny", now=NOW).result["notices"]
    told = [each["params"] for each in notices if each["code"] == "beyond_draw"]
    assert {"group": "teacher", "people": out.population} in told


def test_a_million_answers_are_weighted_in_seconds() -> None:
    schools, each = 300, 1_700
    school = np.repeat(np.arange(schools), 2)
    group = np.tile([0, 1], schools)
    strata = ("rural.junior", "rural.primary", "urban.junior", "urban.primary", "unplaced")
    stratum = school % 4
    roster = Roster(
        groups=("student", "parent"),
        school_ids=tuple(range(schools)),
        school_codes=tuple(f"S{n}" for n in range(schools)),
        school_names={},
        strata=strata,
        population=Population(group, school, stratum, np.full(2 * schools, 2_000)),
        by_group={},
        draw=Draw("digest", Chances(group, school, 0.5 + school / 1000, np.full(2 * schools, 1_900))),
    )
    row = np.repeat(np.arange(2 * schools), each)
    names = Sample(
        answers=np.ones((row.size, 1), np.uint8),
        items=("q",),
        group=group[row],
        groups=roster.groups,
        school=school[row],
        schools=roster.school_codes,
        stratum=stratum[row],
        strata=strata,
        cluster=school[row],
        weight=np.ones(row.size),
    )
    begin = perf_counter()
    found = weigh(names, roster, "design")
    assert perf_counter() - begin < 15
    assert found.weight.sum() == pytest.approx(2_000 * 2 * schools)
