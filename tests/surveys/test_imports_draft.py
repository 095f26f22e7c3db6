"""The mapping that is proposed from a file: sure where it is sure, and marked where people must look."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from surveys.campaigns.model import Paper
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.imports import Draft, ImportMapping, propose_mapping, read_mapping, read_table
from surveys.imports.reading import RowReader, School
from surveys.imports.remarks import CHINESE, ENGLISH
from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import Instrument
from surveys.instruments.parsing import parse_instrument

# How a form tool common in China heads its exports.
BY_THE_TOOL = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP")
TOOL_CELLS = ("2024/9/19 8:05:09", "143秒", "微信", "N/A", "1.2.3.4(山东-某市)")


@cache
def library_papers() -> tuple[Paper, ...]:
    """Every paper of the library, for each group that it is for."""
    found = [
        Paper(group, number, 1, instrument)
        for number, instrument in enumerate(map(parse_instrument, map(library_document, library_names())), start=1)
        for group in instrument.groups
    ]
    return tuple(sorted(found, key=lambda paper: GROUPS.index(paper.group)))


@pytest.fixture
def papers() -> tuple[Paper, ...]:
    return library_papers()


@pytest.fixture
def instruments() -> dict[str, Instrument]:
    return {paper.instrument.name: paper.instrument for paper in library_papers()}


def csv_of(header: Sequence[str], *rows: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("utf-8-sig")


def export_of(instrument: Instrument, language: str = "zh-CN", before: Sequence[tuple[str, str]] = ()) -> bytes:
    """Two answers to every question of the paper, as the tool exports them: first options, then last ones."""
    header = [
        *BY_THE_TOOL,
        *(name for name, _ in before),
        *(f"{number}、{item.text[language]} [单选题]" for number, item in enumerate(instrument.items, start=1)),
    ]
    rows = [
        [
            str(7 + place),
            *TOOL_CELLS,
            *(cell for _, cell in before),
            *(f"{'AZ'[-place]}.{item.scale.options[-place].text[language]}" for item in instrument.items),
        ]
        for place in (0, 1)
    ]
    return csv_of(header, *rows)


def draft_of(content: bytes, papers: Sequence[Paper]) -> Draft:
    return propose_mapping(read_table(content), papers)


def answers_of(content: bytes, mapping: ImportMapping, papers: Sequence[Paper]) -> list[tuple[str, bytes]]:
    schools = [
        School(1, "P01", "第一小学", "primary", frozenset(GROUPS)),
        School(2, "J01", "第一初中", "junior", frozenset(GROUPS)),
        School(3, "N01", "九年一贯制学校", "nine_year", frozenset(GROUPS)),
    ]
    reader = RowReader(read_table(content), mapping, papers, schools, date(2024, 10, 1))
    found = [(response.group, response.answers) for response in reader.read()]
    reader.findings.refuse("import.invalid")
    return found


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", ["parent", "teacher", "principal", "student-g7-9"])
def test_an_export_of_the_very_questions_needs_nobody(
    papers: tuple[Paper, ...], instruments: dict[str, Instrument], name: str, language: str
) -> None:
    content = export_of(instruments[name], language)
    draft = draft_of(content, papers)
    assert draft.complete, draft.doubts
    mapping = read_mapping(draft.text, header=read_table(content).header, papers=papers)
    group = instruments[name].groups[0]
    expected = [(group, bytes(item.scale.options[place].code for item in instruments[name].items)) for place in (0, -1)]
    assert answers_of(content, mapping, papers) == expected


def test_what_the_tool_adds_is_ignored_and_never_quoted(
    papers: tuple[Paper, ...], instruments: dict[str, Instrument]
) -> None:
    draft = draft_of(export_of(instruments["parent"], before=[("姓名", "王小明"), ("电话", "13800000000")]), papers)
    assert draft.complete
    data = YAML(typ="safe").load(draft.text)
    assert data["key"] == ["序号", "提交答卷时间", "来源详情"]
    assert {*data["key"], *data["ignore"]} == {*BY_THE_TOOL, "姓名", "电话"}
    assert draft.ignored == tuple(data["ignore"])
    assert not any(cell in draft.text for cell in ("1.2.3.4", "143秒", "王小明", "13800000000"))
    assert "不保存" in draft.text


def test_a_comment_is_found_and_never_quoted(papers: tuple[Paper, ...], instruments: dict[str, Instrument]) -> None:
    box = instruments["parent"].comment
    assert box is not None
    draft = draft_of(export_of(instruments["parent"], before=[(f"20、{box.text['zh-CN']}", "班主任收礼")]), papers)
    assert draft.complete
    assert YAML(typ="safe").load(draft.text)["comment"] == draft.comment == f"20、{box.text['zh-CN']}"
    assert "班主任收礼" not in draft.text


def test_the_group_and_the_school_are_found(papers: tuple[Paper, ...], instruments: dict[str, Instrument]) -> None:
    before = [("1、您的身份是？", "B.政协委员"), ("学校代码", "")]
    content = export_of(instruments["social"], before=before).replace("B.政协委员".encode(), "政协委员".encode())
    draft = draft_of(content, papers)
    data = YAML(typ="safe").load(draft.text)
    assert draft.complete
    assert data["group"] == {"column": "1、您的身份是？", "labels": {"政协委员": "cppcc_member"}}
    assert data["school"] == {"column": "学校代码", "by": "code"}


def test_who_answered_a_shared_paper_must_be_said(
    papers: tuple[Paper, ...], instruments: dict[str, Instrument]
) -> None:
    content = export_of(instruments["social"])
    draft = draft_of(content, papers)
    assert [(doubt.code, doubt.params) for doubt in draft.doubts] == [
        ("import.group_open", {"expected": "npc_deputy, cppcc_member, public"})
    ]
    with pytest.raises(SurveyError) as caught:
        read_mapping(draft.text, header=read_table(content).header, papers=papers)
    assert [problem.code for problem in caught.value.problems] == ["mapping.group_unknown"]
    mended = draft.text.replace('"?"', "public")
    mapping = read_mapping(mended, header=read_table(content).header, papers=papers)
    assert [group for group, _ in answers_of(content, mapping, papers)] == ["public", "public"]


def test_doubts_are_marked_and_refused_until_somebody_looked(
    papers: tuple[Paper, ...], instruments: dict[str, Instrument]
) -> None:
    overall = instruments["parent"].find_item("overall")
    assert overall is not None
    changed = overall.text["zh-CN"].replace("总的来说，", "总体上，")
    content = export_of(instruments["parent"]).decode("utf-8-sig").replace(overall.text["zh-CN"], changed)
    content = content.replace("A.非常满意", "A.很满意").replace("来源详情", "您的其他想法")
    draft = draft_of(content.encode(), papers)
    codes = {doubt.code for doubt in draft.doubts}
    assert codes == {"import.column_doubtful", "import.label_open", "import.column_unmatched"}
    marked = [line for line in draft.text.splitlines() if "# 请核对" in line]
    assert len(marked) == 3
    with pytest.raises(SurveyError) as caught:
        read_mapping(draft.text, header=read_table(content.encode()).header, papers=papers)
    assert [problem.code for problem in caught.value.problems] == ["mapping.label_open"]
    mended = draft.text.replace('"A.很满意": null', '"A.很满意": 4')
    mapping = read_mapping(mended, header=read_table(content.encode()).header, papers=papers)
    first = answers_of(content.encode(), mapping, papers)[0][1]
    assert first == bytes(item.scale.options[0].code for item in instruments["parent"].items)


def test_numbers_are_not_taken_for_codes(papers: tuple[Paper, ...], instruments: dict[str, Instrument]) -> None:
    items = instruments["parent"].items
    draft = draft_of(csv_of([item.text["zh-CN"] for item in items], ["1"] * len(items), ["-3"] * len(items)), papers)
    assert {(doubt.code, doubt.value) for doubt in draft.doubts} == {("import.label_open", "1")}


def test_a_file_that_has_nothing_to_do_with_the_survey(papers: tuple[Paper, ...]) -> None:
    draft = draft_of(csv_of(["日期", "气温"], ["2024-01-01", "3"]), papers)
    assert [doubt.code for doubt in draft.doubts] == [
        "import.group_open",
        "import.column_unmatched",
        "import.column_unmatched",
    ]


def test_the_stage_of_the_school_decides_between_two_papers(
    papers: tuple[Paper, ...], instruments: dict[str, Instrument]
) -> None:
    younger, older = instruments["student-g3-6"], instruments["student-g7-9"]
    first, second = (next(item for item in paper.items if item.role == "overall") for paper in (younger, older))
    mapping_text = f"""
