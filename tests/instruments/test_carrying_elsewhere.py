"""What other programs write comes in as far as it can, and each thing that stays behind is named with its place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

import pytest

from app.messages import CATALOGUE, describe
from surveys.carrying import FORMATS, Carried, carry_in, carry_out
from surveys.errors import SurveyError
from surveys.instruments.model import STANDARD_SCALES
from surveys.instruments.parsing import instrument_from, parse_instrument
from tests.instruments import elsewhere
from tests.instruments.elsewhere import limesurvey, newer, older, workbook, xlsform


def left(carried: Carried) -> list[tuple[object, ...]]:
    assert all(each.code in CATALOGUE and describe(each) for each in (*carried.left, *carried.problems))
    return [(each.code.removeprefix("carry."), each.row or each.path, each.column) for each in carried.left]


def refusal(content: bytes, **how: object) -> list[tuple[object, ...]]:
    """The problems; nothing of them may be more than a line long."""
    with pytest.raises(SurveyError) as caught:
        carry_in(content, filename="文件", **how)  # type: ignore[arg-type]
    assert caught.value.kind == "invalid"
    lines = [describe(each) for each in caught.value.problems]
    assert lines
    assert max(map(len, lines)) < 300
    return [(each.code, each.row or each.line, each.value) for each in caught.value.problems]


def test_an_xlsform_from_elsewhere() -> None:
    carried = carry_in(xlsform())
    assert carried.kind == "xlsform"
    document = carried.document
    assert document["instrument"] == "parents-2026"
    assert document["languages"] == ["zh-CN", "en"]
    assert document["title"] == {"zh-CN": "家长问卷", "en": "家长问卷"}
    assert document["introduction"] == {"zh-CN": "欢迎。", "en": "Welcome."}
    assert list(document["scales"]) == ["satisfaction-4", "yn"]
    assert [option["code"] for option in document["scales"]["yn"]["options"]] == [1, 2]
    assert [[item["id"] for item in part["items"]] for part in document["sections"]] == [
        ["q1", "q2"], ["boards"], ["overall"],
    ]  # fmt: skip
    first, second = document["sections"][0]["items"]
    assert first == {
        "id": "q1", "role": "background", "scale": "satisfaction-4",
        "text": {"zh-CN": "教学质量？", "en": "Teaching?"}, "note": {"zh-CN": "想一想", "en": "想一想"},
    }  # fmt: skip
    assert second["required"] is False
    assert document["comment"]["text"] == {"zh-CN": "还有什么？", "en": "Anything else?"}
    assert ("note_copied", 5, "name") in left(carried)
    assert carried.problems == ()


def test_an_xlsform_names_all_that_stays_behind() -> None:
    found = left(carry_in(xlsform()))
    for each in (
        ("type", 2, "type"),  # start
        ("appearance", 5, "appearance"),
        ("condition", 6, "relevant"),
        ("repeat", 7, "type"), ("nested", 7, "type"),
        ("other", 8, "type"), ("reference", 8, "label::中文"),
        ("type", 10, "type"), ("rule", 10, "constraint"),
        ("type", 11, "type"),
        ("open_text", 12, "type"),
        ("type", 15, "type"),
        ("list_unknown", 16, "type"),
        ("list_unused", 9, "list_name"),
        ("column", 6, "image"),
        ("codes", 2, "list_name"), ("codes", 7, "list_name"),
        ("dont_know", 2, "list_name"),
        ("renamed", 5, "name"), ("renamed", 6, "name"),
        ("title_copied", 2, "form_title"),
    ):  # fmt: skip
        assert each in found, each
    codes = {code for code, *_ in found}
    assert codes >= {"named", "roles", "groups", "minutes", "comment_note", "comment_limit"}


@pytest.mark.parametrize("write", [older, newer])
def test_a_survey_of_either_generation_of_limesurvey(write: Callable[[], bytes]) -> None:
    carried = carry_in(write(), groups=["parent"])
    assert (carried.kind, carried.problems) == ("lss", ())
    paper = instrument_from(carried.document)
    assert (paper.name, paper.languages, paper.groups) == ("limesurvey-4711", ("zh-CN", "en"), ("parent",))
    assert paper.title == {"zh-CN": "家长问卷", "en": "Parents"}
    assert paper.introduction == {"zh-CN": "欢迎。", "en": "Welcome."}
    assert [(part.title["zh-CN"], [item.id for item in part.items]) for part in paper.sections] == [
        ("学校", ["q1", "arr_sq001", "arr_sq002"]), ("其他", ["boards", "five", "overall"]),
    ]  # fmt: skip
    first, part, _, boards, five, overall = paper.items
    assert first.text == {"zh-CN": "教学质量？\n请选一个", "en": "Teaching?\nChoose one"}
    assert part.text == {"zh-CN": "下面这些怎么样？\n校舍", "en": "How are these?\nBuildings"}
    assert {each.scale.name for each in (first, part, overall)} == {"satisfaction-4"}
    assert first.scale.codes == STANDARD_SCALES["satisfaction-4"]
    assert [option.text["zh-CN"] for option in boards.scale.options] == ["是", "否"]
    assert [option.code for option in five.scale.options] == [1, 2, 3, 4, 5]
    assert [item.required for item in paper.items] == [True, False, False, False, False, True]
    assert overall.role == "overall"
    assert paper.comment
    assert paper.comment.text["en"] == "Anything else?"


@pytest.mark.parametrize("write", [older, newer])
def test_limesurvey_names_all_that_stays_behind(write: Callable[[], bytes]) -> None:
    found = {(code, place) for code, place, _ in left(carry_in(write()))}
    assert found >= {
        ("markup", "Q1"), ("expression", "Boards"), ("condition", "Boards"), ("condition", "conditions Five"),
        ("default", "defaultvalues Five"), ("random", "Q1"), ("quota", "quota boys"), ("type", "Many"),
        ("end_text", "endtext"), ("codes", "Q1"), ("renamed", "Q1"), ("renamed", "Arr › SQ001"),
        ("comment_note", "More"), ("roles", None), ("groups", None), ("minutes", None),
    }  # fmt: skip


@pytest.mark.parametrize("content", [older(), xlsform(survey=[row for row in elsewhere.SURVEY if row[4] != "想一想"])])
@pytest.mark.parametrize("format", FORMATS)
def test_what_came_in_goes_out_and_comes_in_the_same(content: bytes, format: str) -> None:
    came = carry_in(content)
    assert came.problems == ()
    paper = parse_instrument(came.text)
    again = carry_in(carry_out(paper, format=format).content)  # type: ignore[arg-type]
    if "${" not in came.text or format != "xlsform":
        assert (again.document, again.left) == (came.document, ())


SHEET = (
    ("题号", "题目", "text (en)", "选项", "options (en)", "必答", "备注"),
    ("1", "教学质量？", "Teaching?", "非常满意|满意|基本满意|不满意|不了解", "", "", "问过了"),
    ("第二题", "住校吗？", "Boards?", "1=是；2=否", "1=yes;2=no", "否", ""),
    ("", "还好吗？", "All right?", "好\n不好\n说不清", "", "也许", ""),
)


@pytest.mark.parametrize("file", ["xlsx", "csv", "gb18030"])
def test_a_sheet_that_somebody_wrote(file: str) -> None:
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in SHEET)
    content = workbook({"问卷": SHEET}) if file == "xlsx" else text.encode("utf-8" if file == "csv" else file)
    carried = carry_in(content)
    items = carried.document["sections"][0]["items"]
    assert [item["id"] for item in items] == ["q_1", "q2", "q3"]
    assert items[0]["scale"] == "satisfaction-4"
    assert [item.get("required", True) for item in items] == [True, False, True]
    own = [carried.document["scales"][item["scale"]] for item in items[1:]]
    assert [[option["code"] for option in scale["options"]] for scale in own] == [[1, 2], [1, 2, 9]]
    assert own[1]["dont_know"] == [9]
    assert {("column", None, "备注"), ("not_yes_or_no", 4, "必答"), ("renamed", 3, "题号")} <= set(left(carried))
    assert "instrument.overall_missing" in [each.code for each in carried.problems]


BEST_FIRST = ("非常满意", "满意", "一般", "不满意", "不清楚")


def codes_of(carried: Carried) -> list[list[int]]:
    return [[option["code"] for option in scale["options"]] for scale in carried.document["scales"].values()]


def form_of(codes: str, words: tuple[str, ...], **cells: str) -> bytes:
    """One question with these codes, parted by blanks, and these options."""
    survey = [("type", "name", "label", *cells), ("select_one s", "teaching", "教学？", *cells.values())]
    choices = [("list_name", "name", "label"), *(("s", *each) for each in zip(codes.split(), words, strict=True))]
    return workbook({"survey": survey, "choices": choices})


@pytest.mark.parametrize(
    ("codes", "words", "expected"),
    [
        ("A1 A2 A3 A4 A5", ("非常满意", "满意", "一般", "不满意", "不了解"), [4, 3, 2, 1, 9]),
        ("1 2 3 4 9", BEST_FIRST, [4, 3, 2, 1, 9]),
        ("1 2 3 4", ("Very good", "Good", "Fair", "Not good"), [4, 3, 2, 1]),
        ("a b", ("Strongly agree", "Strongly disagree"), [2, 1]),
        ("1 2 3 9", ("满意", "一般", "不满意", "不了解"), [3, 2, 1, 9]),  # a standard scale upside down
    ],
)
def test_the_best_answer_has_the_highest_code(codes: str, words: tuple[str, ...], expected: list[int]) -> None:
    carried = carry_in(form_of(codes, words))
    assert codes_of(carried) == [expected]
    found = {each.code: each for each in carried.left}
    assert "carry.order" not in found
    assert f"{expected[0]} {words[0]}" in str(found["carry.best_highest"].params["codes"])
    kept = carry_in(form_of(codes, words, renke_direction="-1"))
    assert codes.startswith(("A", "a")) or codes_of(kept) == [[int(each) for each in codes.split()]]
    again = carry_in(carry_out(instrument_from(carried.document), format="csv").content)
    assert codes_of(again) == [expected]


def test_options_packed_into_a_cell_run_from_good_to_bad_too() -> None:
    carried = carry_in(f"id,题目,选项\nteaching,教学？,{'|'.join(BEST_FIRST)}\n".encode())
    assert codes_of(carried) == [[4, 3, 2, 1, 9]]


@pytest.mark.parametrize(
    ("codes", "words", "warned"),
    [
        ("A1 A2 A3", ("优", "良", "中"), True),
        ("1 2 3", ("优", "良", "中"), True),
        ("3 2 1", ("优", "良", "中"), False),
        ("A1 A2 A3", ("很差", "一般", "很好"), False),
        ("1 2 3 4", ("非常不满意", "不满意", "满意", "非常满意"), False),
    ],
)
def test_a_direction_that_cannot_be_told_is_said_of_each_question(
    codes: str, words: tuple[str, ...], warned: bool
) -> None:
    carried = carry_in(form_of(codes, words))
    assert codes_of(carried) == [[int(each[-1]) for each in codes.split()]]
    assert (("order", 2, "name") in left(carried)) is warned
    background = carry_in(form_of(codes, words, renke_role="background"))
    assert "order" not in [code for code, *_ in left(background)]


def test_a_code_that_is_repeated_is_listed_with_its_row() -> None:
    carried = carry_in(form_of("1 2 2", ("差", "中", "好")))
    assert codes_of(carried) == [[1, 2]]
    assert ("code_repeated", 4, "name") in left(carried)


def test_names_missing_unfit_and_repeated_are_told_apart() -> None:
    rows = ["id,题目,scale", *(f"{name},问？,satisfaction-4" for name in ("", "老师", "ab", "ab"))]
    named = [each for each in left(carry_in("\n".join(rows).encode())) if each[0] in ("unnamed", "renamed", "repeated")]
    assert named == [("unnamed", 2, "id"), ("renamed", 3, "id"), ("repeated", 5, "id")]


def test_an_open_question_at_the_end_of_a_sheet_is_the_comment_box() -> None:
    rows = "id,题目,scale\nwhy,为什么？,\nteaching,教学？,satisfaction-4\n"
    middle = carry_in(rows.encode())
    assert "comment" not in middle.document
    assert ("no_options", 2, "scale") in left(middle)
    for scale in ("", "text", "开放题"):
        carried = carry_in(f"{rows}more,还想说什么？,{scale}\n".encode())
        assert carried.document["comment"]["text"] == {"zh-CN": "还想说什么？"}
        assert [(row, column) for code, row, column in left(carried) if code == "no_options"] == [(2, "scale")]


def test_a_list_question_of_limesurvey_without_answers_is_left_with_the_reason() -> None:
    rows = [
        {"qid": each, "gid": 1, "type": kind, "title": f"q{each}", "question": "?", "language": "en"}
        for each, kind in ((1, "L"), (2, "F"), (3, "Y"))
    ]
    group = [{"gid": 1, "group_name": "A", "language": "en"}]
    tables = {"groups": group, "questions": rows, "surveys": [{"sid": 1, "language": "en"}]}
    carried = carry_in(limesurvey(tables, ["en"]))
    assert [(code, place) for code, place, _ in left(carried) if code == "no_answers"] == [
        ("no_answers", "q1"), ("no_answers", "q2"),
    ]  # fmt: skip
    assert [item["id"] for item in carried.document["sections"][0]["items"]] == ["q3"]
    assert [each.code for each in carried.problems] == ["instrument.overall_missing"]


def test_names_are_made_the_same_way_every_time() -> None:
    survey = [
        elsewhere.SURVEY[0],
        *(("select_one sat", name, "问", "Ask", *[None] * 5) for name in ("老师", "Q 1", "q_1", "9", "A" * 50)),
    ]
    ids = [item["id"] for item in carry_in(xlsform(survey=survey)).document["sections"][0]["items"]]
    assert ids == ["q1", "q_1", "q_1_2", "q_9", "a" * 32]


def many(items: int, options: int = 2) -> bytes:
    survey = [
        elsewhere.SURVEY[0],
        *(("select_one sat", f"item_{each}", "问", "Ask", *[None] * 5) for each in range(items)),
    ]
    choices = [
        elsewhere.CHOICES[0],
        *(("sat", each + 1, f"选{each}", f"Option {each}", None) for each in range(options)),
    ]
    return xlsform(survey=survey, choices=choices)


def lime(questions: int) -> bytes:
    rows = [
        {"qid": each, "gid": 1, "type": "Y", "title": f"Q{each}", "question": "?", "language": "en"}
        for each in range(1, questions + 1)
    ]
    group = [{"gid": 1, "group_name": "A", "language": "en"}]
    return limesurvey({"groups": group, "questions": rows, "surveys": [{"sid": 1, "language": "en"}]})


def sheet(questions: int) -> bytes:
    return "\n".join(["id,text (en),scale", *(f"item_{each},Ask,yes-no" for each in range(questions))]).encode()


@pytest.mark.parametrize("write", [many, lime, sheet])
def test_a_thousand_items_are_one_refusal(write: Callable[[int], bytes]) -> None:
    content = write(1000)
    start = perf_counter()
    assert refusal(content) == [("instrument.items_too_many", None, "1000")]
    assert perf_counter() - start < 5


def test_a_thousand_options_are_one_refusal() -> None:
    assert refusal(many(3, 1000)) == [("carry.options_too_many", 2, "1000")]


def test_two_hundred_and_fifty_of_each_are_taken() -> None:
    carried = carry_in(many(250, 250))
    assert len(instrument_from(carried.document | {"introduction": {}}).items) == 250
    assert [each.code for each in carried.problems] == ["instrument.overall_missing"]


DEEP = b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</document>"
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">'
    b'<!ENTITY f SYSTEM "file:///etc/passwd">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType>'
    b"<surveys><rows><row><language>&b;&f;</language></row></rows></surveys></document>"
)


def bomb() -> bytes:
    """A hundred million bytes in a hundred thousand."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 100_000_000)
    return content.getvalue()


