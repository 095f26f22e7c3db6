"""A questionnaire from elsewhere becomes YAML on a page; one of a campaign leaves as files of other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.edge import Renke
from app.messages import CATALOGUE
from surveys.carrying import carry_in, carry_out
from surveys.instruments.library import library_document
from surveys.instruments.parsing import parse_instrument
from tests import factories
from tests.app.desk import Desk, add_people, upload
from tests.app.visits import text
from tests.instruments.elsewhere import newer, xlsform

DATABASES = ("sqlite",)
PAGE = "/console/questionnaires/carry"
FILE = "/console/campaigns/tiny/papers/parent/tiny/file"


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


def test_a_file_becomes_yaml_and_two_lists(desk: Desk) -> None:
    assert PAGE in desk.get("/console/campaigns/new").links()
    page = desk.get(PAGE)
    assert page.heading == "导入已有问卷"
    assert {"/console/questionnaires/template.xlsx", "/console/questionnaires/template.csv"} <= page.links()

    page = desk.post(PAGE, {"file": upload(newer(), "问卷.lss"), "groups": ["parent", "teacher"]}, to=PAGE)
    assert page.status == 200
    (area,) = page.all("textarea", name="text")
    paper = parse_instrument(area.text or "")
    assert paper.groups == ("parent", "teacher")
    assert "已读完 问卷.lss（LimeSurvey 问卷）" in page.words
    found = {tuple(row) for row in page.rows()}  # nothing of it has a row, so no column is there for it
    assert ("Many", "M", "这种题型没有带过来：这里每题只选一个答案") in found

    page = desk.post(PAGE, {"file": upload(xlsform(), "form.xlsx")}, to=PAGE)
    listed = page.rows(0)
    renamed = "编号不符合要求（小写字母、数字、下划线，2–32 个字符，字母开头），改为 q1"
    assert ["5", "工作表 survey name", "Q1", renamed] in listed
    placed = [(place.split()[1], int(row)) for row, place, *_ in listed if row]
    assert placed == sorted(placed)

    kept = page.all("input", name="left")[0].get("value", "")
    page = desk.post(PAGE, {"text": "instrument: x", "left": kept}, to=PAGE)
    assert page.status == 422
    assert page.rows(1) == listed
    assert "没有发布" not in page.words
    for wrong in ("[", "{}", "[[1, 2, 3, 4]]", '[["a"]]', "[" * 100_000, '[["\\u0000", "<b>", "", ""]]'):
        assert desk.post(PAGE, {"text": "instrument: x", "left": wrong}, to=PAGE).status == 422


def test_yaml_that_was_mended_is_checked_and_handed_back(desk: Desk) -> None:
    sound = library_document("parent").replace("\n", "\r\n")  # as browsers send it
    token = desk.get(PAGE).all("input", name="csrf_token")[0].get("value", "")
    answer = desk.client.post(PAGE, data={"text": sound, "csrf_token": token})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="parent.yaml"'
    assert parse_instrument(answer.data) == parse_instrument(library_document("parent"))
    page = desk.post(PAGE, {"text": sound.replace("role: overall", "role: background")}, to=PAGE)
    assert page.status == 422
    assert "缺少总体评价题" in page.words
    assert text(page.all("textarea", name="text")[0]).startswith("# SPDX")


def test_what_is_no_questionnaire_is_refused_in_words(desk: Desk) -> None:
    files = (b"%PDF", b"", b"text,scale\nHow?,none\n", b"text\x00")
    sent: list[dict[str, object]] = [{}, {"groups": "nobody"}, {"text": "\x00{"}, {"text": "\ufffe" * 3}]
    for data in (*sent, *({"file": upload(content, "=x.csv")} for content in files)):
        page = desk.post(PAGE, data, to=PAGE)
        assert page.status == 422
        assert page.all("section", role="alert")


def test_the_template_and_the_files_of_a_paper_can_be_read_again(desk: Desk) -> None:
    paper = "/console/campaigns/tiny/papers/parent/tiny"
    links = desk.get(paper).links()
    instrument = parse_instrument(json.dumps(factories.instrument_document()))
    for kind, end in (("xlsform", "-xlsform.xlsx"), ("lss", ".lss"), ("xlsx", ".xlsx"), ("csv", ".csv")):
        assert f"{FILE}/{kind}" in links
        answer = desk.client.get(f"{FILE}/{kind}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="tiny-1{end}"'
        assert parse_instrument(carry_in(answer.data).text) == instrument
    assert carry_in(desk.client.get("/console/questionnaires/template.csv").data).problems == ()
    assert desk.client.get("/console/questionnaires/template.pdf").status_code == 404
    assert desk.client.get(f"{FILE}/sav").status_code == 404
    assert desk.client.get("/console/campaigns/tiny/papers/parent/other/file/lss").status_code == 404


def test_commands_bring_and_take(app: Renke, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    form, yaml, lss = tmp_path / "form.xlsx", tmp_path / "made.yaml", tmp_path / "made.lss"
    form.write_bytes(xlsform())
    done = run(args=["instrument", "import", str(form), "--out", str(yaml), "--group", "parent"])
    assert done.exit_code == 0, done.output
    assert "“relevant”列" in done.output
    assert "没有 en 的文字，先用了已有的" in done.output
    assert run(args=["instrument", "publish", str(yaml)]).exit_code == 0
    made = parse_instrument(yaml.read_text("utf-8"))
    for name in (str(yaml), "parents-2026@1"):
        assert run(args=["instrument", "export", name, "--format", "lss", "--out", str(lss)]).exit_code == 0
        assert parse_instrument(carry_in(lss.read_bytes()).text) == made
    assert run(args=["instrument", "export", "parent", "--format", "csv", "--out", str(lss)]).exit_code == 0
    assert lss.read_bytes() == carry_out(parse_instrument(library_document("parent")), format="csv").content
    for name in ("nothing", "parents-2026@2", "parents-2026@x", "../parent"):
        done = run(args=["instrument", "export", name, "--format", "lss", "--out", str(lss)])
        assert (done.exit_code, "没有这个问卷版本" in done.output) == (1, True)
    yaml.write_text("instrument: x\n", "utf-8")
    done = run(args=["instrument", "export", str(yaml), "--format", "lss", "--out", str(lss)])
    assert (done.exit_code, "问卷的结构还不对" in done.output, "没有发布" in done.output) == (1, True, False)
    template = tmp_path / "template.xlsx"
    assert run(args=["instrument", "template", "--out", str(template)]).exit_code == 0
    done = run(args=["instrument", "import", str(template), "--as", "spreadsheet", "--out", str(yaml)])
    assert "没有问题，可以发布" in done.output
    done = run(args=["instrument", "import", str(template), "--as", "lss", "--out", str(yaml)])
    assert (done.exit_code, "不是正确的 XML" in done.output) == (1, True)


def test_every_word_of_the_list_is_in_the_catalogue() -> None:
    """Codes are given to the list by name, so that no other test sees them."""
    found = set()
    for path in (Path(__file__).parents[2] / "surveys" / "carrying").rglob("*.py"):
        found |= {part.split('"')[0] for part in path.read_text("utf-8").split('"carry.')[1:]}
    assert len(found) > 50
    assert {f"carry.{each}" for each in found if "{" not in each} <= set(CATALOGUE)
