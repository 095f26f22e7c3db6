"""The cockpit on the desk, the phone and the wall: counts that renew themselves, reminders, and never a score."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from app.edge import Renke
from app.snapshots import Snapshots
from surveys.fieldwork.standings import Amounts
from surveys.models import Response, School
from tests.app.desk import Desk, add_people, answer

WATCH = "/console/campaigns/tiny/watch"
NOW = f"{WATCH}/now"
REMINDERS = "/console/campaigns/tiny/reminders"
VIEWS = (WATCH, f"{WATCH}?group=parent", f"{WATCH}?view=wall", f"{WATCH}?view=wall&theme=dark", NOW, REMINDERS)


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


def body(client: FlaskClient, path: str) -> str:
    found = client.get(path, headers={"Accept-Language": "zh-CN"})
    assert found.status_code == 200
    return found.get_data(as_text=True)


def test_the_page_says_how_far_it_is(app: Renke, desk: Desk) -> None:
    answer(app, {("parent", "P01"): (20, 10), ("student", "P01"): (42, 0)})
    page = desk.get(WATCH)
    assert "没有抽样方案：目标按人数的 70%（2012 年规则" in page.words
    groups, schools = page.rows(2), page.rows(3)
    assert [row[0] for row in groups] == ["学生", "家长", "教师", "校长", "人大代表"]
    assert next(row for row in groups if row[0] == "家长")[3:8] == ["30", "17%", "126", "24%", "还需 96 份"]
    assert next(row for row in schools if row[0].startswith("P01"))[1:3] == ["42 / 42✓ 够了", "30 / 42还需 12 份"]
    assert f"{WATCH}" in desk.get("/console/campaigns/tiny").links()


def test_before_anybody_came_the_charts_say_so(desk: Desk) -> None:
    for view in (WATCH, f"{WATCH}?view=wall"):
        page = desk.get(view)
        assert "这段时间还没有人打开" in page.words
        assert page.all("rect") == []


def test_places_that_are_asked_nothing_are_not_said_to_be_enough(app: Renke) -> None:
    with app.test_request_context():
        still = app.jinja_env.get_template("console/watch_macros.html").make_module().still  # type: ignore[attr-defined]
        assert ("不在方案里" in still(Amounts(target=0)), "够了" in still(Amounts(target=0))) == (True, False)
        assert "够了" in still(Amounts(target=3))


def test_a_group_shows_everything_of_its_schools(app: Renke, desk: Desk) -> None:
    answer(app, {("parent", "P01"): (20, 10)})
    page = desk.get(f"{WATCH}?group=parent")
    (p01,) = (row for row in page.rows(3) if row[0].startswith("P01"))
    assert p01[3:] == ["30", "50%", "42", "71%", "还需 12 份", "±9.1", "— 停滞"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_view_is_a_whole_page(desk: Desk, language: str) -> None:
    desk.language = language
    for query in ("", "?view=wall", "?group=teacher", "?group=nobody"):
        page = desk.get(WATCH + query)
        assert page.status == 200
        assert len(page.all("progress")) > 3
        assert page.all("main" if "wall" in query else "div", id="live")


def test_no_score_however_people_answered(app: Renke, desk: Desk) -> None:
    """The best answers and the worst give the same pages, to the letter: nothing in them can be made of answers."""
    counts = {("parent", "P01"): 30, ("student", "J01"): 12, ("teacher", "J01"): 10, ("npc_deputy", None): 5}
    answer(app, {place: (n, 0) for place, n in counts.items()})
    best = [lasting(body(desk.client, path)) for path in VIEWS]
    with app.database.begin() as session:
        session.execute(delete(Response))
    answer(app, {place: (0, n) for place, n in counts.items()})
    assert [lasting(body(desk.client, path)) for path in VIEWS] == best
    assert all("还需" in page for page in best)


def lasting(page: str) -> str:
    """Without the one-time words above."""
    return page.partition("<main")[2] or page


def test_what_has_not_changed_is_not_sent_again(app: Renke, desk: Desk) -> None:
    first = desk.client.get(NOW)
    assert first.headers["Renke-Taken-At"] == "10:00:00"
    again = desk.client.get(NOW, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Renke-Taken-At"]) == (304, b"", "10:00:00")
    answer(app, {("parent", "P01"): (1, 0)})
    after = desk.client.get(NOW, headers={"If-None-Match": first.headers["ETag"]})
    assert (after.status_code, after.headers["ETag"] != first.headers["ETag"]) == (200, True)
    assert "<html" not in after.get_data(as_text=True)


def test_without_script_the_page_renews_itself(desk: Desk) -> None:
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in body(desk.client, WATCH)


def test_many_who_look_cost_one_count(app: Renke, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pages may be some seconds old, the second look does not read what came in between."""
    app.settings = replace(app.settings, stale=1.0)
    app.extensions.pop("watched", None)
    first = lasting(body(desk.client, REMINDERS))
    answer(app, {("parent", "P01"): (10, 0)})
    assert lasting(body(desk.client, REMINDERS)) == first


