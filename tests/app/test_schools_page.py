"""The pages of schools and of changes: what they show, what they must not, and how a study comes about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from app import create_app
from app.config import Settings
from app.edge import Renke
from app.studies import make_studies, missing_kinds
from surveys import accounts, studies
from surveys.publication import get_publication
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, hashed
from tests.app.desk import text as text_of
from tests.app.served import served
from tests.conftest import sqlite_database
from tests.surveys.studied import LEVEL, ask

SCHOOLS, CHANGES = "/console/campaigns/newer/score/schools", "/console/campaigns/newer/score/changes"
MAKE = "/console/campaigns/newer/score/studies/schools"
KINDS = ("schools", "changes")
SMALL, LOW = "UP1", "RJ2"


def add_staff(session: Session, password: str) -> None:
    for name in ("officer", "evaluator"):
        accounts.add_account(session, name=name, password=password, role=name, region="demo", now=factories.NOW)


@contextmanager
def serving(home: Path, template: Path) -> Iterator[Renke]:
    settings = Settings(home=home, database_url="", secret=factories.SECRET, timezone=factories.ZONE, testing=True)
    with sqlite_database(home, template) as database:
        app = create_app(settings, database=database, clock=Clock())
        with served(app):
            yield app


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Two rounds with scores, six answers from one school, and one school that few are content with."""
    home = tmp_path_factory.mktemp("rounds")
    with serving(home, sqlite_template) as app:
        with app.app_context():
            password = hashed()
        with app.database.begin() as session:
            ask(session, name="older", days_ago=365, seed=2)
            answered = {SMALL: {"student": 3, "parent": 3, "teacher": 0}}
            ask(session, level=LEVEL | {LOW: 0.3}, answered=answered)
            add_staff(session, password)
    return home / "renke.db"


@pytest.fixture
def bare(tmp_path: Path, template: Path) -> Iterator[Renke]:
    """A county whose scores nobody has studied yet."""
    with serving(tmp_path, template) as app:
        yield app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Renke]:
    """The same with its studies."""
    with serving(tmp_path_factory.mktemp("studied"), template) as app:
        with app.app_context():
            made = [
                *make_studies(name="newer", number=1, kinds=KINDS),
                *make_studies(name="older", number=1, kinds=KINDS),
            ]
            assert [each.refusal for each in made] == [None] * 4
        yield app


def desk_of(app: Renke, who: str = "officer") -> Desk:
    desk = Desk(app.test_client())
    desk.sign_in(who)
    return desk


@pytest.fixture
def desk(bare: Renke) -> Desk:
    return desk_of(bare)


@pytest.fixture(scope="module")
def studied(app: Renke) -> Desk:
    return desk_of(app)


def charts_of(page: Any) -> dict[str, Any]:
    return {each.get("id"): json.loads(each.text or "") for each in page.all("script", type="application/json")}


def publication_of(app: Renke) -> Any:
    with app.database.read() as session:
        return get_publication(session, name="newer", now=factories.NOW)


# Before


def test_a_missing_study_is_made_by_a_button(desk: Desk, bare: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.studies.studies.KINDS", {kind: studies.KINDS[kind] for kind in KINDS})
    page = desk.get(SCHOOLS)
    assert "还没有分析" in page.words
    assert MAKE in page.actions()
    page = desk.post(MAKE)
    assert "学校之间差多少" in page.words
    assert "历次得分" in desk.get(CHANGES).words, "what was missing besides was made, too"
    with bare.app_context():
        assert missing_kinds(publication_of(bare)) == ()


def test_readers_have_no_button(bare: Renke) -> None:
    page = desk_of(bare, "evaluator").get(SCHOOLS)
    assert "县级管理员分析后" in page.words
    assert MAKE not in page.actions()


def test_many_answers_are_studied_by_command_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.studies.AT_ONCE", 100)
    page = desk.get(SCHOOLS)
    assert "flask studies make newer" in page.words
    assert MAKE not in page.actions()
    assert desk.post(MAKE).status == 409


def test_the_command(desk: Desk, bare: Renke) -> None:
    ran = bare.test_cli_runner().invoke(args=["studies", "make", "newer", "--kind", "schools"])
    assert (ran.exit_code, ran.output) == (0, "已分析：各校（第 1 次测评）\n")
    assert "学校之间差多少" in desk.get(SCHOOLS).words
    ran = bare.test_cli_runner().invoke(args=["studies", "make", "nowhere"])
    assert ran.exit_code == 1


def test_one_study_that_fails_stops_no_other(bare: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(basis: Any) -> dict[str, Any]:
        raise AnalysisError("here", "more", "less")

    monkeypatch.setattr("surveys.studies.making.KINDS", {"schools": fail, "changes": studies.KINDS["changes"]})
    with bare.app_context():
        made = list(make_studies(name="newer", number=1, kinds=KINDS))
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


def test_without_an_earlier_round_there_is_nothing_to_compare(studied: Desk) -> None:
    page = studied.get("/console/campaigns/older/score/changes")
    assert "没有更早的得分可以比较" in page.words


def test_a_pair_of_kinds_differs_where_its_corrected_probability_says_so(studied: Desk) -> None:
    page = studied.get(SCHOOLS)
    heads = [text_of(table) for table in page.all("table")]
    told = [row for place, head in enumerate(heads) if "p（Holm 校正）" in head for row in page.rows(place)]
    assert len(told) >= 3
    assert [row[5] for row in told] == ["是" if float(row[4]) <= 0.05 else "" for row in told]
    assert "" in [row[5] for row in told]
