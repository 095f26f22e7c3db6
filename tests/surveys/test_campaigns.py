"""Campaigns: from YAML, through their states, to their progress."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import campaigns, models
from surveys.campaigns import CampaignView, ProgressRow, state_of
from surveys.errors import SurveyError
from tests.factories import (
    NOW,
    PEOPLE,
    ZONE,
    add_campaign,
    add_county,
    add_posters,
    add_slips,
    both,
    campaign_document,
    open_door,
    publish_paper,
    send,
)

HOUR = timedelta(hours=1)
SHAPES = {
    "an unknown key": {"colour": "red"},
    "a name with capitals": {"campaign": "Tiny"},
    "a name that ends in a line break": {"campaign": "tiny\n"},
    "a blank title": {"title": {"zh-CN": " "}},
    "no Chinese title": {"title": {"en": "A survey"}},
    "a title in no language": {"title": {"zh-CN": "调查", "Chinese": "x"}},
    "no papers": {"papers": {}},
    "a group without papers": {"papers": {"parent": []}},
    "a version without a number": {"scorecard": "renke-default@"},
    "no county": {"county": None},
}
MEANINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no such county": ({"county": "nowhere"}, "campaign.county_unknown", "county"),
    "a province": ({"county": "demo-province"}, "campaign.county_unknown", "county"),
    "no such scorecard": ({"scorecard": "none"}, "campaign.scorecard_unknown", "scorecard"),
    "no such version": ({"scorecard": "renke-default@7"}, "campaign.scorecard_unknown", "scorecard"),
    "a day without a time": ({"opens": "2026-05-12"}, "campaign.time_unreadable", "opens"),
    "no day at all": ({"closes": "soon"}, "campaign.time_unreadable", "closes"),
    "a number for a time": ({"closes": 20260512}, "campaign.time_unreadable", "closes"),
    "the end before the beginning": ({"closes": "2020-01-01 08:00"}, "campaign.closes_before_opening", "closes"),
}


def create(session: Session, content: str) -> CampaignView:
    return campaigns.create_campaign(session, content=content, now=NOW, timezone=ZONE)


def refuse(session: Session, content: str) -> SurveyError:
    """The refusal of `content`, after which nothing has been written."""
    before = count_rows(session)
    with pytest.raises(SurveyError) as caught:
        create(session, content)
    assert count_rows(session) == before
    return caught.value


def count_rows(session: Session) -> list[int | None]:
    written = (models.Campaign, models.CampaignPaper, models.InstrumentVersion, models.ScorecardVersion)
    return [session.scalar(select(func.count()).select_from(table)) for table in written]


def papers(**changes: Any) -> dict[str, Any]:
    """The papers of the tiny campaign; None leaves a group out."""
    groups = {group: ["tiny"] for groups in PEOPLE.values() for group in groups} | changes
    return {group: names for group, names in groups.items() if names is not None}


# From YAML


def test_a_campaign_is_made_from_yaml(session: Session) -> None:
    add_county(session)
    publish_paper(session)
    made = create(session, campaign_document(approval="模拟〔2026〕1号", contact="0000", closes="2026-05-20 18:00"))
    assert (made.name, made.county, made.county_path) == ("tiny", "demo", "/demo-province/demo/")
    assert (made.scorecard, made.scorecard_number) == ("renke-default", 1)
    assert (made.title["en"], made.approval, made.contact) == ("(小调查（模拟数据）)", "模拟〔2026〕1号", "0000")
    assert made.simulated
    assert made.closes_at == datetime(2026, 5, 20, 10, 0, tzinfo=UTC)  # 18:00 in China
    assert campaigns.get_campaign(session, name="tiny", now=NOW) == made


@pytest.mark.parametrize(
    "written", ["2026-05-20 18:00", "2026-05-20 18:00:00", "'2026-05-20T18:00'", "2026-05-20T10:00:00Z"]
)
def test_a_time_may_be_written_as_people_write_it(session: Session, written: str) -> None:
    add_county(session)
    publish_paper(session)
    content = campaign_document(closes="HERE").replace('"HERE"', written).replace(": [", ": [ ")
    assert create(session, content).closes_at == datetime(2026, 5, 20, 10, 0, tzinfo=UTC)


def test_papers_are_in_the_order_of_groups_and_the_library_is_published_on_demand(session: Session) -> None:
    add_county(session)
    publish_paper(session)
    made = create(session, campaign_document(papers=papers(student=["student-g3-6", "student-g7-9"])))
    found = campaigns.papers_of(session, campaign_id=made.id)
    assert [(each.group, each.instrument.name) for each in found[:3]] == [
        ("student", "student-g3-6"),
        ("student", "student-g7-9"),
        ("parent", "tiny"),
    ]
    assert {each.number for each in found} == {1}


def test_a_campaign_keeps_the_version_it_named(session: Session) -> None:
    add_county(session)
    publish_paper(session)
    publish_paper(session, title=both("改过的小问卷"))
    older, newer = papers(parent=["tiny@1"]), papers()
    create(session, campaign_document(campaign="older", papers=older))
    create(session, campaign_document(campaign="newer", papers=newer))
    numbers = {}
    for name in ("older", "newer"):
        found = campaigns.get_campaign(session, name=name, now=NOW)
        numbers[name] = {each.number for each in campaigns.papers_of(session, campaign_id=found.id, group="parent")}
    assert numbers == {"older": {1}, "newer": {2}}


def test_the_newest_frame_of_the_county_is_used(session: Session) -> None:
    county = add_county(session)
    publish_paper(session)
    newest = models.Frame(county_id=county.id, number=2, digest="2", imported_at=NOW)
    session.add(newest)
    session.flush()
    assert create(session, campaign_document()).frame_id == newest.id


# What is refused


@pytest.mark.parametrize("changes", SHAPES.values(), ids=SHAPES.keys())
def test_the_wrong_shape_is_refused(session: Session, changes: dict[str, Any]) -> None:
    add_county(session)
    error = refuse(session, campaign_document(**changes))
    assert (error.code, error.kind) == ("campaign.shape", "invalid")
    assert all(problem.line and problem.path is not None for problem in error.problems)


@pytest.mark.parametrize("content", ["", "a: [", b"\xff\xfe\x00", "- only\n- a list\n"], ids=repr)
def test_what_is_no_yaml_map_is_refused(session: Session, content: str) -> None:
    assert refuse(session, content).code in ("campaign.malformed", "campaign.shape")


@pytest.mark.parametrize(("changes", "code", "path"), MEANINGS.values(), ids=MEANINGS.keys())
def test_a_campaign_without_sense_is_refused(session: Session, changes: dict[str, Any], code: str, path: str) -> None:
    add_county(session)
    publish_paper(session)
    error = refuse(session, campaign_document(**changes))
    assert error.code == "campaign.invalid"
    assert [(problem.code, problem.path) for problem in error.problems] == [(code, path)]


PAPERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no such paper": ({"parent": ["none"]}, "campaign.instrument_unknown", "papers.parent[0]"),
    "no such version": ({"parent": ["tiny@9"]}, "campaign.instrument_unknown", "papers.parent[0]"),
    "a paper of others": ({"parent": ["teacher"]}, "campaign.paper_for_others", "papers.parent[0]"),
    "the same paper twice": ({"parent": ["tiny", "tiny@1"]}, "campaign.paper_repeated", "papers.parent[1]"),
    "no such group": ({"martian": ["tiny"]}, "campaign.group_unknown", "papers.martian"),
    "people without a paper": ({"npc_deputy": None}, "campaign.group_without_paper", "papers"),
    "a stage without a paper": ({"student": ["student-g3-6"]}, "campaign.stage_without_paper", "papers.student"),
}


@pytest.mark.parametrize(("changes", "code", "path"), PAPERS.values(), ids=PAPERS.keys())
def test_papers_that_do_not_fit_are_refused(session: Session, changes: dict[str, Any], code: str, path: str) -> None:
    add_county(session)
    publish_paper(session)
    error = refuse(session, campaign_document(papers=papers(**changes)))
    assert [(problem.code, problem.path) for problem in error.problems] == [(code, path)]


def test_a_scale_that_the_scorecard_does_not_know_is_refused(session: Session) -> None:
    add_county(session)
    publish_paper(session)
    options = [{"code": code, "text": both(str(code))} for code in (1, 2, 9)]
    document = {"scales": {"thumbs": {"options": options, "dont_know": [9]}}}
    items = [{"id": "thumbs_overall", "role": "overall", "text": both("x"), "scale": "thumbs"}]
    section = {"id": "all", "title": both("全部"), "items": items}
    publish_paper(session, instrument="thumbs", sections=[section], **document)
    error = refuse(session, campaign_document(papers=papers(parent=["thumbs"])))
    assert [(problem.code, problem.path) for problem in error.problems] == [("scorecard.scale_uncovered", "scorecard")]


def test_every_problem_is_said_at_once_with_its_line(session: Session) -> None:
    add_county(session)
    publish_paper(session)
    content = campaign_document(county="nowhere", scorecard="none", closes="soon", papers=papers(parent=["none"]))
    problems = refuse(session, content).problems
    lines = content.splitlines()
    assert [problem.code.split(".")[1] for problem in problems] == [
        "county_unknown",
        "scorecard_unknown",
        "instrument_unknown",
        "time_unreadable",
    ]
    for problem in problems:
        assert problem.value in lines[(problem.line or 0) - 1]


def test_a_county_without_a_frame_is_refused(session: Session) -> None:
    add_county(session)
    publish_paper(session)
    session.add(models.Region(code="bare", name="x", level="county", path="/bare/", simulated=True))
    error = refuse(session, campaign_document(county="bare"))
    assert [problem.code for problem in error.problems] == ["campaign.frame_missing"]


def test_the_same_campaign_again_is_a_conflict(session: Session) -> None:
    add_campaign(session)
    error = refuse(session, campaign_document())
    assert (error.code, error.kind) == ("campaign.name_taken", "conflict")
    assert error.problems[0].line == 2


def test_an_unknown_campaign_is_missing(session: Session) -> None:
    for call in (campaigns.get_campaign, campaigns.open_campaign, campaigns.close_campaign):
        with pytest.raises(SurveyError) as caught:
            call(session, name="none", now=NOW)
        assert (caught.value.code, caught.value.kind) == ("campaign.unknown", "missing")


# States


@pytest.mark.parametrize(
    ("opens", "closes", "state"),
    [
        (None, None, "draft"),
        (None, -1, "draft"),
        (1, None, "scheduled"),
        (1, 2, "scheduled"),
        (0, None, "open"),
        (-1, 1, "open"),
        (-1, 0, "closed"),
        (-2, -1, "closed"),
    ],
)
def test_the_state_follows_from_the_times(opens: int | None, closes: int | None, state: str) -> None:
    moments = [None if hours is None else NOW + hours * HOUR for hours in (opens, closes)]
    assert state_of(*moments, NOW) == state


@pytest.mark.parametrize("opens", [None, "2026-06-01 08:00"], ids=["draft", "scheduled"])
def test_a_campaign_opens_now_and_closes_now(session: Session, opens: str | None) -> None:
    add_campaign(session, opens=opens)
    opened = campaigns.open_campaign(session, name="tiny", now=NOW)
    assert (opened.state, opened.opens_at) == ("open", NOW)
    assert campaigns.open_campaign(session, name="tiny", now=NOW + HOUR).opens_at == NOW
    closed = campaigns.close_campaign(session, name="tiny", now=NOW + HOUR)
    assert (closed.state, closed.closes_at) == ("closed", NOW + HOUR)


def test_a_closed_campaign_stays_closed(session: Session) -> None:
    add_campaign(session)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    with pytest.raises(SurveyError) as caught:
        campaigns.open_campaign(session, name="tiny", now=NOW)
    assert (caught.value.code, caught.value.kind) == ("campaign.already_closed", "conflict")


@pytest.mark.parametrize("opens", [None, "2026-06-01 08:00"], ids=["draft", "scheduled"])
def test_what_is_not_open_cannot_be_closed(session: Session, opens: str | None) -> None:
    add_campaign(session, opens=opens)
    with pytest.raises(SurveyError) as caught:
        campaigns.close_campaign(session, name="tiny", now=NOW)
    assert (caught.value.code, caught.value.kind) == ("campaign.not_open", "conflict")


# Lists and progress


def test_a_list_holds_the_subtree_newest_first(session: Session) -> None:
    add_campaign(session, campaign="first")
    add_campaign(session, campaign="other", county="demo-2")
    add_campaign(session, campaign="second")
    for path, names in (("/demo-province/", ["second", "first"]), ("/", ["second", "other", "first"]), ("/_", [])):
        assert [each.name for each in campaigns.list_campaigns(session, path=path, now=NOW)] == names


def test_progress_counts_people_codes_and_responses_by_school_and_group(session: Session) -> None:
    campaign = add_campaign(session)
    posters, slips = add_posters(session, campaign), add_slips(session, campaign, count=3)
    send(session, open_door(session, slips[0]))
    deputies = next(each for each in posters if each.group == "npc_deputy")
    for _ in range(2):
        send(session, open_door(session, deputies))
    rows = campaigns.progress(session, campaign_id=campaign.id)
    assert [(row.school_code, row.group) for row in rows][:5] == [
        ("J01", "student"),
        ("J01", "parent"),
        ("J01", "teacher"),
        ("J01", "principal"),
        ("P01", "student"),
    ]
    parents = next(row for row in rows if (row.school_code, row.group) == ("P01", "parent"))
    assert parents == ProgressRow("parent", "P01", "P01学校（模拟）", 60, 3, 1, 1)
    assert rows[-1] == ProgressRow("npc_deputy", None, None, 20, 0, 0, 2)
    assert sum(row.responses for row in rows) == 3


def test_the_schema_is_a_valid_schema() -> None:
    from jsonschema import Draft202012Validator

    from surveys.campaigns.creating import SCHEMA

    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text("utf-8")))
