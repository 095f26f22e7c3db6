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
from app.studies import make_studies
from surveys import campaigns, evaluations, studies, trail
from surveys.publication import Publication
from surveys.scorecards.library import library_names
from surveys.studies.supposing import suppose
from tests import factories
from tests.app.desk import Desk, Page, add_people
from tests.surveys.certain import ANSWERS, add_answers

DATABASES = ("sqlite",)

CERTAINTY, DRIVERS = (f"/console/campaigns/tiny/score/{page}" for page in ("certainty", "drivers"))
Study = dict[str, Any]


def opened(app: Renke, answers: dict[tuple[str, str | None], int]) -> Desk:
    """A desk in front of a closed campaign with a score and both studies."""
    add_people(app)
    with app.database.begin() as session:
        add_answers(session, answers)
        campaigns.close_campaign(session, name="tiny", now=factories.NOW)
        evaluations.evaluate(session, name="tiny", now=factories.NOW)
    with app.app_context():
        made = list(make_studies(name="tiny", number=1, kinds=("certainty", "drivers")))
    assert [each.refusal for each in made] == [None, None]
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


def found(app: Renke, kind: str) -> tuple[Study, Publication]:
    with app.database.read() as session:
        kept = studies.find_studied(session, name="tiny", now=factories.NOW, kind=kind)
    assert kept
    assert kept.study
    return dict(kept.study), kept.publication


def chart(page: Page, name: str) -> Study:
    (script,) = page.all("script", id=name)
    return dict(json.loads("".join(script.itertext())))


def assert_seen_and_told(app: Renke, address: str, endpoint: str) -> None:
    """The trail has it; neither a neighbour nor an interviewer sees the page."""
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        deeds = trail.list_deeds(session, campaign_id=campaign.id, action="results.seen")
    assert ("officer", endpoint) in {(each.by, each.facts["what"]) for each in deeds}
    for account, status in (("neighbour", 404), ("caller", 403)):
        other = Desk(app.test_client())
        other.sign_in(account)
        assert other.get(address).status == status


# How sure


def test_the_page_of_certainty(app: Renke) -> None:
    desk = opened(app, dict(ANSWERS))
    page, (study, publication) = desk.get(CERTAINTY), found(app, "certainty")
    assert page.status == 200
    assert_silent(page, study, publication)
    assert_schemes(page, study)
    assert_errors(page, study)
    assert_supposed(desk, study, publication)
    by_value = chart(desk.get(f"{CERTAINTY}?order=value"), "chart-schemes")["rows"]
    values = [each["value"] for each in chart(page, "chart-schemes")["rows"]]
    assert [each["value"] for each in by_value] == sorted(values, reverse=True)
    assert_seen_and_told(app, CERTAINTY, "certainty")
    desk.language = "en"
    assert desk.get(CERTAINTY).tree.get("lang") == "en"


def assert_silent(page: Page, study: Study, publication: Publication) -> None:
    """From the published figures: parents are 121, so their share is in whole points."""
    assert f"每 100 人至少要有 {sentences.at_least(study['silence']['needed'])} 人满意" in page.words
    rows = {row[0]: row for row in page.rows(1)}
    shown = [each for each in publication.groups if not each.hidden and not each.bound and each.value is not None]
    assert [each.group for each in shown] == ["student", "parent"]
    assert set(rows) == {"全县综合", "学生", "家长"}
    value, rate = float(shown[1].value or 0), 121 / 180
    assert value == round(value)
    needed = 100 * (85 - rate * value) / (100 * (1 - rate))
    assert rows["家长"][1:4] == [f"{value:.0f}", "67.2%", sentences.at_least(needed)]
    assert "教师、人大代表按发布规则不单独列出" in page.words


def assert_schemes(page: Page, study: Study) -> None:
    assert all(name in page.words for name in library_names())
    assert sentences.schemes_sentence(study["schemes"]) in page.words
    used = [each for each in study["schemes"] if each["counts"] and not each["refused"]]
    drawn = chart(page, "chart-schemes")["rows"]
    assert [each["mark"] for each in drawn] == [each["threshold"] for each in used]
    assert [each["strong"] for each in drawn].count(True) == 1
    table = next(rows for rows in map(page.rows, range(5)) if any("renke-default" in row[0] for row in rows))
    assert all(row[0].endswith(each["name"]) for row, each in zip(table, used, strict=True))


def assert_errors(page: Page, study: Study) -> None:
    rows = page.rows(len(page.all("table")) - 1)
    whole = study["errors"]["rows"][-1]
    assert rows[0][:3] == ["全县综合", fixed(whole["linearised"], 2), fixed(whole["jackknife"], 2)]
    assert sentences.errors_sentence(whole) in page.words


