"""The score page and its file, on both databases."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app import create_app
from app.console import campaigns as console_campaigns
from app.console import scores
from app.edge import Renke
from app.statements import statements
from surveys import campaigns, evaluations
from surveys.scorecards.library import library_names
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, add_people, answer

DATABASES = ("sqlite",)

SCORE = "/console/campaigns/tiny/score"
WAYS, STATEMENTS, GROUPS, DIMENSIONS, ITEMS, STEPS, _, VERSIONS = range(8)  # the tables of the page

# group, school -> satisfied, not satisfied
ANSWERS = {
    ("student", "P01"): (27, 3),
    ("student", "P02"): (18, 2),
    ("student", "J01"): (45, 5),
    ("parent", "P01"): (24, 6),
    ("parent", "P02"): (5, 3),
    ("parent", "J01"): (36, 4),
    ("teacher", "P01"): (6, 0),
    ("teacher", "J01"): (10, 1),
    ("npc_deputy", None): (11, 1),
}


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    answer(app, ANSWERS)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


@pytest.fixture
def closed(desk: Desk) -> Desk:
    desk.post("/console/campaigns/tiny/close")
    return desk


@pytest.fixture
def scored(closed: Desk) -> Desk:
    closed.post("/console/campaigns/tiny/score")
    return closed


def result_of(app: Renke) -> dict[str, Any]:
    with app.database.read() as session:
        made = evaluations.find_evaluation(session, name="tiny")
    assert made
    return dict(made.result)


def table_of(desk: Desk) -> list[dict[str, str]]:
    answer = desk.client.get("/console/campaigns/tiny/score.csv", headers={"Accept-Language": "zh-CN"})
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


# Before


def test_before_closing_there_is_no_score(desk: Desk, app: Renke) -> None:
    """Not even where the command line has computed a provisional one."""
    with app.database.begin() as session:
        evaluations.evaluate(session, name="tiny", now=factories.NOW)
    page = desk.get("/console/campaigns/tiny/score")
    assert "结束之前没有得分" in page.words
    assert page.rows()[0] == ["学生", "180", "100", "55.6%"]
    assert "达标" not in page.words.replace("看到“达标”", "")
    assert not page.all("script", type="application/json")
    assert desk.post("/console/campaigns/tiny/score").status == 409
    assert desk.client.get("/console/campaigns/tiny/score.csv").status_code == 404


def test_after_closing_a_provisional_score_does_not_count(desk: Desk, app: Renke) -> None:
    with app.database.begin() as session:
        evaluations.evaluate(session, name="tiny", now=factories.NOW)
    desk.post("/console/campaigns/tiny/close")
    assert "还没有计算得分" in desk.get("/console/campaigns/tiny/score").words


def test_an_evaluation_by_another_scorecard_is_not_the_score(scored: Desk, app: Renke) -> None:
    before = scored.get("/console/campaigns/tiny/score").words
    with app.database.begin() as session:
        other = next(name for name in library_names() if name != factories.SCORECARD and "mean" in name)
        evaluations.evaluate(session, name="tiny", now=factories.NOW, scorecard=other)
    assert scored.get("/console/campaigns/tiny/score").words == before


def test_closed_without_answers(app: Renke) -> None:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    desk.post("/console/campaigns/tiny/close")
    page = desk.get("/console/campaigns/tiny/score")
    assert "没有收到答卷" in page.words
    assert desk.post("/console/campaigns/tiny/score").status == 409


def test_readers_wait_for_the_officer(closed: Desk, app: Renke) -> None:
    reader = Desk(app.test_client())
    reader.sign_in("evaluator")
    page = reader.get("/console/campaigns/tiny/score")
    assert "县级管理员计算后" in page.words
    assert page.actions() == {"/console/sign-out"}


# After


def test_the_page_says_what_the_evaluation_says(scored: Desk, app: Renke) -> None:
    page, result = scored.get(SCORE), result_of(app)
    whole = result["composite"]
    assert f"{whole['value']:.2f}" in page.words
    assert f"{whole['low']:.2f} – {whole['high']:.2f}" in page.words
    assert "合并计算" in page.words
    assert page.rows(WAYS)[1][1].startswith(f"{result['pooled']['value']:.2f}")
    groups = {row[0]: row for row in page.rows(GROUPS)}
    assert groups["学生"][1].startswith("90")  # 90 of 100, whatever the weights
    assert groups["人大代表"][4] == "12"
    assert [row[0] for row in page.rows(DIMENSIONS)] == ["提高教育质量", "减轻课业负担"]
    assert "renke-default@1" in page.words
    assert "政协委员" in page.words  # who is missing


def test_what_it_rests_on_is_said(scored: Desk, app: Renke) -> None:
    """Effective n, Kish's design effect, and every step of the weights with the effect after it."""
    page, result = scored.get(SCORE), result_of(app)
    whole = result["composite"]
    assert f"有效样本量{whole['n_eff']:,.0f}" in page.words
    assert f"设计效应{whole['n'] / whole['n_eff']:.2f}" in page.words
    steps = page.rows(STEPS)
    assert [row[0] for row in steps] == ["基础", "未应答"]
    assert [row[2] for row in steps] == [f"{each['deff']:.2f}" for each in result["weights"]["steps"]]


