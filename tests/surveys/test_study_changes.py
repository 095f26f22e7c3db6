"""The study over time against `analysis.comparison` on raw arrays, and what is not compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis.comparison import adjust, change, round_of
from surveys import responses
from surveys.db import Database
from surveys.responses import ImportedResponse
from surveys.studies import Basis, find_changes, keep_study
from surveys.studies.changes import study_changes
from tests import factories
from tests.conftest import sqlite_database
from tests.factories import NOW
from tests.surveys.studied import ANSWERED, LEVEL, SCHOOLS, ask, basis_of

Study = dict[str, Any]
TEACHING = {"id": "teaching", "role": "item", "dimension": "education_quality", "scale": "satisfaction-4"}
HOMEWORK = {"id": "homework", "role": "item", "dimension": "lighter_burden", "scale": "satisfaction-4"}
OVERALL = {"id": "overall", "role": "overall", "scale": "satisfaction-4"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    with sqlite_database(tmp_path_factory.mktemp("changes"), sqlite_template) as database:
        yield database


@pytest.fixture
def work(database: Database) -> Iterator[Session]:
    """A session whose work is undone."""
    with database.engine.connect() as connection, Session(connection) as session:
        yield session


def paper(*items: dict[str, Any]) -> dict[str, Any]:
    asked = [{"text": factories.both(item["id"]), **item} for item in items]
    return {"sections": [{"id": "all", "title": factories.both("全部"), "items": asked}]}


def compare(session: Session) -> tuple[Basis, Study]:
    basis = basis_of(session, earlier=True)
    return basis, study_changes(basis)


def row(entries: list[Study], **about: str) -> Study:
    (found,) = (each for each in entries if all(each[key] == value for key, value in about.items()))
    return found


def arrays(basis: Basis, group: str) -> tuple[np.ndarray, ...]:
    """Scores over both dimensions, weights, strata and codes of the people of a group."""
    sample = basis.sample
    inside = sample.group == sample.groups.index(group)
    columns = [sample.items.index(item) for item in ("teaching", "homework")]
    score = 100 * (sample.answers[inside][:, columns] >= 3).mean(axis=1)
    strata, codes = np.array(sample.strata), np.array(sample.schools)
    return score[:, None], sample.weight[inside], strata[sample.stratum[inside]], codes[sample.school[inside]]


def test_changes_are_those_of_the_raw_arrays(work: Session) -> None:
    ask(work, name="older", days_ago=365, seed=2, level={code: share - 0.08 for code, share in LEVEL.items()})
    ask(work)
    basis, study = compare(work)
    (compared,) = study["rounds"]
    rounds = [
        round_of(score, ("index",), weight, stratum, code)
        for score, weight, stratum, code in (arrays(each, "student") for each in (basis.earlier[0], basis))
    ]
    wanted = change(*rounds)
    found = row(compared["groups"], group="student")
    assert found["value"] == pytest.approx(wanted.difference.value[0])
    assert found["se"] == pytest.approx(wanted.difference.se[0])
    assert (found["low"], found["high"]) == pytest.approx((wanted.difference.low[0], wanted.difference.high[0]))
    assert found["p"] == pytest.approx(wanted.p[0])
    assert found["se"] < wanted.se_separate[0], "the same schools twice"
    assert (found["n_before"], found["n_after"]) == (12 * ANSWERED["student"],) * 2
    assert compared["schools"] == {"both": 12, "before": 0, "after": 0}
    assert compared["apart"] == compared["differs"] == []


def test_the_same_questions_make_the_published_score(work: Session) -> None:
    """Where nothing was asked otherwise, the rebuilt composite is the published one."""
    ask(work, name="older", days_ago=365, seed=2)
    ask(work)
    basis, study = compare(work)
    (compared,) = study["rounds"]
    for side, round_ in (("before", basis.earlier[0]), ("after", basis)):
        assert compared["composite"][side] == pytest.approx(round_.evaluation.result["composite"]["value"])
    points = study["line"]["points"]
    assert [point["campaign"] for point in points] == ["older", "newer"]
    for point, round_ in zip(points, (basis.earlier[0], basis), strict=True):
        (whole,) = (figure for figure in point["figures"] if figure["group"] is None)
        published = round_.evaluation.result["composite"]
        assert whole["value"] == pytest.approx(published["value"])
        assert (whole["high"] - whole["low"]) / 2 == pytest.approx(
            published["se"] * (published["high"] - published["low"]) / 2 / published["se"], rel=0.02
        )


def test_a_campaign_beside_itself_has_not_changed(work: Session) -> None:
    groups = ("student", "parent", "teacher")
    ask(work, name="older", days_ago=365, groups=groups)
    ask(work, groups=groups)
    _, study = compare(work)
    (compared,) = study["rounds"]
    rows = [compared["composite"], *compared["groups"], *compared["dimensions"], *compared["items"]]
    assert len(rows) == 1 + 3 + 2 + 3
    assert {(each["value"], each["se"], each["p"]) for each in rows} == {(0.0, 0.0, None)}


def test_corrections_count_the_rows_of_a_table(work: Session) -> None:
    ask(work, name="older", days_ago=365, seed=2)
    ask(work)
    (compared,) = compare(work)[1]["rounds"]
    for family, correction in (("groups", "holm"), ("items", "benjamini-hochberg")):
        given, found = (np.array([each[key] for each in compared[family]], float) for key in ("p", "p_adjusted"))
        assert found == pytest.approx(adjust(given, correction), nan_ok=True)  # type: ignore[arg-type]
        assert np.isfinite(found).sum() > 1


# What is not compared


def test_a_question_of_one_round_is_in_neither_composite(work: Session) -> None:
    ask(work, name="older", days_ago=365, seed=2, **paper(TEACHING, OVERALL))
    ask(work, **paper(TEACHING, HOMEWORK, OVERALL))
    basis, study = compare(work)
    (compared,) = study["rounds"]
    assert [(each["item"], each["reason"]) for each in compared["apart"]] == [("homework", "only_after")]
    teaching = row(compared["dimensions"], dimension="education_quality")
    for key in ("before", "after", "value", "se"):
        assert compared["composite"][key] == pytest.approx(teaching[key])
    assert compared["composite"]["after"] != pytest.approx(basis.evaluation.result["composite"]["value"])
    assert "lighter_burden" not in {each["dimension"] for each in compared["dimensions"]}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"text": factories.both("另一种问法")}, "wording"),
        ({"direction": -1}, "options"),
        ({"scale": "satisfaction-3"}, "options"),
    ],
)
def test_a_question_that_was_changed_is_another_one(work: Session, changed: dict[str, Any], reason: str) -> None:
    three = {"options": [{"code": code, "text": factories.both(str(code))} for code in (3, 2, 1, 9)], "dont_know": [9]}
    four = factories.instrument_document()["scales"]
    scales = four | ({"satisfaction-3": three} if "scale" in changed else {})
    sad = {"level": dict.fromkeys((*SCHOOLS, ""), 0.0)}  # code 1 is an option of both scales
    ask(work, name="older", days_ago=365, seed=2, scales=scales, **sad, **paper(TEACHING, HOMEWORK | changed, OVERALL))
    ask(work, **paper(TEACHING, HOMEWORK, OVERALL))
    (compared,) = compare(work)[1]["rounds"]
    assert [(each["item"], each["reason"]) for each in compared["apart"]] == [("homework", reason)]


def test_a_group_of_one_round_is_in_neither_composite(work: Session) -> None:
    ask(work, name="older", days_ago=365, seed=2, groups=("student", "parent"))
    ask(work)
    basis, study = compare(work)
    (compared,) = study["rounds"]
    assert compared["groups_apart"] == {"only_before": [], "only_after": ["teacher", "npc_deputy"]}
    assert [each["group"] for each in compared["groups"]] == ["student", "parent"]
    weights = [basis.rule.group_weight[group] for group in ("student", "parent")]
    levels = [each["after"] for each in compared["groups"]]
    assert compared["composite"]["after"] == pytest.approx(np.average(levels, weights=weights))


def test_few_people_of_either_round_are_not_told(work: Session) -> None:
    few = {None: {"npc_deputy": 7}}
    ask(work, name="older", days_ago=365, seed=2, answered=few)
    ask(work)
    (compared,) = compare(work)[1]["rounds"]
    deputies = row(compared["groups"], group="npc_deputy")
    assert {deputies[key] for key in ("n_before", "n_after", "before", "after", "value", "se", "p")} == {None}
    assert all(each["value"] is None for each in compared["within"] if each["group"] == "npc_deputy")


def test_what_was_done_otherwise_is_named(work: Session) -> None:
    ask(work, name="older", days_ago=365, seed=2, scorecard="first-option-only")
    ask(work)
    (compared,) = compare(work)[1]["rounds"]
    assert compared["differs"] == ["scorecard"]
    assert compared["before"]["scorecard"] == "first-option-only@1"


def test_only_earlier_campaigns_of_the_county_that_have_a_score(work: Session) -> None:
    ask(work)
    ask(work, name="later", days_ago=-0)
    factories.add_campaign(work, campaign="draft", opens=None)
    assert compare(work)[1]["rounds"] == []


def test_answers_that_changed_since_are_not_read(work: Session) -> None:
    older = ask(work, name="older", days_ago=365, seed=2)
    ask(work)
    (version,) = {each.version_id for each in basis_papers(work, older.id)}
    late = ImportedResponse("late", "npc_deputy", None, version, bytes([4, 4, 4]), "zh-CN", factories.TODAY)
    responses.add_imported(work, campaign_id=older.id, rows=[late], secret=factories.SECRET)
    study = compare(work)[1]
    assert study["rounds"] == []
    assert [(each["campaign"], each["reason"]) for each in study["unread"]] == [("older", "study.data_changed")]


def basis_papers(session: Session, campaign_id: int) -> Any:
    from surveys import campaigns

    return campaigns.papers_of(session, campaign_id=campaign_id)


def test_three_rounds_are_one_line(work: Session) -> None:
    ask(work, name="oldest", days_ago=730, seed=3, **paper(TEACHING, OVERALL))
    ask(work, name="older", days_ago=365, seed=2, **paper(TEACHING, HOMEWORK, OVERALL))
    ask(work, **paper(TEACHING, HOMEWORK, OVERALL))
    study = compare(work)[1]
    assert [each["before"]["campaign"] for each in study["rounds"]] == ["older", "oldest"]
    assert [point["campaign"] for point in study["line"]["points"]] == ["oldest", "older", "newer"]
    assert study["line"]["shared"] == 2
    assert [each["shared"] for each in study["rounds"]] == [3, 2]


def test_what_an_earlier_round_no_longer_tells_is_taken_out(work: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study keeps what was told when it was made; a door reads what is told now."""
    ask(work, name="older", days_ago=365, seed=2)
    ask(work)
    _, study = compare(work)
    keep_study(work, name="newer", number=1, kind="changes", result=study, now=NOW)
    found = find_changes(work, name="newer", now=NOW)
    assert found is not None
    assert found.study == study
    monkeypatch.setattr("surveys.studies.retelling._told_of", lambda *_: {("student", None, None)})
    found = find_changes(work, name="newer", now=NOW)
    assert found is not None
    assert found.study is not None
    (compared,) = found.study["rounds"]
    assert compared["composite"]["value"] is None
    assert [each["group"] for each in compared["groups"] if each["value"] is not None] == ["student"]
