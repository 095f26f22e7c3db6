"""The pages and commands about honesty: evidence after closing, rules before the score, comments by group, reports."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from app.edge import Renke
from app.evidence import set_side_by_side
from surveys import accounts, campaigns, comments, honesty, misuse
from surveys.models import Comment, MisuseReport, Region, School
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, Page, add_people, answer, hashed
from tests.surveys.coached import add_coached

DATABASES = ("sqlite",)

PAGE = "/console/campaigns/tiny/honesty"
REASON = "督导室 5 月 6 日会议商定，见纪要。"


def sign_in(app: Renke, who: str, language: str = "zh-CN") -> Desk:
    desk = Desk(app.test_client(), language=language)
    desk.sign_in(who)
    return desk


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    answer(app, {("parent", "P01"): (27, 3), ("parent", "J01"): (30, 10), ("student", "P01"): (20, 2)})
    return sign_in(app, "officer")


def close(desk: Desk, clock: Clock) -> None:
    desk.post("/console/campaigns/tiny/close")


def decide(desk: Desk, rule: str = "too-fast", reason: str = REASON) -> Page:
    return desk.post("/console/campaigns/tiny/exclusions", {"rule": rule, "reason": reason}, to=PAGE)


def test_before_closing_rules_can_be_decided_and_nothing_is_looked_at(desk: Desk) -> None:
    page = desk.get(PAGE)
    assert "结束以后才看" in page.words
    assert f"{PAGE}" not in page.actions()
    assert [each.get("value") for each in page.all("input", type="radio")] == [
        rule.name for rule in honesty.library_rules()
    ]
    done = decide(desk)
    assert (done.status, "已决定" in done.words, REASON in done.words) == (200, True, True)
    assert "too-fast" not in [each.get("value") for each in done.all("input", type="radio")]
    refused = desk.post(PAGE, to=PAGE)
    assert (refused.status, "调查结束以后才能查看" in refused.words) == (409, True)


def test_what_is_wrong_with_a_decision_is_said_and_what_was_written_stays(desk: Desk) -> None:
    page = decide(desk, reason="太短")
    assert page.status == 422
    assert "请写 10 到 1000 个字" in page.words
    assert [each.get("value") for each in page.all("input", type="radio") if each.get("checked") is not None] == [
        "too-fast"
    ]
    assert decide(desk, rule="").status == 404


def test_after_closing_the_officer_looks_and_others_read(app: Renke, desk: Desk, clock: Clock) -> None:
    close(desk, clock)
    assert PAGE in desk.get(PAGE).actions()
    page = desk.post(PAGE, to=PAGE)
    assert (page.status, "看完了" in page.words) == (200, True)
    assert "没有一所学校同时出现两类以上" in page.words
    assert [row[:2] for row in page.rows(0)] == [["学生", "22"], ["家长", "70"]]
    evaluator = sign_in(app, "evaluator").get(PAGE)
    assert "没有一所学校" in evaluator.words
    assert not {each for each in evaluator.actions() if "campaigns" in each}


def test_once_the_score_was_seen_no_rule_can_be_decided_but_one_taken_back(desk: Desk, clock: Clock) -> None:
    decide(desk)
    close(desk, clock)
    scored = desk.post("/console/campaigns/tiny/score", to=PAGE)
    assert "没有一份答卷符合已决定的剔除规则" in scored.words
    assert "全部计入时为" not in scored.words, "nothing was left out: nothing to compare"
    page = desk.get(PAGE)
    assert "不能再决定新的规则" in page.words
    assert page.all("input", type="radio") == []
    assert decide(desk, "copies").status == 409
    back = desk.post(f"{PAGE[:-8]}/exclusions/withdraw", {"number": "1", "reason": REASON}, to=PAGE)
    assert (back.status, "已撤回" in back.words) == (200, True)
    again = desk.post(f"{PAGE[:-8]}/exclusions/withdraw", {"number": "1", "reason": REASON}, to=PAGE)
    assert again.status == 409


def test_the_score_is_always_shown_with_and_without(app: Renke, desk: Desk, clock: Clock) -> None:
    close(desk, clock)
    page = desk.post("/console/campaigns/tiny/score", to=PAGE)
    assert "没有剔除任何答卷" in page.words
    assert any("去掉带有确证迹象的答卷" in row[0] for row in page.rows(0))
    file = desk.client.get("/console/campaigns/tiny/score.csv", headers={"Accept-Language": "zh-CN"})
    assert "对照：去掉带有确证迹象的答卷" in file.get_data(as_text=True)
    ran = app.test_cli_runner().invoke(args=["score", "tiny"])
    assert "没有剔除任何答卷" in ran.output


def test_numbers_side_by_side_are_rounded_alike(desk: Desk, clock: Clock) -> None:
    """90.625 is 90.63 wherever it stands; where a rule took nothing out there is nothing to compare."""
    numbers = {"value": 90.625, "low": None, "high": None}
    with desk.client.application.test_request_context():
        beside = {"answers": "all", "difference": 2, "composite": numbers, "verdict": "met"}
        assert "90.63" in set_side_by_side({"beside": beside, "decimals": 2})
        nothing = set_side_by_side({"beside": {**beside, "difference": 0}, "decimals": 2})
    assert nothing == "没有一份答卷符合已决定的剔除规则，得分计入了全部答卷。"


def test_schools_that_ask_for_a_look_are_never_called_cheats(app: Renke, clock: Clock) -> None:
    with app.database.begin() as session:
        add_coached(session)
        campaigns.close_campaign(session, name="tiny", now=factories.NOW)
        accounts.add_account(
            session, name="officer", password=_password(app), role="officer", region="demo", now=factories.NOW
        )
    for language, words in (("zh-CN", "最忙的 30 分钟"), ("en", "S00")):
        desk = sign_in(app, "officer", language)
        page = desk.post(PAGE, to=PAGE)
        assert page.status == 200
        assert words in page.words
        assert [word for word in ("作弊", "造假", "cheat", "fraud") if word in page.words] == []
    shown = app.test_cli_runner().invoke(args=["evidence", "show", "tiny", "--school", "S00"])
    assert (shown.exit_code, "集中在短时间内提交" in shown.output) == (0, True)
    assert app.test_cli_runner().invoke(args=["evidence", "show", "tiny", "--school", "nowhere"]).exit_code == 1


def _password(app: Renke) -> str:
    with app.app_context():
        return hashed()


def test_the_commands(app: Renke, desk: Desk) -> None:
    run = app.test_cli_runner().invoke

    def told(*words: str) -> tuple[int, str]:
        done = run(args=list(words))
        return done.exit_code, done.output

    assert "unusual-schools" in told("exclusions", "rules")[1]
    assert told("exclusions", "list", "tiny")[1].startswith("没有决定任何规则")
    assert told("exclusions", "decide", "tiny", "too-fast", "--reason", "短")[0] == 1
    assert REASON in told("exclusions", "decide", "tiny", "too-fast", "--reason", REASON)[1]
    assert "已撤回" in told("exclusions", "withdraw", "tiny", "1", "--reason", REASON)[1]
    assert "已撤回" in told("exclusions", "list", "tiny")[1]
    assert told("evidence", "show", "tiny")[0] == 1
    assert told("evidence", "look", "tiny")[0] == 1
    told("campaign", "close", "tiny")
    code, output = told("evidence", "look", "tiny")
    assert (code, "情况异常，请核实" in output, "快得来不及读题" in output) == (0, True, True)
    assert told("evidence", "show", "tiny") == (0, output)


# Comments


def add_comments(app: Renke, counts: dict[str, int]) -> None:
    with app.database.begin() as session:
        found = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        rows = [
            {
                "campaign_id": found.id,
                "id": f"{group}{number:05}".encode(),
                "group": group,
                "text": f"{group}说{number}",
            }
            for group, count in counts.items()
            for number in range(count)
        ]
        session.execute(insert(Comment), rows)


def test_comments_are_read_by_group_after_closing_and_none_of_a_few(app: Renke, desk: Desk, clock: Clock) -> None:
    add_comments(app, {"parent": 12, "student": 210, "teacher": 9})
    address = "/console/campaigns/tiny/comments"
    before = desk.get(address)
    assert (before.status, "结束之后才能看" in before.words, "parent说1" in before.words) == (200, True, False)
    close(desk, clock)
    page = desk.get(address)
    assert page.rows(0) == [["学生", "210"], ["家长", "12"], ["教师", "< 10"]]
    assert ("student说1" in page.words, "parent说1" in page.words) == (True, False)
    assert "student说205" in desk.get(f"{address}?page=2").words
    assert "parent说11" in desk.get(f"{address}?group=parent").words
    for group in ("teacher", "nobody"):
        assert "teacher说" not in desk.get(f"{address}?group={group}").words
    for page_number in ("0", "-3", "x", "9" * 30):
        assert desk.get(f"{address}?page={page_number}").status == 200
    for code in ("P01", "P02", "J01"):
        assert code not in page.words


def test_no_comment_is_ever_beside_a_school() -> None:
    """The table has no school, and nor has what is read from it."""
    assert {column.name for column in Comment.__table__.c} == {"campaign_id", "id", "group", "text"}
    assert set(comments.CommentShelf.__dataclass_fields__) == {"group", "count", "texts"}


# Reports of misuse


def test_reports_reach_evaluators_above_the_county_with_counts_by_school(app: Renke, desk: Desk, clock: Clock) -> None:
    people = {"county-evaluator": ("evaluator", "demo"), "admin-above": ("administrator", "demo-province")}
    with app.database.begin() as session:
        found = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        county = select(Region.id).where(Region.code == "demo").scalar_subquery()
        own = {each.code: each.id for each in session.scalars(select(School).where(School.county_id == county))}
        session.execute(
            insert(MisuseReport),
            [
                {
                    "campaign_id": found.id,
                    "id": bytes([number]) * 16,
                    "school_id": school,
                    "kind": "told",
                    "text": "班主任发了样卷",
                    "received_on": factories.TODAY,
                }
                for number, school in enumerate((own["P01"], own["P01"], own["J01"], None))
            ],
        )
        for name, (role, region) in people.items():
            accounts.add_account(
                session, name=name, password=_password(app), role=role, region=region, now=factories.NOW
            )
    close(desk, clock)
    above = sign_in(app, "evaluator")
    page = above.get("/console/reports")
    assert page.rows(0)[0][1:] == ["P01学校（模拟）", "2"]
    assert sorted(row[2] for row in page.rows(0)) == ["1", "1", "2"]
    assert "本县有 4 条匿名反映" in above.get(PAGE).words
    county = sign_in(app, "county-evaluator")
    explained = county.get("/console/reports")
    assert "反映直接送到县级以上" in explained.words
    assert "还没有人反映问题" not in explained.words
    for who in ("county-evaluator", "officer", "analyst", "admin", "admin-above"):
        other = sign_in(app, who)
        assert "匿名反映" not in other.get(PAGE).words, who
        assert "样卷" not in other.client.get("/console/reports").text, who
    with app.database.read() as session:
        assert misuse.count_reports(session, path="/other-province/", campaign_id=found.id) is None
