"""The pages of schools and of changes: what they show, what they must not, and how a study comes about."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.edge import Renke
from app.studies import make_studies, missing_kinds
from surveys import studies
from surveys.publication import get_publication
from tests import factories
from tests.app.desk import Desk, hashed
from tests.surveys.studied import LEVEL, ask

SCHOOLS, CHANGES = "/console/campaigns/newer/score/schools", "/console/campaigns/newer/score/changes"
MAKE = "/console/campaigns/newer/score/studies/schools"
SMALL, LOW = "UP1", "RJ2"


def add_staff(session: Session, password: str) -> None:
    from surveys import accounts

    for name in ("officer", "evaluator"):
        accounts.add_account(session, name=name, password=password, role=name, region="demo", now=factories.NOW)


@pytest.fixture
def desk(app: Renke) -> Desk:
    """Two rounds with scores, six answers from one school, and one school that few are content with."""
    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        ask(session, name="older", days_ago=365, seed=2)
        answered = {SMALL: {"student": 3, "parent": 3, "teacher": 0}}
        ask(session, level=LEVEL | {LOW: 0.3}, answered=answered)
        add_staff(session, password)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


@pytest.fixture
def studied(desk: Desk, app: Renke) -> Desk:
    with app.app_context():
        assert [each.refusal for each in make_studies(name="newer", number=1, kinds=("schools", "changes"))] == [
            None
        ] * 2
    return desk


def charts_of(page: Any) -> dict[str, Any]:
    return {each.get("id"): json.loads(each.text or "") for each in page.all("script", type="application/json")}


def publication_of(app: Renke) -> Any:
    with app.database.read() as session:
        return get_publication(session, name="newer", now=factories.NOW)


# Before


def test_a_missing_study_is_made_by_a_button(desk: Desk, app: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.studies.studies.KINDS", {kind: studies.KINDS[kind] for kind in ("schools", "changes")})
    page = desk.get(SCHOOLS)
    assert "还没有分析" in page.words
    assert MAKE in page.actions()
    page = desk.post(MAKE)
    assert "学校之间差多少" in page.words
    assert "历次得分" in desk.get(CHANGES).words, "what was missing besides was made, too"
    with app.app_context():
        assert missing_kinds(publication_of(app)) == ()


def test_readers_have_no_button(desk: Desk, app: Renke) -> None:
    reader = Desk(app.test_client())
    reader.sign_in("evaluator")
    page = reader.get(SCHOOLS)
    assert "县级管理员分析后" in page.words
    assert MAKE not in page.actions()


def test_many_answers_are_studied_by_command_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.studies.AT_ONCE", 100)
    page = desk.get(SCHOOLS)
    assert "flask studies make newer" in page.words
    assert MAKE not in page.actions()
    assert desk.post(MAKE).status == 409


def test_the_command(desk: Desk, app: Renke) -> None:
    ran = app.test_cli_runner().invoke(args=["studies", "make", "newer", "--kind", "schools"])
    assert (ran.exit_code, ran.output) == (0, "已分析：各校（第 1 次测评）\n")
    assert "学校之间差多少" in desk.get(SCHOOLS).words
    ran = app.test_cli_runner().invoke(args=["studies", "make", "nowhere"])
    assert ran.exit_code == 1


def test_one_study_that_fails_stops_no_other(desk: Desk, app: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.errors import AnalysisError

    def fail(basis: Any) -> dict[str, Any]:
        raise AnalysisError("here", "more", "less")

    monkeypatch.setattr("surveys.studies.making.KINDS", {"schools": fail, "changes": studies.KINDS["changes"]})
    with app.app_context():
        made = list(make_studies(name="newer", number=1, kinds=("schools", "changes")))
    assert [(each.kind, each.refusal and each.refusal.code) for each in made] == [
        ("schools", "study.impossible"),
        ("changes", None),
    ]


# Schools


def test_only_schools_that_are_published_are_on_the_page(studied: Desk, app: Renke) -> None:
    page, publication = studied.get(SCHOOLS), publication_of(app)
    hidden = {str(each.school) for each in publication.schools if each.hidden or each.bound}
    assert SMALL in hidden
    words = page.response.get_data(as_text=True)
    for code in hidden:
        assert f"{code}学校" not in words
        assert f">{code}<" not in words
    open_ = [str(each.school) for each in publication.schools if not each.hidden and not each.bound]
    assert [row[0].rsplit(" ", 1)[1] for row in page.rows(0)] == sorted(open_), "by code, never by value"
    assert f"另有 {len(hidden)} 所学校不公布" in page.words


def test_charts_hold_what_the_table_holds(studied: Desk) -> None:
    page = studied.get(SCHOOLS)
    charts = charts_of(page)
    assert set(charts) == {"chart-caterpillar", "chart-funnel", "chart-locality", "chart-stage"}
    rows = {row[0].rsplit(" ", 1)[0]: row for row in page.rows(0)}
    drawn = charts["chart-caterpillar"]["rows"]
    assert [row["value"] for row in drawn] == sorted((row["value"] for row in drawn), reverse=True)
    for row in drawn:
        assert f"{row['value']:.1f}" == rows[row["label"]][2]
        assert f"{row['low']:.1f} – {row['high']:.1f}" == rows[row["label"]][3]


def test_who_stands_out_has_a_name_and_the_rest_have_codes(studied: Desk) -> None:
    page = studied.get(SCHOOLS)
    dots = charts_of(page)["chart-funnel"]["rows"]
    assert [dot["label"] for dot in dots if dot["found"]] == [f"{LOW}学校（模拟）"]
    assert all("学校" not in dot["label"] for dot in dots if not dot["found"])
    assert f"1 所超出偶然和常见差别所能解释的范围：{LOW}学校（模拟）" in page.words


def test_one_group_alone(studied: Desk, app: Renke) -> None:
    page = studied.get(f"{SCHOOLS}?group=parent")
    publication = publication_of(app)
    told = [each for each in publication.cells if each.group == "parent" and not each.hidden and not each.bound]
    assert [row[0].rsplit(" ", 1)[1] for row in page.rows(0)] == sorted(str(each.school) for each in told)
    assert studied.get(f"{SCHOOLS}?group=nobody").words == studied.get(SCHOOLS).words


# Changes


def test_changes_say_what_the_study_says(studied: Desk, app: Renke) -> None:
    page = studied.get(CHANGES)
    with app.database.read() as session:
        found = studies.find_changes(session, name="newer", now=factories.NOW)
    assert found is not None
    assert found.study is not None
    whole = found.study["rounds"][0]["composite"]
    assert f"从 {whole['before']:.2f} 变为 {whole['after']:.2f}" in page.words
    assert "不能混用" in page.words
    assert {"chart-line", "chart-groups-0", "chart-dimensions-0"} == set(charts_of(page))
    assert [point["value"] for point in charts_of(page)["chart-line"]["lines"][0]["points"]] == [
        pytest.approx(whole[side], abs=0.051) for side in ("before", "after")
    ]


def test_without_an_earlier_round_there_is_nothing_to_compare(studied: Desk, app: Renke) -> None:
    with app.app_context():
        list(make_studies(name="older", number=1, kinds=("changes",)))
    page = studied.get("/console/campaigns/older/score/changes")
    assert "没有更早的得分可以比较" in page.words