def test_who_waits_too_long_is_told_so(app: Renke, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Snapshots, "get", lambda *_args, **_options: None)
    page = desk.get(WATCH)
    assert "正在统计" in page.words
    assert 'content="2"' in body(desk.client, WATCH)
    assert "data-pending" in body(desk.client, NOW)


# Reminders


def test_the_list_of_reminders(app: Renke, desk: Desk) -> None:
    answer(app, {("parent", "P01"): (40, 0), ("student", "P01"): (42, 0)})
    page = desk.get(REMINDERS)
    assert "P01学校（模拟）" in page.words
    assert "家长 2 份" in page.words
    assert "人数少的对象只按全县合计" in page.words
    assert {f"{REMINDERS}.csv", f"{REMINDERS}.txt"} <= page.links()


def test_reminders_for_a_spreadsheet(app: Renke, desk: Desk) -> None:
    with app.database.begin() as session:
        session.execute(update(School).where(School.code == "P01").values(name="=cmd()"))
    answer(app, {("parent", "P01"): (40, 0), ("student", "P01"): (42, 0)})
    file = desk.client.get(f"{REMINDERS}.csv", headers={"Accept-Language": "zh-CN"})
    assert file.data.startswith(b"\xef\xbb\xbf")
    assert 'filename="tiny-reminders-simulated.csv"' in file.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"), newline="")))
    (parents,) = (row for row in rows if row["学校代码"] == "P01")
    assert (parents["学校"], parents["调查对象"], parents["还需（份）"]) == ("'=cmd()", "家长", "2")
    assert (parents["批次"], parents["数据性质"]) == ("tiny", "模拟数据")
    few = {row["调查对象"] for row in rows if row["学校"] == "全县（人数少的对象）"}
    assert few == {"教师", "校长"}


def test_letters_ask_and_do_not_press(desk: Desk) -> None:
    text = desk.client.get(f"{REMINDERS}.txt", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert text.startswith("【模拟数据】催办清单")
    assert text.count("填不填由本人决定，怎么想就怎么填。请不要打听谁填了、谁没填") == text.count("目前还希望收到") == 4
    assert not re.search("满意|好评|务必|必须|排名|通报批评|达标", text.replace("不通报份数", ""))
    assert "校长 1 份" not in text.split("-" * 40, 1)[1]


def test_other_files_are_none(desk: Desk) -> None:
    assert desk.client.get(f"{REMINDERS}.pdf").status_code == 404


# At the shell


@pytest.fixture
def shell(app: Renke) -> Renke:
    add_people(app)
    return app


def test_the_cockpit_at_the_shell(shell: Renke) -> None:
    answer(shell, {("parent", "P01"): (20, 10)})
    shown = shell.test_cli_runner().invoke(args=["fieldwork", "watch", "tiny"])
    assert shown.exit_code == 0, shown.output
    line = next(line for line in shown.output.splitlines() if line.startswith("家长"))
    assert line.split() == ["家长", "0", "0", "30", "16.7%", "126", "96", "±16.5", "—"]
    of_group = shell.test_cli_runner().invoke(args=["fieldwork", "watch", "tiny", "--group", "parent"]).output
    assert len(of_group.splitlines()) == 4


@pytest.mark.parametrize("kind", ["csv", "txt"])
def test_reminders_at_the_shell(shell: Renke, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"reminders.{kind}"
    done = shell.test_cli_runner().invoke(args=["fieldwork", "reminders", "tiny", "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert "P01学校（模拟）" in file.read_text("utf-8-sig")


def test_reminders_are_csv_or_text(shell: Renke, tmp_path: Path) -> None:
    refused = shell.test_cli_runner().invoke(args=["fieldwork", "reminders", "tiny", "--out", str(tmp_path / "a.pdf")])
    assert refused.exit_code == 2
    assert not list(tmp_path.glob("a.pdf"))
