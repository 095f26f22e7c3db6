"""The score page and its file, on both databases."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from app.edge import Renke
from app.statements import statements
from surveys import campaigns, evaluations
from surveys.scorecards.library import library_names
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, add_people, answer

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
    page, result = scored.get("/console/campaigns/tiny/score"), result_of(app)
    whole = result["composite"]
    assert f"{whole['value']:.2f}" in page.words
    assert f"{whole['low']:.2f} – {whole['high']:.2f}" in page.words
    assert "合并计算" in page.words
    assert f"{result['pooled']['value']:.2f}" == page.rows(0)[1][1]
    groups = {row[0]: row for row in page.rows(2)}
    assert groups["学生"][1] == "90.00"  # 90 of 100, whatever the weights
    assert groups["人大代表"][4] == "12"
    assert [row[0] for row in page.rows(3)] == ["提高教育质量", "减轻课业负担"]
    assert "renke-default@1" in page.words
    assert "政协委员" in page.words  # who is missing


def test_three_questions_have_three_answers(scored: Desk, app: Renke) -> None:
    """Schools as examples, this county this term, and those who did not answer; older results have the first alone."""
    page, result = scored.get("/console/campaigns/tiny/score"), result_of(app)
    whole, silent = result["composite"], result["silence"]["composite"]
    figures = [row[1] for row in page.rows(1)]
    assert figures[0] == f"[{whole['low']:.2f}，{whole['high']:.2f}]"
    assert figures[-1] == f"[{silent['low']:.2f}，{silent['high']:.2f}]"
    assert f"{abs(silent['tipping_gap']):.2f} 分" in page.rows(1)[-1][2]
    assert len(figures) == 2 + (result["term"] is not None)
    with app.test_request_context():
        assert [each.figure for each in statements({**result, "term": None, "silence": None})] == figures[:1]


def test_the_verdict_comes_first(scored: Desk) -> None:
    page = scored.get("/console/campaigns/tiny/score")
    words = page.words
    first = min(words.index(word) for word in ("达标", "证据不足") if word in words)
    assert first < words.index("两种算法并列")


def test_charts_carry_their_numbers(scored: Desk, app: Renke) -> None:
    page, result = scored.get("/console/campaigns/tiny/score"), result_of(app)
    charts = {each.get("id"): json.loads(each.text or "") for each in page.all("script", type="application/json")}
    assert set(charts) == {"chart-groups", "chart-dimensions"}
    first, *rest = charts["chart-groups"]["rows"]
    assert (first["kind"], first["value"]) == ("composite", result["composite"]["value"])
    assert [row["label"] for row in rest] == ["学生", "家长", "教师", "人大代表"]
    lows = [row["low"] for row in charts["chart-groups"]["rows"] if row["low"] is not None]
    assert charts["chart-groups"]["least"] <= min(*lows, 85)


def test_again_gives_the_same_evaluation(scored: Desk, app: Renke, clock: Clock) -> None:
    before = scored.get("/console/campaigns/tiny/score").words
    scored.post("/console/campaigns/tiny/score")
    assert scored.get("/console/campaigns/tiny/score").words == before


def test_answers_that_came_later_are_said(scored: Desk, app: Renke) -> None:
    answer(app, {("npc_deputy", None): (14, 1)})
    assert "又存入了 3 份答卷" in scored.get("/console/campaigns/tiny/score").words
    scored.post("/console/campaigns/tiny/score")
    assert "又存入了" not in scored.get("/console/campaigns/tiny/score").words


# What must not be shown


def test_small_cells_are_nowhere(scored: Desk) -> None:
    """8 parents of P02 and 6 teachers of P01: neither they, nor what would give them away."""
    cells = {(row["调查对象"], row["学校代码"]): row for row in table_of(scored) if row["层次"] == "学校 × 调查对象"}
    assert cells["家长", "P02"]["不公布的原因"] == "n < 10"
    assert cells["教师", "P01"]["不公布的原因"] == "n < 10"
    for place, row in cells.items():
        shown = row["得分"] != ""
        assert shown == (row["不公布的原因"] == ""), place
        assert shown <= (int(row["n"]) >= 10)
    assert cells["学生", "P02"]["不公布的原因"] == "防止推算"  # all of P02 less its pupils would be its 8 parents
    assert cells["教师", "J01"]["不公布的原因"] == "防止推算"


def test_the_page_hides_what_the_file_hides(scored: Desk) -> None:
    schools = {row["学校代码"]: row for row in table_of(scored) if row["层次"] == "学校"}
    page = scored.get("/console/campaigns/tiny/score")
    for name, value, *_rest in page.rows(5):
        code = name.rsplit(" ", 1)[1]
        assert value == f"{float(schools[code]['得分']):.2f}"


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
    assert (group["得分"], group["人数"], group["答卷数"]) == ("90.0", "180", "100")
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