def assert_supposed(desk: Desk, study: Study, publication: Publication) -> None:
    """Without script a number in the address; with it, the same sentences and the same curve."""
    page = desk.get(f"{CERTAINTY}?less=12")
    whole = suppose(study["silence"], less=[12]).whole[0]
    assert f"低 12 分，得分是 {fixed(whole)}" in page.words
    assert page.all("input", name="less")[0].get("value") == "12"
    slide, curve = chart(page, "slide"), chart(page, "chart-curve")
    assert slide["said"][int(12 - slide["first"])] in page.words
    (line,) = (each for each in curve["lines"] if each["main"])
    assert dict(map(tuple, line["points"]))[12] == pytest.approx(whole, abs=1e-3)
    assert curve["crossing"]["less"] == pytest.approx(study["silence"]["gap"])
    assert f"得分就是 {fixed(publication.composite.value)}" in desk.get(f"{CERTAINTY}?less=0").words
    usual = desk.get(CERTAINTY).words
    for less in ("1e99", "nan", "x", "-101", ""):
        assert desk.get(f"{CERTAINTY}?less={less}").words == usual


def test_few_people_and_those_who_came_unasked(app: Renke) -> None:
    """Five deputies: no row, no line, no value from which they could be computed. The public has no error."""
    desk = opened(app, {**ANSWERS, ("npc_deputy", None): 5, ("public", None): 40})
    page, (study, publication) = desk.get(CERTAINTY), found(app, "certainty")
    assert "npc_deputy" in {each.group for each in publication.groups if each.hidden}
    assert "npc_deputy" in {each["group"] for each in study["silence"]["groups"]}
    tables = [page.rows(place) for place in range(len(page.all("table")))]
    assert all(row[0] != "人大代表" for rows in tables for row in rows)
    assert not page.all("script", id="chart-schemes")
    assert "npc_deputy" not in chart(page, "slide")["own"]
    assert "人大代表" not in {each["name"] for each in chart(page, "chart-curve")["lines"]}
    assert "其他群众没有名册，不知道有多少人没作答，保持原样" in page.words
    assert "其他群众是自愿参加的" in page.words
    assert "其他群众" not in {row[0] for row in tables[-1]}
    laid = lay_out_schemes(study["schemes"], "value", exact=False)
    assert all(each["value"] is each["low"] is each["high"] is None for each in (*laid["main"], *laid["others"]))
    assert laid["chart"] is None
    assert [each["name"] for each in laid["main"]] == sorted(each["name"] for each in laid["main"])


# Why


def test_the_page_of_drivers(app: Renke) -> None:
    desk = opened(app, dict(ANSWERS))
    page, (study, publication) = desk.get(DRIVERS), found(app, "drivers")
    assert page.status == 200
    assert page.words.index("不是什么造成什么") < page.words.index("学生"), "the caution comes first"
    shown = [each for each in study["groups"] if each["why"] is None]
    assert [each["group"] for each in shown] == ["student", "parent"]
    for group in shown:
        drawn = chart(page, f"chart-quadrant-{group['group']}")
        shares = sorted(round(100 * each["share"], 2) for each in group["dimensions"])
        assert sorted(each["y"] for each in drawn["rows"]) == shares
        assert drawn["middle"][1] == pytest.approx(50)
        assert chart(page, f"chart-bars-{group['group']}")["rows"][0]["strong"]
    assert "教师：按发布规则不单独列出。" in page.words, "22 teachers nearly all said the same"
    assert_covered(app, study, publication)
    assert_seen_and_told(app, DRIVERS, "drivers_page")
    desk.language = "en"
    assert desk.get(DRIVERS).tree.get("lang") == "en"


def assert_covered(app: Renke, study: Study, publication: Publication) -> None:
    """Whatever the study has: the publication decides who is shown."""
    covered = tuple(replace(each, hidden="few") if each.group == "parent" else each for each in publication.groups)
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        page = lay_out_drivers(replace(publication, groups=covered), study)
    assert [each["group"] for each in page["groups"]] == ["student"]
    assert any("家长" in each for each in page["absent"])


# Before there is anything, and what is said


def test_before_there_is_a_score_the_pages_say_so(app: Renke) -> None:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    for address in (CERTAINTY, DRIVERS):
        assert "还没有得分" in desk.get(address).words


def test_where_no_supposition_matters(app: Renke) -> None:
    silence = {"line": 85.0, "value": 96.0, "gap": None, "rate": 0.9}
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert "全都不满意，全县也仍在 85 以上" in sentences.silent_sentence({**silence, "needed": -3.0}, shares=True)
        assert "全都满意，全县也到不了 85" in sentences.silent_sentence({**silence, "needed": 104.0}, shares=True)
        assert "人人都作答了" in sentences.silent_sentence({**silence, "needed": None}, shares=True)
        assert "平均至少要有 71 分" in sentences.silent_sentence({**silence, "needed": 70.2}, shares=False)
        assert sentences.needed_words(76.0000000000001) == "76"
        assert sentences.needed_words(76.01) == "77"
        whole = {"linearised": 1.0, "jackknife": 1.01, "bootstrap": 0.9}
        assert "站得住" in sentences.errors_sentence(whole)
        assert "谨慎" in sentences.errors_sentence({**whole, "jackknife": 1.2})
        assert "没有别的算法" in sentences.errors_sentence({**whole, "linearised": 0.0})
