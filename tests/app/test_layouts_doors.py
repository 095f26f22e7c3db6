"""Exports of other form tools at the doors: what an officer is told, and what is handed out again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from app.edge import Renke
from surveys import models, trail
from surveys.campaigns import get_campaign, papers_of
from surveys.db import Database
from surveys.imports import read_table
from tests.app.conftest import Clock
from tests.app.desk import Desk, add_people, upload
from tests.surveys.elsewhere import LEFT_OUT, Person, as_csv, as_xlsx, limesurvey, wjx

DATABASES = ("sqlite",)
PEOPLE = [Person("P01学校（模拟）", [1, 2, 3], "王小明的妈妈说好"), Person("P02学校（模拟）", [2, LEFT_OUT, 5])]
ADDRESS = "/console/campaigns/tiny/import"


@pytest.fixture
def peopled(app: Renke) -> Renke:
    add_people(app)
    return app


@pytest.fixture
def desk(peopled: Renke) -> Desk:
    desk = Desk(peopled.test_client())
    desk.sign_in("officer")
    return desk


def how_many(database: Database, table: type[models.Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def sample(app: Renke, tool: str = "wjx") -> bytes:
    with app.database.read() as session:
        campaign = get_campaign(session, name="tiny", now=app.clock())
        paper = papers_of(session, campaign_id=campaign.id, group="parent")[0].instrument
    unfinished = Person("P01学校（模拟）", [1, 1, 1], finished=False)
    return as_xlsx(wjx(paper, PEOPLE)) if tool == "wjx" else as_csv(limesurvey(paper, [*PEOPLE, unfinished]))


def run(app: Renke, *words: object, status: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert done.exit_code == status, done.output
    return done.output


def imported(app: Renke, folder: Path, tool: str = "wjx") -> str:
    """Import the sample as an officer does: a draft, the one thing that only people know, the import."""
    file, mapping = folder / "旧.xlsx", folder / "map.yaml"
    file.write_bytes(sample(app, tool))
    run(app, "responses", "import", "tiny", file, "--draft", mapping, status=1)
    mapping.write_text(mapping.read_text("utf-8").replace('"?"', "parent"), "utf-8")
    return run(app, "responses", "import", "tiny", file, "--mapping", mapping)


def test_the_command_says_which_tool_it_is_and_what_it_leaves(peopled: Renke, tmp_path: Path) -> None:
    file = tmp_path / "答卷.csv"
    file.write_bytes(sample(peopled, "limesurvey"))
    said = run(peopled, "responses", "import", "tiny", file, status=1)
    assert "识别为“LimeSurvey”的导出文件" in said
    assert "token、startdate、datestamp、ipaddr、refurl" in said
    assert 'submitted: "submitdate"' in said
    assert not any(word in said for word in ("abcTOKEN123", "192.0.2.7", "王小明"))
    done = imported(peopled, tmp_path, "limesurvey")
    assert "新存入 2 份答卷" in done
    assert "没有提交、没有导入的行：1" in done
    assert "文件里带有意见的答卷：1 份" in done
    assert how_many(peopled.database, models.Comment) == 1


def cells_of(file: Path, delimiter: str) -> list[list[str]]:
    """The rows of a file, read by others than us."""
    if file.suffix == ".csv":
        return list(csv.reader(io.StringIO(file.read_text("utf-8-sig")), delimiter=delimiter))
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    return [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_answers_are_handed_out_after_the_end_and_told_to_the_trail(
    peopled: Renke, clock: Clock, tmp_path: Path
) -> None:
    imported(peopled, tmp_path)
    wanted = ("responses", "export", "tiny", "--paper", "tiny", "--layout")
    early = tmp_path / "early.csv"
    assert "还没有结束" in run(peopled, *wanted, "wjx", "--out", early, status=1)
    assert not early.exists()
    run(peopled, "campaign", "close", "tiny")
    tools = {"wjx": ",", "tencent": ",", "limesurvey": ",", "kobotoolbox": ";"}
    for number, (tool, delimiter) in enumerate(tools.items()):
        file = tmp_path / f"{tool}.{('csv', 'xlsx')[number % 2 if tool != 'kobotoolbox' else 0]}"
        assert "2 份答卷" in run(peopled, *wanted, tool, "--out", file)
        rows = cells_of(file, delimiter)
        assert len(rows) == 3
        assert {"P01", "P02"} <= {cell for row in rows for cell in row}
        assert "王小明" not in repr(rows)
        assert len(read_table(file.read_bytes()).rows) == 2
    with peopled.database.read() as session:
        campaign = get_campaign(session, name="tiny", now=clock())
        told = trail.list_deeds(session, campaign_id=campaign.id, action="responses.exported")
    assert [deed.facts for deed in reversed(told)] == [{"paper": "tiny@1", "layout": tool, "rows": 2} for tool in tools]


def test_a_file_of_no_kind_or_of_no_paper_is_refused(peopled: Renke, tmp_path: Path) -> None:
    run(peopled, "campaign", "close", "tiny")
    wanted = ["responses", "export", "tiny", "--layout", "wjx", "--paper", "none", "--out", tmp_path / "out.csv"]
    assert "tiny@1" in run(peopled, *wanted, status=1)
    run(peopled, *wanted[:-1], tmp_path / "out.sav", status=2)
    run(peopled, *wanted[:4], "excel", *wanted[5:], status=2)
    assert not [*tmp_path.glob("out.*"), *tmp_path.glob("*.part")]


def test_the_page_says_which_tool_it_is_and_what_it_leaves(desk: Desk, app: Renke) -> None:
    page = desk.post(ADDRESS, {"file": upload(sample(app, "limesurvey"), "旧.csv"), "tool": ""})
    assert page.status == 200
    assert "LimeSurvey" in page.words
    assert "“comment”列，与答案分开保存" in page.words
    assert "1 行，不导入" in page.words
    assert "lastpage、startlanguage、token" in page.words
    assert not any(word in page.words for word in ("abcTOKEN123", "192.0.2.7", "王小明"))
    assert how_many(app.database, models.Response) == 0


def test_the_page_counts_what_it_left_out(desk: Desk, app: Renke) -> None:
    content = sample(app, "limesurvey")
    page = desk.post(ADDRESS, {"file": upload(content, "旧.csv")})
    mapping = (page.all("textarea")[0].text or "").replace('"?"', "parent")
    done = desk.post(ADDRESS, {"file": upload(content, "旧.csv"), "mapping": mapping})
    assert "新存入 2 份答卷" in done.words
    assert "没有提交、没有导入的行：1" in done.words
    assert "文件里带有意见的答卷：1 份" in done.words
    again = desk.post(ADDRESS, {"file": upload(content, "旧.csv"), "mapping": mapping})
    assert "以前已导入的：2 份。这些没有再存，答案和意见都没有改动。" in again.words


def test_a_tool_that_is_chosen_or_made_up(desk: Desk, app: Renke) -> None:
    for tool, title in {
        "kobotoolbox": "KoboToolbox",
        "nothing": "问卷星",
        "../wjx": "问卷星",
        "x" * 9_000: "问卷星",
    }.items():
        page = desk.post(ADDRESS, {"file": upload(sample(app), "旧.xlsx"), "tool": tool})
        assert page.status == 200
        assert title in page.words