def test_every_number_has_its_response_rate(scored: Desk, app: Renke) -> None:
    """That of a group; of what several groups were asked, theirs by their weight in the score."""
    page, result = scored.get(SCORE), result_of(app)
    rates = {each["group"]: each["response_rate"] for each in result["groups"]}
    assert [row[6] for row in page.rows(GROUPS)] == [f"{rates[group]:.1%}" for group in rates]
    weighted = sum(result["group_weights"].get(group, 0) * rate for group, rate in rates.items())
    assert page.rows(WAYS)[0][6] == f"{weighted:.1%}"
    people = sum(each["population"] for each in result["groups"])
    assert page.rows(WAYS)[1][6] == f"{sum(each['responses'] for each in result['groups']) / people:.1%}"
    for table in (DIMENSIONS, ITEMS):
        assert all(row[5 + (table == DIMENSIONS)].endswith("%") for row in page.rows(table))


def test_items_by_value_or_as_the_paper_has_them(scored: Desk) -> None:
    by_value = scored.get(SCORE)
    by_paper = scored.get(f"{SCORE}?order=paper")
    values = [float(row[2].rstrip("abc ")) for row in by_value.rows(ITEMS)]
    assert values == sorted(values, reverse=True)
    assert sorted(map(str, by_value.rows(ITEMS))) == sorted(map(str, by_paper.rows(ITEMS)))
    assert scored.get(f"{SCORE}?order=nonsense").rows(ITEMS) == by_value.rows(ITEMS)


def test_older_versions_are_shown_with_a_warning(scored: Desk, app: Renke, clock: Clock) -> None:
    answer(app, {("npc_deputy", None): (27, 1)})
    clock.now += timedelta(minutes=5)
    newest = scored.post(SCORE)
    assert "第 2 次测评" in newest.words
    assert "之后又有" not in newest.words
    older = scored.get(f"{SCORE}?number=1")
    assert "之后又有第 2 次" in older.words
    assert f"{SCORE}?number=2" in older.links()
    assert [row[0].split("（")[0].strip() for row in older.rows(VERSIONS)] == ["第 2 次", "第 1 次"]
    rows = csv.DictReader(io.StringIO(scored.client.get(f"{SCORE}.csv?number=1").data.decode("utf-8-sig"), newline=""))
    assert {row["测评编号"] for row in rows} == {"1"}


def test_a_version_that_differs_by_a_few_is_not_shown(scored: Desk, app: Renke, clock: Clock) -> None:
    """Its row stands in the list and says why."""
    answer(app, {("npc_deputy", None): (14, 1)})
    clock.now += timedelta(minutes=5)
    newest = scored.post(SCORE)
    assert "第 2 次测评" in newest.words
    _second, first = newest.rows(VERSIONS)
    assert "与第 2 次相差的答卷不到 10 份，不显示" in first[0]
    assert f"{SCORE}?number=1" not in newest.links()
    older = scored.get(f"{SCORE}?number=1")
    assert (older.status, older.rows(0) if older.all("table") else []) == (409, [])
    assert "已经保存，但不显示" in older.words
    assert scored.client.get(f"{SCORE}.csv?number=1").status_code == 409