FORMULA = [*elsewhere.SURVEY[:4], ("select_one sat", "a", "=1+1", "Ask", *[None] * 5)]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["table.empty_file"]),
        (b"%PDF-1.7", ["table.pdf"]),
        (DEEP, ["carry.no_xml"]),
        (ENTITIES, ["carry.doctype"]),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType><groups>", ["carry.no_xml"]),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>\x00</document>", ["carry.no_xml"]),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>&#xD800;</document>", ["carry.no_xml"]),
        (b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>", ["carry.no_limesurvey"]),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>", ["carry.no_items"]),
        (b"id,text (en)\x00\n", ["table.nul"]),
        (b"id,text (en)\n\xed\xa0\x80,x\n", ["table.encoding"]),
        (b"id,what\n1,2\n", ["carry.no_text_column"]),
        (b"text,scale\nHow?,none\n", ["carry.no_items", "carry.no_options"]),
        (xlsform(survey=FORMULA), ["table.formula"]),
        (workbook({"survey": [("type", "name"), ("integer", "a")]}), ["carry.no_items", "carry.type", "carry.named"]),
        (b"x" * 10_000_001, ["carry.too_large"]),
        (bomb(), ["carry.too_large"]),
        (b"PK\x03\x04 broken", ["table.damaged"]),
        (b"role,id,text,scale\n" + b"option,1,a,s\n" * 65_001, ["table.too_many_rows"]),
    ],
)
def test_bad_files_are_refused_in_words(content: bytes, codes: list[str]) -> None:
    start = perf_counter()
    found = [code for code, *_ in refusal(content)]
    assert found[0] in codes
    assert set(found) <= set(codes)
    assert "root:" not in str(found)
    assert perf_counter() - start < 5


@pytest.mark.parametrize("kind", ["xlsform", "lss", "spreadsheet"])
def test_a_file_is_not_what_somebody_says(kind: str) -> None:
    for content in (xlsform(), older(), sheet(3)):
        with suppress(SurveyError):
            carry_in(content, kind=kind)  # type: ignore[arg-type]


def test_broken_markup_takes_no_time_and_loses_nothing_unsaid() -> None:
    for text in ("<" * 50_000, "<br " * 20_000, "<!--" * 20_000, " " * 90_000 + "<p", "{" * 50_000):
        rows = [{"qid": 1, "gid": 1, "type": "Y", "title": "Q1", "question": f"Why?{text}", "language": "en"}]
        group = [{"gid": 1, "group_name": "A", "language": "en"}]
        start = perf_counter()
        carried = carry_in(limesurvey({"groups": group, "questions": rows, "surveys": [{"language": "en"}]}))
        assert perf_counter() - start < 2
        assert ("cut", "Q1", None) in left(carried)
        assert carried.document["sections"][0]["items"][0]["text"]["en"].startswith("Why?")
