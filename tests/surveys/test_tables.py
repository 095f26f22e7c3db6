"""Files as people have them: every encoding, every kind of wrong file."""

from __future__ import annotations

import ast
import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

import surveys
from app.messages import CATALOGUE, text_of
from surveys.errors import SurveyError
from surveys.tables import Table, read_table
from surveys.tables import limits as table_limits

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")


def workbook_of(rows: Sequence[Sequence[object]], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "学校"
    for row in rows:
        sheet.append(row)
    if change:
        change(workbook)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def csv_of(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    quoted = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\r\n".join(quoted) + "\r\n"


def refusal(content: bytes) -> list[tuple[object, ...]]:
    with pytest.raises(SurveyError) as caught:
        read_table(content, filename="文件.xlsx")
    assert (caught.value.code, caught.value.kind) == ("table.invalid", "invalid")
    assert all(text_of(each.code, each.params) for each in (caught.value, *caught.value.problems))
    assert caught.value.params == {"filename": "文件.xlsx"}
    return [(each.code, each.line or each.row, each.column, each.value) for each in caught.value.problems]


ROWS = [["学校代码", "学校名称"], ["S1", "第一小学"], ["S2", "乡村“教学点”，第二"]]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_with_every_delimiter(encoding: str, delimiter: str) -> None:
    table = read_table(csv_of(ROWS, delimiter).encode(encoding))
    assert table.header == ("学校代码", "学校名称")
    assert [(row.number, *row.cells) for row in table.rows] == [(2, "S1", "第一小学"), (3, "S2", "乡村“教学点”，第二")]
    assert table.sheet is None


def test_a_workbook_reads_like_its_csv_and_says_which_sheet() -> None:
    table = read_table(workbook_of(ROWS))
    assert table == Table("学校", table.header, read_table(csv_of(ROWS).encode()).rows)


def test_cells_of_a_workbook_become_the_text_that_is_meant() -> None:
    moment = datetime(2024, 9, 19, 10, 11, 12)  # noqa: DTZ001  spreadsheets have no zones
    table = read_table(
        workbook_of([list("abcdefg"), [12.0, 0.5, True, date(2024, 9, 19), moment, " 空 ", 370100000001]])
    )
    assert table.rows[0].cells == ("12", "0.5", "TRUE", "2024-09-19", "2024-09-19 10:11:12", "空", "370100000001")


def test_row_numbers_are_those_of_the_file() -> None:
    text = 'a,b\n\n1,"two\nlines"\n,,\n2,x\n\n\n'
    assert [row.number for row in read_table(text.encode()).rows] == [3, 5]

    def leave_gaps(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["学校"]
        sheet["A5"] = "3"
        sheet["B900"] = "  "

    assert [row.number for row in read_table(workbook_of([["a", "b"], ["1", "x"]], leave_gaps)).rows] == [2, 5]


def test_the_first_visible_sheet_with_content_is_used() -> None:
    def surround(workbook: openpyxl.Workbook) -> None:
        workbook.create_sheet("空白", 0)
        workbook.create_sheet("隐藏", 0)["A1"] = "x"
        workbook["隐藏"].sheet_state = "hidden"
        workbook.create_sheet("以后")["A1"] = "y"

    assert read_table(workbook_of(ROWS, surround)).sheet == "学校"


def test_text_that_only_looks_like_a_formula_is_text() -> None:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content)
    workbook.add_worksheet().write_column(0, 0, ["意见"])
    workbook.worksheets()[0].write_string(1, 0, "=_= 不好说")
    workbook.worksheets()[0].write_string(2, 0, "#N/A")
    workbook.close()
    assert list(read_table(content.getvalue()).column("意见")) == ["=_= 不好说", "#N/A"]


def test_short_rows_are_filled_and_blank_columns_at_the_end_are_not_there() -> None:
    assert read_table(b"a,b,c,,\n1\n").rows[0].cells == ("1", "", "")


def bad_workbook(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    return workbook_of([["a", "b"], [1, 2], [3, 4]], change)


def merge(workbook: openpyxl.Workbook) -> None:
    workbook["学校"].merge_cells("A2:B2")
    workbook["学校"].merge_cells("A3:A9")


def compute(workbook: openpyxl.Workbook) -> None:
    workbook["学校"]["B2"] = "=A2*2"
    workbook["学校"]["A3"] = "=SUM(A1:A2)"
    workbook["学校"]["B3"] = "#REF!"


def zip_of(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def cut(content: bytes) -> bytes:
    """A workbook whose sheet is broken XML."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[: len(part) // 2] if "sheet1" in name else part)
    return held.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
NOISE = random.Random(5).randbytes(4_000)

BAD_FILES = {
    "nothing": (b"", [("table.empty_file", None, None, None)]),
    "blank": (b"\n\n ", [("table.empty_file", None, None, None)]),
    "only a mark": (b"\xef\xbb\xbf", [("table.no_content", None, None, None)]),
    "blank workbook": (workbook_of([]), [("table.no_content", None, None, None)]),
    "old excel": (OLE, [("table.old_excel", None, None, None)]),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), [("table.encrypted", None, None, None)]),
    "pdf": (b"%PDF-1.7\n" + NOISE, [("table.pdf", None, None, None)]),
    "jpeg": (b"\xff\xd8\xff\xe0" + NOISE, [("table.image", None, None, None)]),
    "zip": (zip_of(a=b"b"), [("table.archive", None, None, None)]),
    "half a zip": (workbook_of(ROWS)[:900], [("table.damaged", None, None, None)]),
    "broken sheet": (cut(workbook_of(ROWS)), [("table.damaged", None, None, None)]),
    "web page": (b"<html><table><tr><td>1</td></tr></table>", [("table.markup", None, None, None)]),
    "utf-16": ("学校\t名称\n".encode("utf-16"), [("table.utf16", None, None, None)]),
    "noise": (b"a,b\n" + NOISE, [("table.encoding", 2, None, None)]),
    "bad byte": ("甲,乙\n丙,丁\n".encode() + b"\xff,1\n", [("table.encoding", 3, None, None)]),
    "marked as utf-8": (b"\xef\xbb\xbf" + "甲,乙\n丙\n".encode("gb18030"), [("table.encoding", 1, None, None)]),
    "nul": (b"a,b\n1,\x002\n", [("table.nul", 2, None, "U+0000")]),
    "control": (b"a,b\n1,2\n\x1b,2\n", [("table.control_character", 3, None, "U+001B")]),
    "open quote": (b'a,b\n1,"2\n3,4\n', [("table.quoting", 3, None, None)]),
    "merged": (bad_workbook(merge), [("table.merged", 2, "A", "A2:B2"), ("table.merged", 3, "A", "A3:A9")]),
    "formulas": (
        bad_workbook(compute),
        [
            ("table.formula", 2, "B", "B2"),
            ("table.formula", 3, "A", "A3"),
            ("table.cell_error", 3, "B", "#REF!"),
        ],
    ),
    "headers": (
        b"a,,b,a\n1,2,3,4,5\n",
        [
            ("table.header_missing", 1, "B", None),
            ("table.header_missing", 1, "E", None),
            ("table.header_duplicate", 1, "a", None),
        ],
    ),
    "wide": (b"," * 600 + b"x\n1\n", [("table.too_many_columns", 1, None, None)]),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_every_place(name: str) -> None:
    content, expected = BAD_FILES[name]
    assert refusal(content) == expected


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    held = io.BytesIO(workbook_of(ROWS))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/big", "w") as part:
        for _ in range(table_limits.LARGEST_UNZIPPED // 10_000_000 + 1):
            part.write(bytes(10_000_000))
    assert len(held.getvalue()) < 1_000_000
    assert refusal(held.getvalue())[0][0] == "table.too_large_unzipped"


def test_a_row_far_away_does_not_keep_the_reader_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_limits, "MOST_CELLS", 10_000)
    content = bad_workbook(lambda workbook: workbook["学校"].cell(1_000_000, 1, "x"))
    assert refusal(content)[0][0] == "table.too_many_cells"


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_limits, "MOST_ROWS", 3)
    assert refusal(b"a\n1\n2\n3\n")[0][0] == "table.too_many_rows"
    assert len(read_table(b"a\n1\n2\n").rows) == 2


def test_very_many_problems_are_listed_and_then_counted() -> None:
    def compute_all(workbook: openpyxl.Workbook) -> None:
        for row in range(2, 602):
            workbook["学校"].cell(row, 1, "=1")

    found = refusal(bad_workbook(compute_all))
    assert len(found) == 501
    assert found[-1][0] == "table.more_problems"


CODE = re.compile(r"(table|region|frame|mapping|import)\.[a-z_]+")


def test_every_code_of_tables_regions_frames_and_imports_has_words() -> None:
    here = Path(surveys.__file__).parent
    texts = [
        here / "regions.py",
        *(path for name in ("tables", "frames", "imports") for path in (here / name).glob("*.py")),
    ]
    strings = {
        node.value
        for path in texts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    assert sorted(strings - set(CATALOGUE)) == []
    assert len(strings) > 60


CELL = st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z")) | st.sampled_from(' ",;\n\t'), max_size=8)
GRID = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=6).map(
        lambda rows: [[f"列{position}" for position in range(width)], *rows]
    )
)


@given(GRID, st.sampled_from(ENCODINGS), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_is_read(rows: list[list[str]], encoding: str, delimiter: str) -> None:
    table = read_table(csv_of(rows, delimiter).encode(encoding))
    expected = [tuple(cell.strip() for cell in row) for row in rows[1:]]
    assert [row.cells for row in table.rows] == [row for row in expected if any(row)]


@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_fail_in_another_way(content: bytes) -> None:
    try:
        read_table(content)
    except SurveyError as error:
        assert error.problems  # noqa: PT017  many bytes are a table
