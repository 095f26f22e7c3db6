"""Kits from the console and from the command: handed out, printed twice, voided and reissued."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from app.edge import Renke
from surveys import campaigns, trail
from surveys.codes import Slip
from tests import factories
from tests.app.desk import Desk, add_people
from tests.app.test_cli_sealing import run

DATABASES = ("sqlite",)

PAGE = "/console/campaigns/tiny/kits"
VOID = "/console/campaigns/tiny/codes/void"


@pytest.fixture
def slips(app: Renke) -> tuple[Slip, ...]:
    """Posters everywhere, six slips for the parents of P01."""
    add_people(app)
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        factories.add_posters(session, campaign)
        return factories.add_slips(session, campaign, count=6)


@pytest.fixture
def desk(app: Renke, slips: Any) -> Desk:
    desk = Desk(app.test_client())
    assert desk.sign_in("officer").status_code == 302
    return desk


def live(app: Renke, **wanted: Any) -> list[Slip]:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        return [slip for slip in factories.list_slips(session, campaign, **wanted) if slip.voided_on is None]


def deeds(app: Renke, *, campaign: str = "tiny") -> list[tuple[str, str]]:
    with app.database.read() as session:
        found = campaigns.get_campaign(session, name=campaign, now=factories.NOW)
        return [(deed.by, deed.action) for deed in trail.list_deeds(session, campaign_id=found.id)]


def words(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


# The console


def test_the_page_lists_every_school(desk: Desk) -> None:
    page = desk.get(PAGE)
    assert page.rows() == [
        ["J01学校（模拟） J01", "PDF", "4", "0", "还没有"],
        ["P01学校（模拟） P01", "PDF", "4", "6", "还没有"],
        ["P02学校（模拟） P02", "PDF", "4", "0", "还没有"],
        ["全县（不分学校）", "PDF", "1", "0", "还没有"],
    ]
    assert "不会变多" not in page.words


def test_a_school_has_a_pdf_and_the_trail_knows(app: Renke, desk: Desk, slips: tuple[Slip, ...]) -> None:
    answer = desk.client.get("/console/campaigns/tiny/kit.pdf?school=P01&languages=zh-CN")
    assert answer.mimetype == "application/pdf"
    text = words(answer.data)
    assert all(slip.typed in text for slip in slips)
    assert "P02学校" not in text
    assert "Parents" not in text
    assert deeds(app) == [("officer", "kit.printed")]
    page = desk.get(PAGE)
    assert [row[4] for row in page.rows()] == ["还没有", "2026-05-12 10:00 · officer", "还没有", "还没有"]
    assert "已由 officer 印过" in page.words, "before somebody prints it all"
    assert words(desk.client.get("/console/campaigns/tiny/kit.pdf?school=").data).count("人大代表") > 0


def test_all_schools_come_as_they_are_made(desk: Desk, slips: tuple[Slip, ...]) -> None:
    answer = desk.client.get("/console/campaigns/tiny/kit.zip")
    assert (answer.mimetype, answer.headers["X-Archive-Files"]) == ("application/zip", "4")
    assert "Content-Length" not in answer.headers
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == [
            "1-J01-J01学校（模拟）.pdf",
            "2-P01-P01学校（模拟）.pdf",
            "3-P02-P02学校（模拟）.pdf",
            "4-全县.pdf",
        ]
        assert slips[0].typed in words(archive.read("2-P01-P01学校（模拟）.pdf"))


@pytest.mark.parametrize("query", ["languages=xx", "languages=zh-CN,bo", "school=X99", "deed=1"])
def test_a_kit_that_cannot_be_made_is_refused_and_not_told(app: Renke, desk: Desk, query: str) -> None:
    for name in ("kit.pdf", "kit.zip"):
        assert desk.client.get(f"/console/campaigns/tiny/{name}?{query}").status_code in (404, 422)
    assert deeds(app) == []


def test_voiding_what_is_in_the_hand(app: Renke, desk: Desk, slips: tuple[Slip, ...]) -> None:
    form = {"typed": f"{slips[0].typed}\n\n{slips[1].typed.lower()}", "reason": "没有发完"}
    page = desk.post(VOID, form, to=PAGE)
    assert "已作废 2 个答题码" in page.words
    assert "没有发完" in page.words
    assert len(live(app, kind="personal")) == 4
    assert deeds(app) == [("officer", "codes.voided")]


def test_a_wrong_line_is_said_and_nothing_is_voided(app: Renke, desk: Desk, slips: tuple[Slip, ...]) -> None:
    page = desk.post(VOID, {"typed": f"{slips[0].typed}\nXXXXX-XXXXX", "reason": "丢失"}, to=PAGE)
    assert page.status == 422
    assert "有 1 处问题，没有作废任何答题码。 第 2 行：输错了：校验字符对不上" in page.words
    assert len(live(app, kind="personal")) == 6
    assert deeds(app) == []
    assert page.all("input", id="typed-reason")[0].get("value") == "丢失", "to be mended where it stands"


def test_reissuing_gives_the_new_ones_to_print(app: Renke, desk: Desk, slips: tuple[Slip, ...]) -> None:
    form = {
        "school": "P01",
        "group": "parent",
        "how": "positions",
        "positions": "2-3",
        "reason": "丢失",
        "reissue": "y",
    }
    page = desk.post(VOID, form, to=PAGE)
    assert "已作废并补发 2 个答题码" in page.words
    (link, *_) = sorted(link for link in page.links() if "deed=" in link)
    text = words(desk.client.get(link).data)
    new = live(app, kind="personal")[-2:]
    assert [slip.position for slip in new] == [7, 8]
    assert [slip.typed in text for slip in (*new, *slips)] == [True] * 2 + [False] * 6


def test_codes_for_a_place_that_has_nobody_are_refused_on_the_page(desk: Desk) -> None:
    wanted = {"group": "npc_deputy", "school": "P01", "count": "3"}
    page = desk.post("/console/campaigns/tiny/slips", wanted, to="/console/campaigns/tiny")
    assert page.status == 422
    assert "/console/campaigns/tiny/slips" in page.actions()
    assert [each.get("value") for each in page.all("option") if each.get("selected") is not None] == [
        "npc_deputy",
        "P01",
    ]


@pytest.mark.parametrize(
    ("way", "link"), [("paper", "纸质问卷：再印还没用过的"), ("sms", "短信链接：再下载还没用过的")]
)
def test_reissued_forms_and_links_are_fetched_where_they_are_made(app: Renke, desk: Desk, way: str, link: str) -> None:
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        factories.issue_slips(session, campaign, seed=5, way=way)
        (lost,) = factories.list_slips(session, campaign, way=way)
    page = desk.post(VOID, {"typed": lost.typed, "reason": "丢失", "reissue": "y"}, to=PAGE)
    assert page.words.count(link) == 2, "where it is told, and in the record"
    assert not [link for link in page.links() if "kit.pdf?deed=" in link]
    assert "/console/campaigns/tiny/ways" in page.links()


def test_a_leaked_poster(app: Renke, desk: Desk) -> None:
    (before,) = live(app, kind="open", group="parent", school="P01")
    desk.post(
        VOID, {"school": "P01", "group": "parent", "how": "poster", "reason": "发到群里", "reissue": "y"}, to=PAGE
    )
    (after,) = live(app, kind="open", group="parent", school="P01")
    assert after.token != before.token


def test_when_it_is_over_nothing_is_voided(app: Renke, desk: Desk, slips: tuple[Slip, ...]) -> None:
    token = desk.get(PAGE)
    with app.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=factories.NOW)
    page = desk.post(VOID, {"typed": slips[0].typed, "reason": "丢失"}, to="/console/")
    assert page.status == 409
    assert "调查已结束" in page.words
    assert VOID not in page.actions()
    assert VOID in token.actions()


# The command


def test_one_pdf_or_one_for_each_school(app: Renke, slips: tuple[Slip, ...], tmp_path: Path) -> None:
    out = run(app, "codes", "print", "tiny", "--out", str(tmp_path / "kit.pdf"), "--languages", "zh-CN")
    assert "印过" not in out
    assert "Parents" not in words((tmp_path / "kit.pdf").read_bytes())
    out = run(app, "codes", "print", "tiny", "--out", str(tmp_path / "kit.zip"))
    assert "已由 命令行 印过" in out
    assert "不会变多" in out
    with ZipFile(tmp_path / "kit.zip") as archive:
        assert len(archive.namelist()) == 4
        assert "Parents" in words(archive.read("2-P01-P01学校（模拟）.pdf"))
    assert deeds(app) == [("command", "kit.printed")] * 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_lost_slips_by_command(app: Renke, slips: tuple[Slip, ...], tmp_path: Path) -> None:
    listed, new = tmp_path / "lost.txt", tmp_path / "new.pdf"
    listed.write_text(f"{slips[0].typed}\r\n{slips[1].typed}\r\n", "utf-8")
    out = run(app, "codes", "void", "tiny", "--file", str(listed), "--reason", "丢失", "--reissue", "--out", str(new))
    assert "已作废 2 个答题码" in out
    (number,) = re.findall(r"编号 (\d+)", out)
    again = tmp_path / "again.pdf"
    assert "印过" in run(app, "codes", "print", "tiny", "--reissued", number, "--out", str(again))
    assert words(again.read_bytes()) == words(new.read_bytes())
    assert [by for by, action in deeds(app) if action == "codes.reissued"] == ["command"]


def test_a_file_that_cannot_be_written_issues_nothing(app: Renke, slips: tuple[Slip, ...], tmp_path: Path) -> None:
    nowhere = ("--out", str(tmp_path / "none" / "new.pdf"))
    place = ("--group", "parent", "--school", "P01")
    lost = ("--code", slips[0].typed, "--reason", "丢失", "--reissue")
    for command in (
        ("codes", "void", "tiny", *lost, *nowhere),
        ("codes", "sms", "tiny", *place, "--count", "2", *nowhere),
        ("paper", "print", "tiny", *place, "--count", "2", *nowhere),
    ):
        assert "写不了文件" in run(app, *command, status=1)
    assert [slip.typed for slip in live(app, kind="personal")] == [slip.typed for slip in slips]
    assert deeds(app) == []
    for command in (("codes", "print", "tiny"), ("codes", "void", "tiny", *lost)):
        assert ".zip" in run(app, *command, "--out", str(tmp_path / "x.docx"), status=2)
    assert [path for path in tmp_path.iterdir() if not path.name.startswith("renke.db")] == []


def test_a_refusal_names_lines_and_no_code(app: Renke, slips: tuple[Slip, ...], tmp_path: Path) -> None:
    words_ = ("--code", slips[0].typed, "--code", "ABCDE-FGHJK", "--reason", "丢失")
    out = run(app, "codes", "void", "tiny", *words_, status=1)
    assert "第 2 行" in out
    assert "ABCDE" not in out
    assert len(live(app, kind="personal")) == 6


@pytest.mark.parametrize(
    ("words_", "said"),
    [
        (("--code", "x", "--reissue"), "--out"),
        (("--code", "x", "--group", "parent"), "--group"),
        (("--group", "parent", "--school", "P01"), "请逐行输入"),
        (("--group", "parent", "--school", "P01", "--positions", "3-1"), "11-20,35"),
    ],
)
def test_a_command_that_does_not_say_which(app: Renke, slips: Any, words_: tuple[str, ...], said: str) -> None:
    done = app.test_cli_runner().invoke(args=["codes", "void", "tiny", "--reason", "丢失", *words_])
    assert done.exit_code in (1, 2)
    assert said in done.output


def test_nothing_is_issued_once_it_is_over_or_without_a_school(app: Renke, slips: Any) -> None:
    out = run(app, "codes", "issue", "tiny", "--personal", "3", "--group", "parent", status=2)
    assert "--school" in out
    run(app, "campaign", "close", "tiny")
    assert "调查已结束" in run(app, "codes", "issue", "tiny", status=1)
    personal = ("--personal", "3", "--group", "parent", "--school", "P01")
    assert "调查已结束" in run(app, "codes", "issue", "tiny", *personal, status=1)