mapping: 1
group: student
school: {{column: 学校, by: name}}
columns: {{q: {first.id}, r: {second.id}}}
"""
    header = ("学校", "q", "r")
    younger_answer, older_answer = (item.scale.options[0].text["zh-CN"] for item in (first, second))
    content = csv_of(header, ["第一小学", younger_answer, ""], ["第一初中", "", older_answer])
    mapping = read_mapping(mapping_text, header=header, papers=papers)
    sizes = [len(answers) for _, answers in answers_of(content, mapping, papers)]
    assert sizes == [len(younger.items), len(older.items)]
    nine = csv_of(header, ["九年一贯制学校", "", older_answer])
    with pytest.raises(SurveyError) as caught:
        answers_of(nine, mapping, papers)
    (problem,) = caught.value.problems
    assert (problem.code, problem.row) == ("import.paper_undecided", 2)
    named_text = mapping_text.replace(f"q: {first.id}, ", "") + "paper: student-g7-9\nignore: [q]\n"
    named = read_mapping(named_text, header=header, papers=papers)
    assert len(answers_of(nine, named, papers)) == 1


def test_a_question_of_another_paper_must_be_blank(papers: tuple[Paper, ...]) -> None:
    mapping_text = """
mapping: 1
group: {column: 身份, labels: {家长: parent, 教师: teacher}}
columns: {q: overall, r: child_moral}
"""
    header = ("身份", "q", "r")
    mapping = read_mapping(mapping_text, header=header, papers=papers)
    good = csv_of(header, ["家长", "满意", "满意"], ["教师", "满意", "(跳过)"])
    assert [group for group, _ in answers_of(good, mapping, papers)] == ["parent", "teacher"]
    with pytest.raises(SurveyError) as caught:
        answers_of(csv_of(header, ["教师", "满意", "满意"]), mapping, papers)
    (problem,) = caught.value.problems
    assert (problem.code, problem.column, problem.params) == ("import.not_on_paper", "r", {"paper": "teacher"})


def test_a_very_long_header_is_still_a_key(papers: tuple[Paper, ...]) -> None:
    overall = next(item for paper in papers if paper.group == "parent" for item in paper.instrument.items)
    header = "很长的说明" * 300 + "：" + overall.text["zh-CN"]
    content = csv_of([header], [overall.scale.options[0].text["zh-CN"]])
    draft = draft_of(content, [paper for paper in papers if paper.group == "parent"])
    mapping = read_mapping(draft.text, header=read_table(content).header, papers=papers)
    assert mapping.columns[header].item == overall.id


def test_a_column_of_codes_is_by_code_and_remarks_follow_the_reader(
    papers: tuple[Paper, ...], instruments: dict[str, Instrument]
) -> None:
    table = read_table(export_of(instruments["parent"], before=[("school", "P01")]))
    by_code = propose_mapping(table, papers, schools=("P01", "J01"), language="en").text
    assert 'school: {column: "school", by: code}' in by_code
    assert not any(sign in line.partition("   # ")[2] for line in by_code.splitlines() for sign in "，。（请")
    assert 'school: {column: "school", by: name}' in propose_mapping(table, papers, schools=("J01",)).text


def test_every_remark_is_there_in_both_languages() -> None:
    assert CHINESE.keys() == ENGLISH.keys()


def test_several_choices_in_a_cell_are_said_to_be_that(
    papers: tuple[Paper, ...], instruments: dict[str, Instrument]
) -> None:
    item = instruments["parent"].items[0]
    text = draft_of(csv_of([item.text["zh-CN"]], ["满意┋不满意"]), papers).text
    assert '"满意┋不满意": null   # 请核对：选了几项' in text


HEADER = st.text(min_size=1, max_size=12).map(str.strip).filter(bool)
CELL = st.text(max_size=12)


@given(st.lists(HEADER, min_size=1, max_size=4, unique=True), st.lists(CELL, min_size=4, max_size=4))
def test_a_draft_is_always_a_document_of_the_right_shape(header: list[str], cells: list[str]) -> None:
    papers = [paper for paper in library_papers() if paper.instrument.name == "social"]
    try:
        table = read_table(csv_of([*header, "overall"], [*cells[: len(header)], "满意"]))
    except SurveyError:
        return
    draft = propose_mapping(table, papers)
    with pytest.raises(SurveyError) as caught:
        read_mapping(draft.text, header=table.header, papers=papers)
    assert caught.value.code == "mapping.invalid"
    assert {problem.code for problem in caught.value.problems} <= {"mapping.group_unknown", "mapping.label_open"}
