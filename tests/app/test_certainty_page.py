"""The pages of how sure a score is and what it goes with: what is shown, to whom, and what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app import certainty as sentences
from app.console.certainty import lay_out_schemes
from app.console.drivers import lay_out as lay_out_drivers
from app.edge import Renke
from app.numbers import fixed
from surveys import campaigns, studies, trail
from surveys.publication import Publication
from surveys.scorecards.library import library_names
from surveys.studies.supposing import suppose
from tests import factories
from tests.app.desk import Desk, Page, add_people
from tests.surveys.certain import ANSWERS, add_answers

CERTAINTY, DRIVERS = (f"/console/campaigns/tiny/score/{page}" for page in ("certainty", "drivers"))


def opened(app: Renke, answers: dict[tuple[str, str | None], int]) -> Desk:
    """A desk in front of a closed campaign with a score."""
    add_people(app)
    with app.database.begin() as session:
        add_answers(session, answers)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    desk.post("/console/campaigns/tiny/close")
    desk.post("/console/campaigns/tiny/score")
    return desk


@pytest.fixture
def desk(app: Renke) -> Desk:
    return opened(app, dict(ANSWERS))


def found(app: Renke, kind: str) -> tuple[dict[str, Any], Publication]:
    with app.database.read() as session:
        kept = studies.find_studied(session, name="tiny", now=factories.NOW, kind=kind)
    assert kept
    assert kept.study
    return dict(kept.study), kept.publication


def chart(page: Page, name: str) -> dict[str, Any]:
    (script,) = page.all("script", id=name)
    return dict(json.loads("".join(script.itertext())))


# How sure


def test_the_page_says_what_the_silent_must_think(app: Renke, desk: Desk) -> None:
    """From the published figures: parents are 121, so their share is in whole points."""
    page, (study, publication) = desk.get(CERTAINTY), found(app, "certainty")
    assert page.status == 200
    assert f"每 100 人至少要有 {sentences.at_least(study['silence']['needed'])} 人满意" in page.words
    rows = {row[0]: row for row in page.rows(1)}
    shown = [each for each in publication.groups if not each.hidden and not each.bound and each.value is not None]
    assert [each.group for each in shown] == ["student", "parent"]
    assert set(rows) == {"全县综合", "学生", "家长"}
    value, rate = shown[1].value, 121 / 180
    assert value == round(value)
    needed = 100 * (85 - rate * value) / (100 * (1 - rate))
    assert rows["家长"][1:4] == [f"{value:.0f}", "67.2%", sentences.at_least(needed)]
    assert "教师、人大代表按发布规则不单独列出" in page.words


def test_without_script_a_number_gives_the_result(app: Renke, desk: Desk) -> None:
    study, _ = found(app, "certainty")
    page = desk.get(f"{CERTAINTY}?less=12")
    whole = suppose(study["silence"], less=[12]).whole[0]
    assert f"低 12 分，得分是 {whole:.1f}" in page.words
    assert page.all("input", name="less")[0].get("value") == "12"
    slide, curve = chart(page, "slide"), chart(page, "chart-curve")
    assert slide["said"][int(12 - slide["first"])] in page.words
    (whole_line,) = (each for each in curve["lines"] if each["main"])
    assert dict(map(tuple, whole_line["points"]))[12] == pytest.approx(whole, abs=1e-3)
    assert curve["crossing"]["less"] == pytest.approx(study["silence"]["gap"])


@pytest.mark.parametrize("less", ["1e99", "nan", "x", "-101", ""])
def test_numbers_that_are_none_give_the_usual_page(desk: Desk, less: str) -> None:
    assert desk.get(f"{CERTAINTY}?less={less}").words == desk.get(CERTAINTY).words


def test_zero_is_the_published_score(app: Renke, desk: Desk) -> None:
    _, publication = found(app, "certainty")
    assert f"得分就是 {publication.composite.value:.1f}" in desk.get(f"{CERTAINTY}?less=0").words


def test_every_scorecard_is_on_the_page(app: Renke, desk: Desk) -> None:
    page, (study, _) = desk.get(CERTAINTY), found(app, "certainty")
    assert all(name in page.words for name in library_names())
    assert sentences.schemes_sentence(study["schemes"]) in page.words
    used = [each for each in study["schemes"] if each["counts"] and not each["refused"]]
    drawn = chart(page, "chart-schemes")["rows"]
    assert [each["mark"] for each in drawn] == [each["threshold"] for each in used]
    assert [each["strong"] for each in drawn].count(True) == 1
    table = next(rows for rows in map(page.rows, range(5)) if any("renke-default" in row[0] for row in rows))
    assert all(row[0].endswith(each["name"]) for row, each in zip(table, used, strict=True))
    by_value = chart(desk.get(f"{CERTAINTY}?order=value"), "chart-schemes")["rows"]
    assert [each["value"] for each in by_value] == sorted((each["value"] for each in drawn), reverse=True)


def test_errors_are_beside_one_another(app: Renke, desk: Desk) -> None:
    page, (study, _) = desk.get(CERTAINTY), found(app, "certainty")
    rows = page.rows(len(page.all("table")) - 1)
    whole = study["errors"]["rows"][-1]
    assert rows[0][0] == "全县综合"
    assert rows[0][1:3] == [fixed(whole["linearised"], 2), fixed(whole["jackknife"], 2)]
    assert sentences.errors_sentence(whole) in page.words


def test_few_people_are_nowhere_on_the_page(app: Renke) -> None:
    """Five deputies: no row, no line, no scorecard's value from which they could be computed."""
    desk = opened(app, {**ANSWERS, ("npc_deputy", None): 5})
    page, (study, publication) = desk.get(CERTAINTY), found(app, "certainty")
    assert "npc_deputy" in {each.group for each in publication.groups if each.hidden}
    assert "npc_deputy" in {each["group"] for each in study["silence"]["groups"]}
    assert all(row[0] != "人大代表" for place in range(len(page.all("table"))) for row in page.rows(place))
    assert not page.all("script", id="chart-schemes")
    assert "npc_deputy" not in chart(page, "slide")["own"]
    assert "人大代表" not in {each["name"] for each in chart(page, "chart-curve")["lines"]}