@pytest.mark.parametrize("number", ["3", "0", "x", "-1", "99999999", "²"])
def test_versions_that_are_not_there(scored: Desk, number: str) -> None:
    assert scored.get(f"{SCORE}?number={number}").status == 404


def test_who_signed_is_said(scored: Desk) -> None:
    assert "尚未签字；现在轮到：县级自评" in scored.get(SCORE).words


def test_three_questions_have_three_answers(scored: Desk, app: Renke) -> None:
    """Schools as examples, this county this term, and those who did not answer; older results have the first alone."""
    page, result = scored.get("/console/campaigns/tiny/score"), result_of(app)
    whole, silent = result["composite"], result["silence"]["composite"]
    figures = [row[1] for row in page.rows(STATEMENTS)]
    assert figures[0] == f"[{whole['low']:.2f}，{whole['high']:.2f}]"
    assert figures[-1] == f"[{silent['low']:.2f}，{silent['high']:.2f}]"
    assert f"{abs(silent['tipping_gap']):.2f} 分" in page.rows(STATEMENTS)[-1][2]
    assert len(figures) == 2 + (result["term"] is not None)
    with app.test_request_context():
        assert [each.figure for each in statements({**result, "term": None, "silence": None})] == figures[:1]


def test_the_verdict_comes_first(scored: Desk) -> None:
    page = scored.get("/console/campaigns/tiny/score")
    words = page.words
    first = min(words.index(word) for word in ("达标", "证据不足") if word in words)
    assert first < words.index("换一种算法")


def test_charts_carry_their_numbers(scored: Desk, app: Renke) -> None:
    page, result = scored.get("/console/campaigns/tiny/score"), result_of(app)
    charts = {each.get("id"): json.loads(each.text or "") for each in page.all("script", type="application/json")}
    assert set(charts) == {"chart-zones", "chart-groups", "chart-dimensions"}
    first, *rest = charts["chart-groups"]["rows"]
    assert (first["kind"], first["value"]) == ("composite", result["composite"]["value"])
    assert [row["label"] for row in rest] == ["学生", "家长", "教师", "人大代表"]
    lows = [row["low"] for row in charts["chart-groups"]["rows"] if row["low"] is not None]
    assert charts["chart-groups"]["least"] <= min(*lows, 85)


def test_the_middle_zone_is_where_the_verdict_is_open(scored: Desk, app: Renke) -> None:
    """The score lies in the zone that bears the name of its verdict."""
    (found,) = scored.get(SCORE).all("script", id="chart-zones")
    chart, result = json.loads(found.text or ""), result_of(app)
    below, between, above = chart["zones"]
    assert (below["to"], between["to"], above["to"]) == (between["from"], above["from"], 100)
    zone = {"not_met": below, "not_enough_evidence": between, "met": above}[result["verdict"]]
    assert zone["from"] <= chart["value"] <= zone["to"]


def test_again_gives_the_same_evaluation(scored: Desk, app: Renke, clock: Clock) -> None:
    before = scored.get("/console/campaigns/tiny/score").words
    scored.post("/console/campaigns/tiny/score")
    assert scored.get("/console/campaigns/tiny/score").words == before


def test_answers_that_came_later_are_said(scored: Desk, app: Renke) -> None:
    answer(app, {("npc_deputy", None): (14, 1)})
    assert "又存入了 3 份答卷" in scored.get("/console/campaigns/tiny/score").words
    scored.post("/console/campaigns/tiny/score")
    assert "又存入了" not in scored.get("/console/campaigns/tiny/score").words


def test_counting_behind_the_pages(closed: Desk, app: Renke) -> None:
    """As it is outside tests: in a thread, kept for some seconds, and the pages say when it was counted."""
    closed.post(SCORE)
    other = create_app(replace(app.settings, stale=5.0), database=app.database, clock=app.clock)
    desk = Desk(other.test_client())
    desk.sign_in("officer")
    assert "207" in desk.get("/console/").words
    assert "清点于 10:00:00" in desk.get("/console/campaigns/tiny").words
    answer(app, {("npc_deputy", None): (14, 1)})
    assert "又存入了" not in desk.get(SCORE).words, "what was counted some seconds ago"
    assert "210" in desk.get("/console/campaigns/tiny?done=imported&count=3").words, "but not after a change"


