"""What officers do at their desk, on both databases: frames, campaigns, codes, papers, answers from elsewhere."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.edge import Renke
from app.errors import LARGEST_UPLOAD
from surveys import accounts, models, regions
from surveys.db import Database
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, add_people, hashed, upload

DATABASES = ("sqlite",)

FRAME = """学校代码,学校名称,乡镇街道,学段,城乡,学生数,教师数,受访学生,家长,受访教师,校长,人大代表,政协委员,其他群众
P01,第一小学,城关镇,小学,城区,100,10,60,60,8,1,,,
J01,第一初中,城关镇,初中,镇区,100,12,80,80,12,1,,,
全县,,,,,,,,,,,20,15,500
"""


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


@pytest.fixture
def empty(app: Renke) -> Desk:
    """A county without anything."""
    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        regions.add_region(session, code="new", name="新<b>县</b>", level="county", parent=None)
        for name, role in (("officer", "officer"), ("analyst", "analyst")):
            accounts.add_account(session, name=name, password=password, role=role, region="new", now=factories.NOW)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


def how_many(database: Database, table: type[models.Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# From nothing to a campaign


def test_an_empty_console_says_what_to_do(empty: Desk) -> None:
    page = empty.get("/console/")
    assert "还没有调查" in page.words
    assert "flask frame import COUNTY FILE" in page.words
    assert {"/console/counties", "/console/campaigns/new?county=new"} <= page.links()
    empty.sign_in("evaluator")


def test_an_empty_console_of_a_reader(empty: Desk, app: Renke) -> None:
    reader = Desk(app.test_client())
    reader.sign_in("analyst")
    page = reader.get("/console/")
    assert "县级管理员建立后" in page.words
    assert "flask" not in page.words


def test_from_the_template_to_an_open_campaign(empty: Desk, app: Renke) -> None:
    template = empty.client.get("/console/frame-template.csv")
    assert next(csv.reader(io.StringIO(template.data.decode("utf-8-sig")))) == FRAME.split("\n")[0].split(",")
    page = empty.post("/console/counties/new", {"file": upload(FRAME.encode("gb18030"), "框.csv")})
    assert page.heading == "新<b>县</b>的抽样框"  # a name, not markup
    assert "已导入第 1 版：2 所学校，新增 2 所" in page.words
    assert page.rows()[1] == ["第一小学", "P01", "城区", "小学", "60", "60", "8", "1", "", "", ""]
    again = empty.post("/console/counties/new", {"file": upload(FRAME.encode(), "框.csv")})
    assert "与第 1 版完全一样" in again.words
    assert how_many(app.database, models.Frame) == 1
    example = empty.client.get("/console/campaigns/example.yaml?county=new")
    assert example.headers["Content-Disposition"] == 'attachment; filename="campaign-new.yaml"'
    page = empty.post("/console/campaigns/new", {"text": example.get_data(as_text=True)})
    assert page.heading == "新<b>县</b>2026年义务教育社会认可度调查"
    assert "待开放" in page.words
    page = empty.post("/console/campaigns/new-2026/open")
    assert "进行中" in page.words


def test_the_example_fills_the_form(desk: Desk) -> None:
    page = desk.get("/console/campaigns/new?county=demo")
    (box,) = page.all("textarea")
    assert 'county: "demo"' in (box.text or "")
    assert 'zh-CN: "demo（模拟）2026年义务教育社会认可度调查"' in (box.text or "")


def test_the_template_for_excel(desk: Desk) -> None:
    answer = desk.client.get("/console/frame-template.xlsx")
    assert answer.data.startswith(b"PK")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert desk.client.get("/console/frame-template.exe").status_code == 404


# Refusals


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (FRAME.replace("城区", "市区").replace(",80,80,", ",x,-1,").encode(), ("市区", "x", "-1")),
        (b"", ("0 字节",)),
        (b"%PDF-1.7", ("PDF",)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (".xls",)),
        (b"PK\x03\x04 not a workbook", ("损坏",)),
        (b"\xff\xfea\x00", ("UTF-16",)),
    ],
)
def test_a_bad_frame_is_listed_and_not_kept(desk: Desk, app: Renke, content: bytes, words: tuple[str, ...]) -> None:
    before = how_many(app.database, models.Frame)
    page = desk.post("/console/counties/demo", {"file": upload(content, "f.csv")})
    assert page.status == 422
    for word in words:
        assert word in page.words
    assert how_many(app.database, models.Frame) == before


def test_every_bad_row_has_its_place(desk: Desk) -> None:
    bad = FRAME.replace("城区", "市区").replace(",80,80,", ",x,-1,")
    page = desk.post("/console/counties/demo", {"file": upload(bad.encode(), "f.csv")})
    assert page.status == 422
    found = {(row, column, value) for row, column, value, _text in page.rows()}
    assert {("2", "城乡", "市区"), ("3", "受访学生", "x"), ("3", "家长", "-1")} <= found
    assert all(text for *_, text in page.rows())


def test_no_file_chosen(desk: Desk) -> None:
    page = desk.post("/console/counties/demo")
    assert (page.status, "请先选择文件" in page.words) == (422, True)


def test_a_file_that_is_too_large(desk: Desk) -> None:
    """Refused by its length, before it is read."""
    response = desk.client.post(
        "/console/counties/demo",
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        headers={"Accept-Language": "zh-CN"},
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)},
    )
    assert response.status_code == 413
    assert "最大 20 MB" in response.get_data(as_text=True)


def test_every_problem_of_a_campaign_with_its_line(desk: Desk, app: Renke) -> None:
    text = factories.campaign_document(campaign="next", county="nil", scorecard="none", surprise=1)
    page = desk.post("/console/campaigns/new", {"text": text})
    assert page.status == 422
    assert all(line for line, *_ in page.rows())
    assert page.all("textarea")[0].text == "\n" + text or page.all("textarea")[0].text == text
    assert how_many(app.database, models.Campaign) == 2


@pytest.mark.parametrize("text", ["", "a: [", "\x00", "- 1", "a: &x 1\nb: *x", "!!python/object:os.system {}"])
def test_what_is_no_campaign(desk: Desk, app: Renke, text: str) -> None:
    assert desk.post("/console/campaigns/new", {"text": text}).status == 422
    assert how_many(app.database, models.Campaign) == 2


def test_markup_in_a_document_stays_text(desk: Desk) -> None:
    page = desk.post("/console/campaigns/new", {"text": "campaign: </textarea><script>alert(1)</script>"})
    assert page.status == 422
    assert not [each for each in page.all("script") if "alert" in (each.text or "")]


def test_a_name_that_is_taken(desk: Desk) -> None:
    page = desk.post("/console/campaigns/new", {"text": factories.campaign_document()})
    assert page.status == 409
    assert "tiny" in page.words


def test_a_campaign_for_another_county_is_not_made(desk: Desk, app: Renke) -> None:
    """And the county is as unknown as one that is not there."""
    text = factories.campaign_document(campaign="next", county="other")
    page = desk.post("/console/campaigns/new", {"text": text})
    assert page.status == 422
    nowhere = desk.post("/console/campaigns/new", {"text": text.replace("other", "nil")})
    assert [row[3] for row in page.rows()] == [row[3] for row in nowhere.rows()]
    assert how_many(app.database, models.Campaign) == 2
    assert desk.client.get("/console/campaigns/example.yaml?county=other").status_code == 404


def test_a_file_wins_over_text(desk: Desk) -> None:
    text = factories.campaign_document(campaign="by-file")
    page = desk.post("/console/campaigns/new", {"text": "nonsense", "file": upload(text.encode(), "c.yaml")})
    assert "by-file" in page.words


def test_the_same_page_asked_for_in_vain(desk: Desk) -> None:
    for path in ("/console/campaigns/none", "/console/campaigns/none/score", "/console/counties/none"):
        response = desk.client.get(path, headers={"Accept-Language": "zh-CN"})
        assert response.status_code == 404
        assert "没有" in response.get_data(as_text=True)


# A campaign


def test_the_campaign_page(desk: Desk) -> None:
    page = desk.get("/console/campaigns/tiny")
    assert page.heading == "小调查（模拟数据）"
    assert "模拟数据" in "".join(page.tree.itertext())
    school = page.rows()[1]
    assert school[0].startswith("P01学校（模拟）")
    assert school[1].startswith("0 / 60")
    assert page.rows()[3][0] == "全县"


def test_closing_is_for_good(desk: Desk, clock: Clock) -> None:
    page = desk.post("/console/campaigns/tiny/close")
    assert "已结束" in page.words
    clock.now += timedelta(minutes=1)
    again = desk.post("/console/campaigns/tiny/close")
    assert again.status == 409
    assert desk.post("/console/campaigns/tiny/open").status == 409
    assert "不再发放答题码" in desk.get("/console/campaigns/tiny").words


def test_codes_and_the_kit(desk: Desk) -> None:
    page = desk.post("/console/campaigns/tiny/codes")
    assert "新发放 13 个答题码" in page.words
    assert "没有需要新发放的" in desk.post("/console/campaigns/tiny/codes").words
    page = desk.post("/console/campaigns/tiny/slips", {"group": "parent", "school": "P01", "count": "12"})
    assert "新发放 12 个答题码" in page.words
    assert "码 0 / 12" in page.words
    for kind in ("open", "personal"):
        kit = desk.client.get(f"/console/campaigns/tiny/kit.pdf?kind={kind}")
        assert kit.data.startswith(b"%PDF")
        assert kit.headers["Content-Disposition"] == 'attachment; filename="tiny-kit-simulated.pdf"'


@pytest.mark.parametrize("count", ["0", "-1", "20001", "many", "", "1e3"])
def test_how_many_slips(desk: Desk, app: Renke, count: str) -> None:
    page = desk.client.post(
        "/console/campaigns/tiny/slips",
        data={
            "group": "parent", "school": "P01", "count": count,
            "csrf_token": desk.get("/console/").all("input", name="csrf_token")[0].get("value"),
        },
        headers={"Accept-Language": "zh-CN"},
    )  # fmt: skip
    assert page.status_code == 422
    assert "1 到 20000" in page.get_data(as_text=True)
    assert how_many(app.database, models.Code) == 0


def test_slips_for_a_place_that_is_not_in_the_frame(desk: Desk, app: Renke) -> None:
    sent = {"group": "npc_deputy", "school": "P01", "count": "1", "csrf_token": ""}
    sent["csrf_token"] = desk.get("/console/").all("input", name="csrf_token")[0].get("value") or ""
    assert desk.client.post("/console/campaigns/tiny/slips", data=sent).status_code == 422
    assert how_many(app.database, models.Code) == 0


def test_a_paper_is_read_in_both_languages(desk: Desk) -> None:
    page = desk.get("/console/campaigns/tiny/papers/parent/tiny")
    assert page.heading == "小问卷"
    spoken = {each.get("lang") for each in page.all("span") if each.get("lang")}
    assert spoken == {"zh-CN", "en"}
    assert "非常满意" in page.words
    assert "(非常满意)" in page.words
    assert not [each for each in page.all("input") if each.get("type") == "radio"]
    for path in ("public/tiny", "parent/parent", "nobody/tiny"):
        assert desk.client.get(f"/console/campaigns/tiny/papers/{path}").status_code == 404


# Answers from elsewhere

ELSEWHERE = """序号,您的身份,学校,teaching,homework,overall
1,家长,P01学校（模拟）,非常满意,满意,满意
2,家长,P02学校（模拟）,不满意,不了解,基本满意
"""


def test_answers_from_elsewhere(desk: Desk, app: Renke) -> None:
    page = desk.post("/console/campaigns/tiny/import", {"file": upload(ELSEWHERE.encode(), "旧.csv")})
    assert page.status == 200
    assert "现在还没有存入任何答卷" in page.words
    mapping = page.all("textarea")[0].text or ""
    assert "teaching" in mapping
    assert how_many(app.database, models.Response) == 0


def test_a_bad_mapping_is_kept_to_be_mended(desk: Desk, app: Renke) -> None:
    sent = {"file": upload(ELSEWHERE.encode(), "旧.csv"), "mapping": "columns: {nothing: none}"}
    page = desk.post("/console/campaigns/tiny/import", sent)
    assert page.status == 422
    assert "columns: {nothing: none}" in (page.all("textarea")[0].text or "")
    assert how_many(app.database, models.Response) == 0


def test_a_file_that_is_no_table(desk: Desk) -> None:
    page = desk.post("/console/campaigns/tiny/import", {"file": upload(b"%PDF-1.4", "旧.csv")})
    assert page.status == 422
    assert "PDF" in page.words
