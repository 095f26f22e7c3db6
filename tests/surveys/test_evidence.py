"""Looking at answers: what is kept, what is hidden, who is not pointed at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import campaigns, honesty, trail
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.evaluations import evaluate
from surveys.hiding import hide
from surveys.honesty.reading import without_few
from surveys.models import Response
from surveys.responses import ImportedResponse, add_imported
from tests import factories
from tests.factories import NOW, SECRET, TODAY
from tests.surveys.coached import add_coached

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def coached(session: Session) -> CampaignView:
    campaign = add_coached(session)
    return campaigns.close_campaign(session, name=campaign.name, now=NOW)


def look(session: Session, **changes: Any) -> honesty.EvidenceView:
    sight = honesty.look(session, name="tiny", now=LATER, **changes)
    return honesty.keep(session, sight=sight, now=LATER, by="officer")


def figures(run: honesty.EvidenceView, *names: str) -> Iterator[dict[str, Any]]:
    for school in run.result["schools"]:
        for family in school["families"]:
            yield from (each for each in family["figures"] if each["figure"] in names)


def keys_of(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from keys_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys_of(value)


def test_a_coached_county(session: Session, coached: CampaignView) -> None:
    run = look(session)
    result = run.result
    unusual = {(each["school"], each["group"]) for each in result["schools"] if each["unusual"]}
    assert unusual == {("S00", "parent"), ("S01", "parent")}
    (school,) = (each for each in result["schools"] if (each["school"], each["group"]) == ("S00", "parent"))
    standing_out = {each["family"] for each in school["families"] if each["stands_out"]}
    assert {"burst", "pace"} <= standing_out
    groups = {each["group"]: each for each in result["groups"]}
    assert (
        0 < groups["parent"]["flags"]["speed_certain"] < groups["parent"]["certain"] <= groups["parent"]["candidates"]
    )
    assert groups["student"]["told"]["yes"] < groups["parent"]["told"]["yes"]
    cells = {(each["school"], each["group"]): each for each in result["cells"]}
    assert (
        sum(each["certain"] for (_, group), each in cells.items() if group == "parent") == groups["parent"]["certain"]
    )
    signs = {each["sign"]: each for each in result["signs"]}
    assert {"speed_certain", "told", "burst", "candidate", "unusual"} <= set(signs)
    assert 0 < signs["candidate"]["rate"] <= signs["candidate"]["worst"] < 0.05
    assert signs["comments"]["rate"] is None, "simulated people write none"
    assert json.loads(json.dumps(result)) == result

    # the same forms give what is kept already, and the trail has it once
    assert look(session) == run
    assert [each.facts for each in trail.list_deeds(session, campaign_id=coached.id, action="evidence.looked")] == [
        {"number": 1}
    ]
    # nothing is about one form, and the figures of few people are not there
    assert not {"form", "forms_flagged", "row", "id", "response", "answers", "day"} & set(keys_of(result))
    honest = [each for each in figures(run, "told_share") if each["observed"] is not None]
    assert len(honest) == 2, "where hardly anybody says so, they are not counted in public"

    # what is a score in disguise stays back until there is a score
    for each in figures(run, "mean", "gap", "top_excess", "positive_share"):
        assert each["observed"] is None
    evaluate(session, name="tiny", now=LATER)
    shown = honesty.find_evidence(session, campaign_id=coached.id, name="tiny")
    assert shown is not None
    assert all(each["observed"] is not None for each in figures(shown, "mean", "gap"))


def test_nobody_looks_while_answers_come_in(session: Session) -> None:
    factories.add_campaign(session)
    with pytest.raises(SurveyError) as refused:
        honesty.look(session, name="tiny", now=NOW)
    assert (refused.value.code, refused.value.kind) == ("evidence.not_closed", "conflict")


def test_what_is_too_much_for_a_page(session: Session) -> None:
    campaign = small_county(session)
    with pytest.raises(SurveyError) as refused:
        honesty.look(session, name="tiny", now=LATER, most=5)
    assert (refused.value.code, refused.value.params["most"]) == ("evidence.too_many", 5)
    assert honesty.find_evidence(session, campaign_id=campaign.id, name="tiny") is None


def test_without_answers_there_is_nothing_to_see(session: Session) -> None:
    factories.add_campaign(session)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    with pytest.raises(SurveyError) as refused:
        honesty.look(session, name="tiny", now=LATER)
    assert refused.value.code == "score.no_responses"


def test_small_cells_are_hidden(session: Session) -> None:
    small_county(session)
    result = look(session).result
    groups = {each["group"]: each for each in result["groups"]}
    assert groups["npc_deputy"]["flags"] is groups["npc_deputy"]["certain"] is groups["npc_deputy"]["told"] is None
    cells = {(each["school"], each["group"]): each["certain"] for each in result["cells"]}
    assert cells == {
        ("P01", "parent"): 30,
        ("P02", "parent"): None,  # four parents
        ("J01", "parent"): None,  # else the four would be the rest of the county's
    }
    assert groups["parent"]["certain"] == 30


def small_county(session: Session) -> CampaignView:
    campaign = factories.add_campaign(session)
    version = campaigns.papers_of(session, campaign_id=campaign.id)[0].version_id
    frame = {school.code: school.id for school in session.query(factories.School)}
    counts = {("parent", "P01", 0): 30, ("parent", "P02", 8): 4, ("parent", "J01", 8): 12, ("npc_deputy", None, 0): 5}
    rows = [
        ImportedResponse(
            f"{group}{school}{number}", group, frame.get(school or ""), version, b"\4\3\4", "zh-CN", TODAY, pace=pace
        )
        for (group, school, pace), count in counts.items()
        for number in range(count)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    return campaign


def test_an_honest_county(session: Session) -> None:
    add_coached(session, honest=True, seed=4)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    result = look(session).result
    assert [each["school"] for each in result["schools"] if each["unusual"]] == []


def test_other_answers_are_another_look(session: Session) -> None:
    campaign = small_county(session)
    first = look(session)
    row = session.query(Response).filter(Response.pace == 8).first()
    assert row is not None
    row.pace = 0
    session.flush()
    second = look(session)
    assert (first.number, second.number) == (1, 2)
    assert honesty.find_evidence(session, campaign_id=campaign.id, name="tiny", number=1) == first
    assert honesty.find_evidence(session, campaign_id=campaign.id, name="tiny") == second


@pytest.mark.parametrize(
    ("forms", "hidden"),
    [
        ({}, set()),
        ({0: 10, 1: 50}, set()),
        ({0: 9, 1: 50, 2: 20}, {0, 2}),
        ({0: 5, 1: 6, 2: 20}, {0, 1}),
        ({0: 3}, {0}),
    ],
)
def test_what_is_hidden_cannot_be_taken_from_the_total(forms: dict[int, int], hidden: set[int]) -> None:
    assert hide(forms) == hidden


def test_a_stricter_rule_of_publication_hides_more_flags() -> None:
    """Of groups and schools with fewer forms than the rule asks for, and of the next, which would tell them."""
    none = {"flags": None, "certain": None, "candidates": None, "told": None, "repeats": None}
    some = {"flags": {"speed": 3}, "certain": 2, "candidates": 4, "told": {"known": 15, "yes": 1}, "repeats": None}
    cells = [
        {"group": "student", "school": school, "forms": forms, "certain": 1, "candidates": 2}
        for school, forms in (("P01", 12), ("P02", 25), ("P03", 40), ("P04", 60))
    ]
    groups = [{"group": "student", "forms": 137, **some}, {"group": "teacher", "forms": 19, **some}]
    result = {"groups": groups, "cells": cells, "schools": []}
    assert without_few(result, smallest=10) == result
    strict = without_few(result, smallest=20)
    assert strict["groups"] == [
        {"group": "student", "forms": 137, **some, "told": None},
        {"group": "teacher", "forms": 19, **none},
    ]
    assert [each["certain"] for each in strict["cells"]] == [None, None, 1, 1]
