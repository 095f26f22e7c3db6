"""What programs read: whose, how much, in parts, and again only where it has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.edge import Renke
from app.publication import plain_figure
from app.studies import make_studies
from surveys import accounts, campaigns, studies, trail
from surveys.accounts import tokens
from surveys.campaigns import documents
from surveys.db import Database
from surveys.publication import get_publication
from surveys.studies.telling import _of_open_groups
from tests import factories
from tests.app.programs import HOME, PAPERS, Program, api_over, furnish, make_token, problem_of
from tests.conftest import sqlite_database


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    home = tmp_path_factory.mktemp("furnished")
    with sqlite_database(home, sqlite_template) as database:
        furnish(database)
    return home / "renke.db"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Renke]:
    with api_over(tmp_path_factory.mktemp("api"), template) as app:
        yield app


@pytest.fixture(scope="module")
def analyst(app: Renke) -> Program:
    return Program(app, make_token(app, "analyst"))


@pytest.fixture
def own(tmp_path: Path, template: Path) -> Iterator[Renke]:
    """An application that a test may change."""
    with api_over(tmp_path, template) as app:
        yield app


def test_the_way_in_is_for_everybody(app: Renke) -> None:
    found = Program(app).read("")
    assert found == Program(app).read("/api/v1")
    for name in ("openapi", "token", "campaigns"):
        assert found[name].startswith(HOME)
    assert Program(app).read(found["openapi"])["openapi"] == "3.1.0"


def test_a_token_says_what_it_gives(app: Renke) -> None:
    token = make_token(app, "evaluator", scopes=["results:read"], region="demo", days=7)
    found = Program(app, token).read("token")
    assert found == {
        "name": "测试", "account": "evaluator", "role": "evaluator", "scopes": ["results:read"], "region": "demo",
        "region_name": "demo（模拟）", "expires_at": (app.clock() + timedelta(days=7)).isoformat(),
    }  # fmt: skip


def test_campaigns_are_those_of_the_token_s_region(app: Renke, analyst: Program) -> None:
    whole = Program(app, make_token(app, "evaluator"))
    names = ["running", "newer", "older"]
    assert [each["name"] for each in analyst.read("campaigns")["items"]] == names
    assert [each["name"] for each in whole.read("campaigns")["items"]] == names
    assert [each["name"] for each in whole.read("campaigns?state=closed")["items"]] == names[1:]
    assert [each["name"] for each in whole.read("campaigns?state=open&region=demo")["items"]] == names[:1]
    assert whole.read("campaigns?state=draft")["items"] == whole.read("campaigns?state=scheduled")["items"] == []
    below = Program(app, make_token(app, "analyst", region="demo-town"))
    assert below.read("campaigns") == {"items": [], "next": None}
    assert below.refused("campaigns/newer")["code"] == "campaign.unknown"
    assert below.refused("campaigns?region=demo")["code"] == "region.unknown"
    neighbour = Program(app, make_token(app, "neighbour"))
    assert [each["name"] for each in neighbour.read("campaigns")["items"]] == ["elsewhere"]
    assert neighbour.refused("campaigns/newer")["detail"].replace("newer", "x") == (
        neighbour.refused("campaigns/nowhere")["detail"].replace("nowhere", "x")
    )


def test_states_are_those_that_the_console_shows(own: Renke) -> None:
    """The database sorts by time what the domain calls by its name."""
    now = own.clock()
    with own.database.begin() as session:
        for name, opens, closes in (("draft", None, None), ("later", 1, 2), ("now", -1, 1), ("over", -2, -1)):
            times = {"opens": _in_days(now, opens), "closes": _in_days(now, closes)}
            factories.add_campaign(session, campaign=name, papers=PAPERS, **times)
        known = {each.name: each.state for each in campaigns.list_campaigns(session, path="/", now=now)}
    program = Program(own, make_token(own, "analyst"))
    for state in ("draft", "scheduled", "open", "closed"):
        found = {each["name"]: each["state"] for each in program.read(f"campaigns?state={state}")["items"]}
        assert found == {name: each for name, each in known.items() if each == state and name != "elsewhere"}
        assert found


def _in_days(now: datetime, days: int | None) -> str | None:
    return None if days is None else (now + timedelta(days=days)).isoformat()


def test_parts_of_a_list_make_the_whole_and_nothing_twice(own: Renke) -> None:
    program = Program(own, make_token(own, "analyst"))
    for address, limit in (("campaigns", 1), ("regions", 1), ("campaigns/newer/progress/places", 7),
                           ("campaigns/newer/evaluations", 1)):  # fmt: skip
        whole = program.read(f"{address}?limit=200")["items"]
        assert program.read_all(address, limit) == whole, address
        assert len(whole) >= 1
    first = program.read("campaigns?limit=1")
    with own.database.begin() as session:
        factories.add_campaign(session, campaign="newest", papers=PAPERS)
    names = [each["name"] for each in program.read(f"campaigns?cursor={first['next']}")["items"]]
    assert names == ["newer", "older"], "what came meanwhile shifts nothing"


def test_places_go_on_where_they_stopped_though_others_came(own: Renke) -> None:
    program = Program(own, make_token(own, "analyst"))
    whole = program.read("campaigns/newer/progress/places?limit=200")["items"]
    assert [each["school"] for each in whole][-1] is None
    first = program.read("campaigns/newer/progress/places?limit=5")
    rest = program.read(f"campaigns/newer/progress/places?limit=200&cursor={first['next']}")["items"]
    assert first["items"] + rest == whole
    only = program.read("campaigns/newer/progress/places?group=parent&school=UP1")["items"]
    assert [(each["group"], each["school"], each["completed"]) for each in only] == [("parent", "UP1", 3)]
    assert program.read("campaigns/newer/progress/places?school=没有")["items"] == []
    last = "p3" + "ff" * 20  # no text at all, and still a place
    assert program.get(f"campaigns/newer/progress/places?cursor={last}").status_code == 200


def test_documents_are_those_that_were_published(app: Renke, analyst: Program) -> None:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="newer", now=app.clock())
        (paper,) = documents.list_instruments(session, campaign=campaign)
        card = documents.get_scorecard(session, campaign=campaign)
    (found,) = analyst.read("campaigns/newer/instruments")["items"]
    assert found["document"] == paper.version.document
    assert set(found["groups"]) == {"student", "parent", "teacher", "npc_deputy"}
    scorecard = analyst.read("campaigns/newer/scorecard")
    assert (scorecard["scorecard"], scorecard["document"]) == ("renke-default", card.document)
    assert f"{scorecard['scorecard']}@{scorecard['number']}" == analyst.read("campaigns/newer")["scorecard"]


def test_figures_are_those_that_may_be_shown_and_no_others(app: Renke, analyst: Program) -> None:
    with app.database.read() as session:
        published = get_publication(session, name="newer", now=app.clock())
    rows = analyst.read_all("campaigns/newer/evaluations/1/figures", 97)
    assert len(rows) == len(list(published)) > 60
    for row, figure in zip(rows, published, strict=True):
        known = json.loads(json.dumps(plain_figure(figure)))
        assert {name: row[name] for name in known} == known
        if figure.hidden == "few":
            assert row["value"] is row["n"] is row["responses"] is row["population"] is None
    hidden = [row for row in rows if row["hidden"]]
    assert ("UP1", "student") in {(row["school"], row["group"]) for row in hidden}
    of_school = analyst.read("campaigns/newer/evaluations/1/figures?kind=cell&school=UJ1")["items"]
    assert {row["group"] for row in of_school} == {"student", "parent", "teacher"}
    county = analyst.read("campaigns/newer/evaluations/1")
    assert county["composite"] == rows[0]
    assert county["groups"] == [row for row in rows if row["kind"] == "group"]
    assert "schools" not in county["facts"]
    assert "cells" not in county["facts"]["weights"]


def test_what_must_not_be_shown_is_in_no_answer(app: Renke, analyst: Program) -> None:
    """The raw result of the evaluation knows three pupils of UP1: nothing that is read here does."""
    from surveys.evaluations import find_evaluation

    with app.database.read() as session:
        made = find_evaluation(session, name="newer")
    assert made is not None
    raw = {json.dumps(each["value"]) for each in made.result["schools"] if each["school"] == "UP1" and each["value"]}
    raw -= {json.dumps(each["value"]) for each in made.result["schools"] if each["school"] != "UP1"}
    assert raw
    figures = analyst.read_all("campaigns/newer/evaluations/1/figures", 200)
    text = json.dumps([analyst.read("campaigns/newer/evaluations/1"), figures])
    assert not [each for each in raw if len(each) > 6 and each in text]


def test_only_evaluations_that_are_shown_are_listed(app: Renke, analyst: Program) -> None:
    (listed,) = analyst.read("campaigns/newer/evaluations")["items"]
    assert (listed["number"], listed["signed"]) == (1, False)
    assert analyst.read("campaigns/running/evaluations")["items"] == []
    found = analyst.refused("campaigns/running/evaluations/1")
    assert (found["code"], "请先" in found["detail"]) == ("score.not_yet", False), "a program reckons no score"
    assert analyst.refused("campaigns/newer/evaluations/2")["code"] == "score.no_such"
    assert analyst.refused("campaigns/newer/evaluations/999999/figures")["status"] == 404


def test_results_that_are_taken_stand_in_the_trail(own: Renke) -> None:
    program = Program(own, make_token(own, "analyst"))
    program.read("campaigns/newer/evaluations/1")
    program.read_all("campaigns/newer/evaluations/1/figures", 20)
    with own.database.read() as session:
        campaign = campaigns.get_campaign(session, name="newer", now=own.clock())
        deeds = [each for each in trail.list_deeds(session, campaign_id=campaign.id) if each.action == trail.TAKEN]
    told = [(each.by, each.facts["what"], each.facts["evaluation"], each.facts["token"]) for each in deeds]
    assert sorted(told) == [("analyst", "api_evaluation", 1, "测试"), ("analyst", "api_figures", 1, "测试")]


def test_progress_is_the_cockpit_s(app: Renke, analyst: Program) -> None:
    found = analyst.read("campaigns/newer/progress")
    assert found["total"]["completed"] == sum(each["completed"] for each in found["groups"])
    assert found["total"]["completed"] == sum(each["completed"] for each in found["schools"])
    students = next(each for each in found["groups"] if each["group"] == "student")
    assert (students["population"], students["completed"]) == (12 * 80, 11 * 30 + 3)


def test_what_has_not_changed_is_not_sent_again(own: Renke) -> None:
    program = Program(own, make_token(own, "analyst"))
    for address in ("campaigns", "campaigns/newer", "campaigns/newer/evaluations/1", "campaigns/newer/instruments", "",
                    "openapi.json"):  # fmt: skip
        first = program.get(address)
        again = program.get(address, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b""), address
        assert again.headers["ETag"] == first.headers["ETag"]
        assert first.headers["Cache-Control"] == "private, no-cache"
        assert program.get(address, If_None_Match='"other"').status_code == 200
    before = program.get("campaigns").headers["ETag"]
    with own.database.begin() as session:
        factories.add_campaign(session, campaign="newest", papers=PAPERS)
    assert program.get("campaigns", If_None_Match=before).status_code == 200
    nobody = Program(own).get("campaigns", If_None_Match=before)
    assert nobody.status_code == 401, "who may not read it hears that first"


def test_the_head_of_an_answer_is_that_of_the_whole(app: Renke, analyst: Program) -> None:
    whole, head = analyst.get("campaigns/newer"), analyst.get("campaigns/newer", method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_a_token_s_last_day_is_noted(own: Renke) -> None:
    program = Program(own, make_token(own, "analyst"))
    program.read("token")
    with own.database.read() as session:
        account = accounts.get_account(session, name="analyst")
        (listed,) = tokens.list_tokens(session, account_id=account.id, now=own.clock())
    assert listed.used_on == own.today()


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_it_reads_the_same_from_both_databases(database: Database, tmp_path: Path) -> None:
    from app import create_app
    from tests.app.conftest import Clock
    from tests.app.programs import settings_for

    furnish(database)
    app = create_app(settings_for(tmp_path), database=database, clock=Clock())
    program = Program(app, make_token(app, "analyst"))
    assert [each["name"] for each in program.read("campaigns?state=closed")["items"]] == ["newer", "older"]
    assert len(program.read_all("campaigns", 1)) == 3
    assert len(program.read_all("regions", 1)) == 2
    assert program.read("campaigns/newer/progress")["total"]["completed"] > 100
    assert program.read("campaigns/newer/evaluations/1")["verdict"] in ("met", "not_met", "not_enough_evidence")
    for wrong in ("campaigns/a%00b", "campaigns?region=%00", "regions/%ED%A0%80", "campaigns?cursor=c7ffffff%00"):
        assert problem_of(program.get(wrong))["status"] in (404, 422)
    assert program.get("campaigns?cursor=c7fffffff").status_code == 200
    assert program.get("regions?cursor=r7fffffff").json["items"] == []


def test_studies_are_told_no_finer_than_pages_print_them(own: Renke) -> None:
    program = Program(own, make_token(own, "analyst"))
    assert program.read("campaigns/newer/studies")["items"] == []
    assert program.refused("campaigns/newer/studies/schools")["code"] == "api.no_study"
    assert program.refused("campaigns/newer/studies/certainty")["code"] == "api.address"
    with own.app_context():
        kinds = [each.kind for each in make_studies(name="newer", number=1) if each.refusal is None]
    told = [kind for kind in studies.TOLD if kind in kinds]
    assert {"schools", "changes"} <= set(told)
    listed = program.read("campaigns/newer/studies")["items"]
    assert [each["kind"] for each in listed] == told
    schools = program.read("campaigns/newer/studies/schools")["study"]
    shown = {row["school"] for view in schools["views"] for row in view["schools"]}
    assert "UJ1" in shown
    assert "UP1" not in shown
    changes = program.read("campaigns/newer/studies/changes")["study"]
    values = [row["value"] for row in changes["rounds"][0]["groups"] if row["value"] is not None]
    assert values
    assert values == [round(each, 1) for each in values]


def test_what_goes_with_the_overall_judgement_is_told_of_open_groups_only(app: Renke) -> None:
    with app.database.read() as session:
        published = get_publication(session, name="newer", now=app.clock())
    shut = [replace(each, hidden="few") if each.group == "parent" else each for each in published.groups]
    study = {"level": 0.95, "groups": [{"group": "parent", "r2": 0.123456}, {"group": "student", "r2": 0.123456}]}
    told = _of_open_groups(study, replace(published, groups=tuple(shut)))
    assert told["groups"] == [{"group": "student", "r2": 0.1235}]