def test_without_exact_values_schemes_show_verdicts_only(app: Renke, desk: Desk) -> None:
    study, _ = found(app, "certainty")
    laid = lay_out_schemes(study["schemes"], "value", exact=False)
    assert all(each["value"] is each["low"] is each["high"] is None for each in (*laid["main"], *laid["others"]))
    assert {each["shown"] for each in laid["main"]} == {"不公布"}
    assert laid["chart"] is None
    assert [each["name"] for each in laid["main"]] == sorted(each["name"] for each in laid["main"])


def test_the_public_is_named_as_it_came(app: Renke) -> None:
    desk = opened(app, {**ANSWERS, ("public", None): 40})
    page = desk.get(CERTAINTY)
    assert "其他群众没有名册，不知道有多少人没作答，保持原样" in page.words
    assert "其他群众是自愿参加的" in page.words
    errors = page.rows(len(page.all("table")) - 1)
    assert "其他群众" not in {row[0] for row in errors}, "no error of a design for people who answered unasked"


# Why


def test_drivers_of_each_group(app: Renke, desk: Desk) -> None:
    page, (study, _) = desk.get(DRIVERS), found(app, "drivers")
    assert page.status == 200
    assert page.words.index("不是什么造成什么") < page.words.index("学生"), "the caution comes first"
    shown = [each for each in study["groups"] if each["why"] is None]
    assert [each["group"] for each in shown] == ["student", "parent"]
    for group in shown:
        drawn = chart(page, f"chart-quadrant-{group['group']}")
        assert sorted(each["y"] for each in drawn["rows"]) == sorted(
            round(100 * each["share"], 2) for each in group["dimensions"]
        )
        assert drawn["middle"][1] == pytest.approx(50)
        assert chart(page, f"chart-bars-{group['group']}")["rows"][0]["strong"]
    assert "教师：按发布规则不单独列出。" in page.words, "22 teachers nearly all said the same"


def test_drivers_of_a_hidden_group_are_not_shown(app: Renke, desk: Desk) -> None:
    """Whatever the study has: the publication decides."""
    study, publication = found(app, "drivers")
    covered = tuple(replace(each, hidden="few") if each.group == "parent" else each for each in publication.groups)
    with app.test_request_context():
        page = lay_out_drivers(replace(publication, groups=covered), study)
    assert [each["group"] for each in page["groups"]] == ["student"]
    assert any("家长" in each for each in page["absent"])


# Both


@pytest.mark.parametrize(("address", "endpoint"), [(CERTAINTY, "certainty"), (DRIVERS, "drivers_page")])
def test_who_sees_them_and_that_it_is_told(app: Renke, desk: Desk, address: str, endpoint: str) -> None:
    assert desk.get(address).status == 200
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        deeds = trail.list_deeds(session, campaign_id=campaign.id, action="results.seen")
    assert ("officer", endpoint) in {(each.by, each.facts["what"]) for each in deeds}
    for account, status in (("neighbour", 404), ("caller", 403)):
        other = Desk(app.test_client())
        other.sign_in(account)
        assert other.get(address).status == status


@pytest.mark.parametrize("address", [CERTAINTY, DRIVERS])
def test_before_there_is_a_score_the_page_says_so(app: Renke, address: str) -> None:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    assert "还没有得分" in desk.get(address).words


@pytest.mark.parametrize("address", [CERTAINTY, DRIVERS])
def test_in_english(app: Renke, desk: Desk, address: str) -> None:
    desk.language = "en"
    assert desk.get(address).tree.get("lang") == "en"


# Sentences


def test_where_no_supposition_matters(app: Renke) -> None:
    silence = {"line": 85.0, "value": 96.0, "gap": None, "rate": 0.9}
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert "全都不满意，全县也仍在 85 以上" in sentences.silent_sentence({**silence, "needed": -3.0}, shares=True)
        assert "全都满意，全县也到不了 85" in sentences.silent_sentence({**silence, "needed": 104.0}, shares=True)
        assert "人人都作答了" in sentences.silent_sentence({**silence, "needed": None}, shares=True)
        assert sentences.needed_words(76.0000000000001) == "76"
        assert sentences.needed_words(76.01) == "77"
        whole = {"linearised": 1.0, "jackknife": 1.01, "bootstrap": 0.9}
        assert "站得住" in sentences.errors_sentence(whole)
        assert "谨慎" in sentences.errors_sentence({**whole, "jackknife": 1.2})
        assert "没有别的算法" in sentences.errors_sentence({**whole, "linearised": 0.0})