def test_counting_takes_longer_than_a_page_waits(closed: Desk, app: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (scores, console_campaigns):
        monkeypatch.setattr(module, "count_returns", lambda campaign_id: None)
    monkeypatch.setattr(console_campaigns, "count_listed", lambda path, campaign_ids: {})
    assert "正在清点答卷" in closed.get(SCORE).words
    closed.post(SCORE)
    assert "正在清点有没有更晚存入的答卷" in closed.get(SCORE).words
    assert "正在清点" in closed.get("/console/").words
    assert "正在清点" in closed.get("/console/campaigns/tiny").words


# What must not be shown


def test_small_cells_are_nowhere(scored: Desk) -> None:
    """8 parents of P02 and 6 teachers of P01: neither they, nor what would give them away; which is not told."""
    cells = {(row["调查对象"], row["学校代码"]): row for row in table_of(scored) if row["层次"] == "学校 × 调查对象"}
    for place, row in cells.items():
        shown = row["得分"] != ""
        assert shown == (row["不公布的原因"] == ""), place
        assert not shown or int(row["n"]) >= 10
    hidden = {place: row for place, row in cells.items() if row["不公布的原因"]}
    assert {("家长", "P02"), ("教师", "P01"), ("学生", "P02"), ("教师", "J01")} <= set(hidden)
    assert len({row["不公布的原因"] for row in hidden.values()}) == 1
    assert {row["n"] for row in hidden.values()} == {""}


def test_the_page_shows_what_the_file_shows(scored: Desk) -> None:
    rows = [row for row in table_of(scored) if row["层次"] == "调查对象"]
    page = scored.get(SCORE)
    assert [(row["调查对象"], row["n"]) for row in rows] == [(row[0], row[4]) for row in page.rows(GROUPS)]


# The file


def test_the_file_opens_in_excel(scored: Desk) -> None:
    answer = scored.client.get("/console/campaigns/tiny/score.csv", headers={"Accept-Language": "zh-CN"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.data.count(b"\n") == answer.data.count(b"\r\n")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tiny-score-1-simulated.csv"'
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert all(row[-1] == "模拟数据" for row in rows[1:])


def test_the_file_says_what_the_evaluation_says(scored: Desk, app: Renke) -> None:
    rows, result = table_of(scored), result_of(app)
    assert float(rows[0]["得分"]) == pytest.approx(result["composite"]["value"], abs=1e-6)
    assert (rows[0]["层次"], rows[1]["层次"]) == ("全县综合", "全部答卷合并")
    group = next(row for row in rows if (row["层次"], row["调查对象"]) == ("调查对象", "学生"))
    assert (float(group["得分"]), group["人数"], group["答卷数"]) == (90, "180", "100")
    assert {row["计分方案"] for row in rows} == {"renke-default@1"}


def test_english(scored: Desk, app: Renke) -> None:
    desk = Desk(app.test_client(), language="en")
    desk.sign_in("analyst")
    assert desk.get("/console/campaigns/tiny/score").tree.get("lang") == "en"


def test_states_of_the_domain_have_words(app: Renke) -> None:
    """Every id that the domain can hand to a page has a word."""
    from app import words
    from surveys.accounts import ROLES
    from surveys.groups import GROUPS
    from surveys.instruments.model import DIMENSIONS
    from surveys.models import LOCALITIES, STAGES

    pairs = (
        (words.GROUPS, GROUPS), (words.STAGES, STAGES), (words.LOCALITIES, LOCALITIES),
        (words.DIMENSIONS, DIMENSIONS), (words.ROLES, ROLES),
        (words.STATES, ("draft", "scheduled", "open", "closed")),
    )  # fmt: skip
    for said, known in pairs:
        assert tuple(said) == tuple(known)
    with app.database.read() as session:
        assert campaigns.list_campaigns(session, path="/", now=factories.NOW) == ()
