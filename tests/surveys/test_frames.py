"""The frame of a county: every way to write it is one frame, every wrong cell is named."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.messages import text_of
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.frames import (
    FrameReport,
    find_latest_frame,
    frame_template,
    get_frame,
    import_frame,
    list_cells,
    read_frame,
)
from surveys.frames.columns import COLUMNS, LOCALITY_WORDS, STAGE_WORDS
from surveys.models import Frame, FrameCell, Region, School
from surveys.regions import add_region, list_regions
from surveys.tables import read_table

NOW = datetime(2024, 9, 1, 8, tzinfo=UTC)
CHINESE = tuple(column.words[0] for column in COLUMNS)
ENGLISH = tuple(column.key for column in COLUMNS)
SCHOOLS = (
    ("S001", "第一小学", "城关镇", "小学", "城区", "860", "48", "560", "820", "46", "2", "", "", ""),
    ("S002", "第二初级中学", "东关镇", "初中", "镇区", "1200", "96", "1200", "1150", "90", "3", "", "", ""),
    ("S003", "河口九年一贯制学校", "城关镇", "九年一贯", "农村", "410", "35", "300", "390", "33", "2", "-", "", "0"),
)
COUNTY = ("全县", "", "", "", "", "", "", "", "", "", "", "220", "180", "350,000")


def csv_of(*rows: tuple[str, ...], header: tuple[str, ...] = CHINESE) -> bytes:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in (header, *rows)).encode()


def xlsx_of(*rows: tuple[str, ...], header: tuple[str, ...] = CHINESE) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(header)
    for row in rows:
        sheet.append([float(cell) if cell.isdigit() else cell for cell in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def with_cell(row: tuple[str, ...], key: str, value: str) -> tuple[str, ...]:
    position = ENGLISH.index(key)
    return (*row[:position], value, *row[position + 1 :])


@pytest.fixture
def county(session: Session) -> str:
    add_region(session, code="demo", name="模拟县", level="county", parent=None, simulated=True)
    return "demo"


def take(session: Session, content: bytes, county: str = "demo") -> FrameReport:
    return import_frame(session, county=county, content=content, filename="学校.csv", now=NOW)


def refusal(session: Session, content: bytes, code: str = "frame.invalid") -> list[tuple[object, ...]]:
    before = [session.scalar(select(func.count()).select_from(table)) for table in (Frame, FrameCell, School, Region)]
    with pytest.raises(SurveyError) as caught:
        take(session, content)
    assert (caught.value.code, caught.value.kind) == (code, "invalid")
    assert all(text_of(each.code, each.params) for each in (caught.value, *caught.value.problems))
    after = [session.scalar(select(func.count()).select_from(table)) for table in (Frame, FrameCell, School, Region)]
    assert after == before
    return [(each.code, each.row, each.column, each.value) for each in caught.value.problems]


def test_a_frame_is_imported(session: Session, county: str) -> None:
    report = take(session, csv_of(*SCHOOLS, COUNTY))
    assert (report.number, report.unchanged, report.schools, report.added, report.changed) == (1, False, 3, 3, 0)
    assert report.people == {
        "student": 2060,
        "parent": 2360,
        "teacher": 169,
        "principal": 7,
        "npc_deputy": 220,
        "cppcc_member": 180,
        "public": 350_000,
    }
    cells = list_cells(session, frame_id=report.frame_id)
    assert len(cells) == 3 * 4 + 3
    first, last = cells[0], cells[-1]
    assert (first.school_code, first.group, first.stratum, first.population) == (
        "S001",
        "student",
        "urban.primary",
        560,
    )
    assert (first.school_name, first.township, first.stage, first.locality) == (
        "第一小学",
        "城关镇",
        "primary",
        "urban",
    )
    assert (last.school_id, last.group, last.stratum, last.population) == (None, "public", "county", 350_000)
    assert [cell.stratum for cell in cells if cell.school_code == "S003"] == ["rural.nine_year"] * 4


def test_townships_are_made_once_and_found_by_name(session: Session, county: str) -> None:
    add_region(session, code="demo-t01", name="东关镇", level="township", parent="demo")
    take(session, csv_of(*SCHOOLS))
    take(session, csv_of(*SCHOOLS[:2]))
    found = [(each.code, each.name, each.path, each.simulated) for each in list_regions(session, path="/demo/")[1:]]
    assert found == [("demo-t01", "东关镇", "/demo/demo-t01/", True), ("demo-t02", "城关镇", "/demo/demo-t02/", True)]


def test_a_long_county_code_leaves_room_for_its_townships(session: Session) -> None:
    for code in ("c" * 32, "c" * 31 + "d"):
        add_region(session, code=code, name="某县", level="county", parent=None)
        take(session, csv_of(*SCHOOLS), county=code)
    codes = [each.code for each in list_regions(session, path="/") if each.level == "township"]
    assert len(set(codes)) == 4
    assert all(len(code) <= 32 for code in codes)


WRITINGS = {
    "again": csv_of(*SCHOOLS, COUNTY),
    "gb18030": csv_of(*SCHOOLS, COUNTY).decode().encode("gb18030"),
    "with a mark": b"\xef\xbb\xbf" + csv_of(*SCHOOLS, COUNTY),
    "tabs": csv_of(*SCHOOLS, COUNTY).replace(b'","', b'"\t"'),
    "other order": csv_of(COUNTY, *reversed(SCHOOLS)),
    "english": csv_of(*SCHOOLS, COUNTY, header=ENGLISH),
    "workbook": xlsx_of(*SCHOOLS, with_cell(COUNTY, "public", "350000")),
    "other columns first": csv_of(*(row[::-1] for row in (*SCHOOLS, COUNTY)), header=CHINESE[::-1]),
    "full width": csv_of(with_cell(SCHOOLS[0], "pupils", "８６０"), *SCHOOLS[1:], COUNTY),
    "codes": csv_of(with_cell(SCHOOLS[0], "stage", "Primary"), *SCHOOLS[1:], with_cell(COUNTY, "code", "County")),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_same_content_changes_nothing(session: Session, county: str, writing: str) -> None:
    first = take(session, csv_of(*SCHOOLS, COUNTY))
    again = take(session, WRITINGS[writing])
    assert again.unchanged
    assert (again.frame_id, again.number, again.people) == (first.frame_id, 1, first.people)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    assert session.scalar(select(func.count()).select_from(FrameCell)) == 15


def test_a_changed_file_is_the_next_frame_and_the_old_one_stays(session: Session, county: str) -> None:
    first = take(session, csv_of(*SCHOOLS, COUNTY))
    moved = with_cell(with_cell(SCHOOLS[0], "locality", "镇区"), "name", "实验小学")
    added = with_cell(SCHOOLS[1], "code", "S009")
    second = take(session, csv_of(moved, SCHOOLS[1], added, COUNTY))
    assert (second.number, second.added, second.changed, second.removed) == (2, 1, 1, 1)
    before = [cell for cell in list_cells(session, frame_id=first.frame_id) if cell.school_code == "S001"]
    assert {(cell.stratum, cell.locality, cell.school_name) for cell in before} == {
        ("urban.primary", "urban", "实验小学")
    }
    assert {cell.school_code for cell in list_cells(session, frame_id=second.frame_id)} == {
        "S001",
        "S002",
        "S009",
        None,
    }
    assert set(session.scalars(select(School.code))) == {"S001", "S002", "S003", "S009"}
    latest = find_latest_frame(session, county="demo")
    assert latest == get_frame(session, frame_id=second.frame_id)
    assert (latest.number, latest.schools, latest.imported_at) == (2, 3, NOW)


def test_a_school_that_comes_back_and_a_frame_that_comes_back_are_new_frames(session: Session, county: str) -> None:
    take(session, csv_of(*SCHOOLS))
    take(session, csv_of(*SCHOOLS[:2]))
    third = take(session, csv_of(*SCHOOLS))
    assert (third.number, third.added, third.changed, third.unchanged) == (3, 0, 1, False)


def test_the_county_row_and_its_columns_may_be_missing(session: Session, county: str) -> None:
    assert take(session, csv_of(*(row[:11] for row in SCHOOLS), header=CHINESE[:11])).schools == 3
    blank = ("全县", *[""] * 13)
    assert set(take(session, csv_of(*SCHOOLS, blank)).people) == {"student", "parent", "teacher", "principal"}


def test_every_bad_cell_is_named_at_once(session: Session, county: str) -> None:
    bad = (
        ("S001", "", "城关镇", "中学", "市区", "860", "48", "861", "x", "49", "2", "3", "", ""),
        ("s 2", "第" * 101, "", "小学", "城区", "-1", "4.5", "", "60001", "3", "101", "", "", ""),
        ("s001", "两\t行", "", "", "", "1e3", "3001", "1", "1", "1", "1", "", "", "x"),
        ("全县", "", "", "小学", "", "7", "", "", "", "", "", "many", "", "350000"),
        ("县级", "", "", "", "", "", "", "", "", "", "", "", "", ""),
        ("", "无名小学", "", "小学", "城区", "1", "1", "1", "1", "1", "1", "", "", ""),
    )
    stages, localities = "学段", "城乡"
    assert refusal(session, csv_of(*bad)) == [
        ("frame.required", 2, "学校名称", None),
        ("frame.word", 2, stages, "中学"),
        ("frame.word", 2, localities, "市区"),
        ("frame.number", 2, "家长", "x"),
        ("frame.county_number", 2, "人大代表", "3"),
        ("frame.more_than", 2, "受访学生", "861"),
        ("frame.more_than", 2, "受访教师", "49"),
        ("frame.code", 3, "学校代码", "s 2"),
        ("frame.name_long", 3, "学校名称", "第" * 59 + "…"),
        ("frame.number", 3, "学生数", "-1"),
        ("frame.number", 3, "教师数", "4.5"),
        ("frame.required", 3, "受访学生", None),
        ("frame.number", 3, "家长", "60001"),
        ("frame.number", 3, "校长", "101"),
        ("frame.repeated", 4, "学校代码", "s001"),
        ("frame.name_characters", 4, "学校名称", "两\t行"),
        ("frame.required", 4, "学段", None),
        ("frame.required", 4, "城乡", None),
        ("frame.number", 4, "学生数", "1e3"),
        ("frame.number", 4, "教师数", "3001"),
        ("frame.county_number", 4, "其他群众", "x"),
        ("frame.school_cell", 5, "学段", "小学"),
        ("frame.school_cell", 5, "学生数", "7"),
        ("frame.number", 5, "人大代表", "many"),
        ("frame.county_repeated", 6, "学校代码", "县级"),
        ("frame.required", 7, "学校代码", None),
    ]


def test_a_bad_cell_says_what_was_expected(session: Session, county: str) -> None:
    with pytest.raises(SurveyError) as caught:
        take(session, xlsx_of(with_cell(with_cell(SCHOOLS[0], "stage", "大学"), "student", "900")))
    word, more = caught.value.problems
    assert word.sheet == "Sheet"
    assert word.params["expected"] == (
        "小学 (primary), 初中 (junior), 九年一贯制 (nine_year), 完全中学 (complete_secondary), "
        "特殊教育 (special), 教学点 (teaching_point)"
    )
    assert more.params["expected"] == "≤ 学生数 = 860"


def test_columns_that_are_missing_unknown_or_twice(session: Session, county: str) -> None:
    header = ("学校代码", "学校名称", "code", "班级数", "城乡")
    assert refusal(session, csv_of(("a", "b", "c", "d", "e"), header=header)) == [
        ("frame.column_repeated", None, "code", None),
        ("frame.column_unknown", None, "班级数", None),
        *(("frame.column_missing", None, name, None) for name in ("学段", *CHINESE[5:11])),
    ]


def test_a_file_without_schools_is_refused(session: Session, county: str) -> None:
    assert refusal(session, csv_of()) == [("frame.no_schools", None, None, None)]
    assert refusal(session, csv_of(COUNTY)) == [("frame.no_schools", None, None, None)]
    assert refusal(session, b"%PDF-", "table.invalid")[0][0] == "table.pdf"


def test_only_a_county_has_a_frame(session: Session) -> None:
    add_region(session, code="p", name="某省", level="province", parent=None)
    with pytest.raises(SurveyError) as wrong:
        take(session, csv_of(*SCHOOLS), county="p")
    assert wrong.value.code == "frame.not_a_county"
    with pytest.raises(SurveyError) as unknown:
        take(session, csv_of(*SCHOOLS), county="nowhere")
    assert (unknown.value.code, unknown.value.kind) == ("region.unknown", "missing")
    with pytest.raises(SurveyError) as missing:
        get_frame(session, frame_id=-1)
    assert (missing.value.code, missing.value.kind) == ("frame.unknown", "missing")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_untouched_template_imports_nothing(session: Session, county: str, format: str, language: str) -> None:
    content = frame_template(format, language)  # type: ignore[arg-type]
    assert content == frame_template(format, language)  # type: ignore[arg-type]
    codes = [(code, row) for code, row, *_ in refusal(session, content)]
    assert codes == [("frame.example_row", 2), ("frame.example_row", 3)]


def test_a_template_whose_example_is_made_real_is_imported(session: Session, county: str) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(frame_template("xlsx")))
    sheet = workbook["抽样框"]
    sheet["A2"], sheet["B2"] = "0012", "第一小学"
    sheet.delete_rows(3)
    sheet["L3"] = 200
    content = io.BytesIO()
    workbook.save(content)
    report = take(session, content.getvalue())
    assert (report.sheet, report.schools, report.people["npc_deputy"]) == ("抽样框", 1, 200)
    assert list_cells(session, frame_id=report.frame_id)[0].school_code == "0012"


def test_the_template_offers_the_words_that_are_understood() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(frame_template("xlsx")))
    assert workbook.sheetnames == ["抽样框", "填写说明"]
    lists = [rule.formula1 for rule in workbook["抽样框"].data_validations.dataValidation if rule.type == "list"]
    words = [[known[0] for known in each.values()] for each in (STAGE_WORDS, LOCALITY_WORDS)]
    assert lists == [f'"{",".join(each)}"' for each in words]
    assert frame_template("csv").startswith(b"\xef\xbb\xbf")


def test_imports_at_the_same_time_follow_each_other(database: Database) -> None:
    with database.begin() as session:
        add_region(session, code="demo", name="某县", level="county", parent=None)
    start = Barrier(4)

    def run(schools: int) -> FrameReport:
        start.wait()
        with database.begin() as session:
            return take(session, csv_of(*SCHOOLS[:schools]))

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(run, [1, 2, 3, 3]))
    numbers = [report.number for report in reports]
    assert sorted(set(numbers)) == list(range(1, max(numbers) + 1))
    with database.read() as session:
        assert sorted(session.scalars(select(Frame.number))) == sorted(set(numbers))


NAME = st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z"), exclude_characters='"'), min_size=1)
SCHOOL = st.builds(
    lambda name, stage, locality, pupils, student: (
        ("S", f"校{name[:20]}", "", stage, locality, str(pupils), "10", str(min(pupils, student)), "0", "7", "1")
    ),
    NAME,
    st.sampled_from([word for words in STAGE_WORDS.values() for word in words]),
    st.sampled_from([word for words in LOCALITY_WORDS.values() for word in words]),
    st.integers(0, 30_000),
    st.integers(0, 30_000),
)


@given(st.lists(SCHOOL, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_one_content_is_one_digest(schools: list[tuple[str, ...]], random: object) -> None:
    rows = [(f"S{number}", *school[1:]) for number, school in enumerate(schools)]
    shuffled = sorted(rows, key=lambda _: random.random())  # type: ignore[attr-defined]
    texts = [csv_of(*rows, header=CHINESE[:11]), csv_of(*shuffled, header=ENGLISH[:11])]
    files = [text.decode().encode(each) for text in texts for each in ("utf-8", "utf-8-sig", "gb18030")]
    files.append(xlsx_of(*rows, header=CHINESE[:11]))
    assert len({read_frame(read_table(content)).digest for content in files}) == 1
