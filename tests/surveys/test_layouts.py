"""Exports of four form tools, in the layouts that they have: recognised, and complete without anybody's help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from ruamel.yaml import YAML

from analysis.frame import NOT_ASKED
from app.messages import describe
from surveys.campaigns.model import Paper
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.imports import Draft, find_layout, get_layout, layout_names, propose_mapping, read_mapping, read_table
from surveys.imports.reading import RowReader, School
from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import Instrument
from surveys.instruments.parsing import parse_instrument
from surveys.responses import ImportedResponse
from surveys.tables import Row
from tests.surveys import elsewhere
from tests.surveys.elsewhere import LEFT_OUT, SKIPPED, Grid, Person, as_csv, as_xlsx

INSTRUMENTS = {name: parse_instrument(library_document(name)) for name in library_names()}
PAPERS = tuple(
    Paper(group, number, 1, instrument)
    for number, instrument in enumerate(INSTRUMENTS.values(), 1)
    for group in instrument.groups
)
PARENT = INSTRUMENTS["parent"]
SCHOOLS = [
    School(3, "N01", "九年一贯制学校", "nine_year", frozenset(GROUPS)),
    School(1, "P01", "第一小学", "primary", frozenset(GROUPS)),
    School(2, "J01", "第一初中", "junior", frozenset(GROUPS)),
]
WORDS = "食堂的菜应该更热一些"
SOMEBODY = (
    "192.0.2.7",
    "143秒",
    "openid-of-somebody",
    "小明的妈妈",
    "Mozilla",
    "abcTOKEN123",
    "device-of-somebody",
    WORDS,
)


def people_of(paper: Instrument) -> list[Person]:
    """The first option everywhere; the last; and one who left out the first question and was not asked the second."""
    first, last = [1] * len(paper.items), [len(item.scale.options) for item in paper.items]
    return [
        Person("第一小学", first, WORDS if paper.comment else ""),
        Person("第一初中", last),
        Person("第一初中", [LEFT_OUT, SKIPPED, *last[2:]]),
    ]


def answers_of(paper: Instrument, people: Sequence[Person], skipped: int) -> list[bytes]:
    """What is stored of them."""
    words = {LEFT_OUT: 0, SKIPPED: skipped}
    return [
        bytes(
            words[each] if isinstance(each, str) else item.scale.options[each - 1].code
            for item, each in zip(paper.items, person.answers, strict=True)
        )
        for person in people
    ]


def draft_of(content: bytes, tool: str | None = None, papers: Sequence[Paper] = PAPERS) -> Draft:
    return propose_mapping(read_table(content), papers, find_layout(tool))


def read(content: bytes, text: str, papers: Sequence[Paper] = PAPERS) -> tuple[list[ImportedResponse], RowReader]:
    table = read_table(content)
    mapping = read_mapping(text, header=table.header, papers=papers)
    reader = RowReader(table, mapping, papers, SCHOOLS, date(2026, 5, 12))
    found = list(reader.read())
    reader.findings.refuse("import.invalid", filename="")
    return found, reader


TOOLS: dict[str, Callable[[Instrument, Sequence[Person]], Grid]] = {
    "wjx": elsewhere.wjx,
    "tencent": elsewhere.tencent,
    "limesurvey": elsewhere.limesurvey,
    "kobotoolbox": elsewhere.kobotoolbox,
}
FILES: dict[str, Callable[[Grid], bytes]] = {
    "csv": as_csv,
    "gb18030": lambda grid: as_csv(grid, "gb18030"),
    "semicolons": lambda grid: as_csv(grid, "utf-8", ";"),
    "tabs": lambda grid: as_csv(grid, "utf-8", "\t"),
    "xlsx": as_xlsx,
}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("tool", TOOLS)
def test_our_paper_asked_with_another_tool_needs_nobody(tool: str, file: str) -> None:
    people = people_of(PARENT)
    content = FILES[file](TOOLS[tool](PARENT, people))
    draft = draft_of(content)
    assert draft.layout is not None
    assert draft.layout.name == tool
    assert draft.complete, [describe(doubt) for doubt in draft.doubts]
    found, reader = read(content, draft.text)
    assert [each.answers for each in found] == answers_of(PARENT, people, NOT_ASKED if tool == "wjx" else 0)
    assert [(each.group, each.school_id) for each in found] == [("parent", 1), ("parent", 2), ("parent", 2)]
    assert [each.comment for each in found] == [WORDS, None, None]
    assert (reader.empty, reader.unfinished) == (0, 0)
    assert not any(each in draft.text or each in repr(found) for each in SOMEBODY)


@pytest.mark.parametrize("name", INSTRUMENTS)
@pytest.mark.parametrize("tool", TOOLS)
def test_every_paper_of_the_library_is_matched_in_every_layout(tool: str, name: str) -> None:
    paper = INSTRUMENTS[name]
    people = [replace(each, school="九年一贯制学校") for each in people_of(paper)]  # which has pupils of every paper
    content = as_csv(TOOLS[tool](paper, people))
    draft = draft_of(content)
    open_group = {"import.group_open"} if len(paper.groups) > 1 else set()  # a shared paper does not say who answered
    assert {doubt.code for doubt in draft.doubts} == open_group
    found, _ = read(content, draft.text.replace('"?"', paper.groups[0]))
    assert [each.answers for each in found] == answers_of(paper, people, NOT_ASKED if tool == "wjx" else 0)


@pytest.mark.parametrize("array", [False, True])
@pytest.mark.parametrize("headings", ["code", "both", "text"])
def test_limesurvey_has_three_kinds_of_headings(headings: str, array: bool) -> None:
    people = people_of(PARENT)
    content = as_csv(elsewhere.limesurvey(PARENT, people, headings=headings, array=array))
    assert (b"childHomeworkBeforeB" in content) == (headings != "text")
    draft = draft_of(content)
    assert draft.layout is get_layout("limesurvey")
    assert draft.complete, [describe(doubt) for doubt in draft.doubts]
    assert [each.answers for each in read(content, draft.text)[0]] == answers_of(PARENT, people, 0)


@pytest.mark.parametrize("groups", [False, True])
def test_kobotoolbox_has_groups_in_its_headings_or_not(groups: bool) -> None:
    content = as_csv(elsewhere.kobotoolbox(PARENT, people_of(PARENT), groups=groups), delimiter=";")
    draft = draft_of(content)
    assert draft.complete
    assert [each.answers for each in read(content, draft.text)[0]] == answers_of(PARENT, people_of(PARENT), 0)


NUMBERS: dict[str, Callable[[Instrument, Sequence[Person]], Grid]] = {
    "wjx": lambda paper, people: elsewhere.wjx(paper, people, numbers=True),
    "limesurvey": lambda paper, people: elsewhere.limesurvey(paper, people, codes=True),
    "kobotoolbox": lambda paper, people: elsewhere.kobotoolbox(paper, people, labels=False),
}


@pytest.mark.parametrize("file", ["csv", "xlsx"])
@pytest.mark.parametrize("tool", NUMBERS)
def test_options_as_numbers_are_read_once_somebody_looked(tool: str, file: str) -> None:
    """A digit may be a place, a code or a score, so the mapping is whole but never used unseen."""
    people = people_of(PARENT)
    content = FILES[file](NUMBERS[tool](PARENT, people))
    draft = draft_of(content)
    assert {doubt.code for doubt in draft.doubts} == {"import.options_as_numbers"}
    assert len(draft.doubts) == len({item.scale.name for item in PARENT.items})
    assert all("非常满意" in describe(each) for each in draft.doubts if each.column and "满意" in each.column)
    found, _ = read(content, draft.text)
    assert [each.answers for each in found] == answers_of(PARENT, people, NOT_ASKED if tool == "wjx" else 0)


def test_a_number_that_no_option_has_is_left_open() -> None:
    grid = elsewhere.wjx(PARENT, people_of(PARENT), numbers=True)
    grid[1][-4] = "77"
    codes = {(doubt.code, doubt.value) for doubt in draft_of(as_csv(grid)).doubts}
    assert ("import.label_open", "77") in codes


def test_rows_that_nobody_handed_in_are_left_out_and_counted() -> None:
    people = people_of(PARENT)
    unfinished = Person("第一小学", [1, *[LEFT_OUT] * (len(PARENT.items) - 1)], finished=False)
    for grid in (
        elsewhere.limesurvey(PARENT, [*people, unfinished]),
        elsewhere.tencent(PARENT, people, second_line=True),
        elsewhere.kobotoolbox(PARENT, people, tags=True),
    ):
        draft = draft_of(as_csv(grid))
        assert draft.complete, [describe(doubt) for doubt in draft.doubts]
        found, reader = read(as_csv(grid), draft.text)
        assert (len(found), reader.unfinished, draft.unfinished) == (3, 1, 1)


def test_rows_without_an_answer_are_left_out_and_counted() -> None:
    nothing = Person("第一小学", [LEFT_OUT] * len(PARENT.items), "只写了意见")
    content = as_csv(elsewhere.wjx(PARENT, [*people_of(PARENT), nothing]))
    found, reader = read(content, draft_of(content).text)
    assert (len(found), reader.empty) == (3, 1)


def test_the_same_survey_as_text_and_as_numbers_is_the_same_rows() -> None:
    people = people_of(PARENT)
    files = [as_csv(elsewhere.wjx(PARENT, people)), as_xlsx(elsewhere.wjx(PARENT, people, numbers=True))]
    keys = [[each.key for each in read(content, draft_of(content).text)[0]] for content in files]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 3
    another = elsewhere.wjx(PARENT, people)
    for row in another[1:]:
        row[1] = row[1].replace("2026/5", "2026/6")  # another survey, whose rows begin with 1 as well
    fresh = as_csv(another)
    assert not {each.key for each in read(fresh, draft_of(fresh).text)[0]} & set(keys[0])


def test_questions_of_others_stay_doubtful() -> None:
    grid = elsewhere.wjx(PARENT, people_of(PARENT))
    for row, cell in zip(grid, ["30、您的孩子喜欢哪些课？", "语文┋数学", "美术", "(空)"], strict=True):
        row.append(cell)
    draft = draft_of(as_csv(grid))
    assert [(doubt.code, doubt.column) for doubt in draft.doubts] == [("import.column_unmatched", grid[0][-1])]
    assert "语文┋数学" not in draft.text


def test_a_choice_of_several_is_no_choice_of_one() -> None:
    grid = elsewhere.wjx(PARENT, people_of(PARENT))
    draft = draft_of(as_csv(grid))
    grid[1][10] = "非常满意┋不满意"
    with pytest.raises(SurveyError) as caught:
        read(as_csv(grid), draft.text)
    assert [(problem.code, problem.row) for problem in caught.value.problems] == [("import.label", 2)]


def test_the_officer_may_say_which_tool_it_is() -> None:
    grid = [row[6:-1] for row in elsewhere.wjx(PARENT, people_of(PARENT))]  # without what the tool added
    assert draft_of(as_csv(grid)).layout is None
    draft = draft_of(as_csv(grid), "wjx")
    assert draft.layout is get_layout("wjx")
    assert [each.answers[:2] for each in read(as_csv(grid), draft.text)[0]][-1] == bytes([0, NOT_ASKED])


def test_a_file_of_no_tool_is_none() -> None:
    assert draft_of(as_csv([["id", "school", "overall"], ["1", "第一小学", "满意"]])).layout is None
    assert find_layout("surveymonkey") is None
    with pytest.raises(SurveyError) as caught:
        get_layout("../../parent")
    assert caught.value.code == "layout.unknown"


def test_what_is_a_question_is_not_taken_for_the_tools_own() -> None:
    layout = get_layout("tencent")
    assert layout.own_name("语言") == "语言"
    assert layout.own_name("5.您对各科的教学满意吗？:语言") is None
    assert "语言" in layout.parts("5.您对各科的教学满意吗？:语言")
    assert get_layout("kobotoolbox").own_name("id") is None


def test_headings_of_any_length_are_read_in_no_time() -> None:
    for name in layout_names():
        for sign in ("—", "[", ":", "/", "a[", "1、", "(", "_", "option_"):
            assert get_layout(name).parts("1、" + sign * 10_000)
            assert get_layout(name).parts("1、" + sign * 490)


# Comments


def mapping_with_comment(content: bytes) -> str:
    text = draft_of(content).text
    assert "comment" in YAML(typ="safe").load(text)
    return text


def test_a_comment_that_is_too_long_is_refused_unseen() -> None:
    people = [Person("第一小学", [1] * len(PARENT.items), "长" * 10_000), *people_of(PARENT)]
    content = as_csv(elsewhere.wjx(PARENT, people))
    with pytest.raises(SurveyError) as caught:
        read(content, mapping_with_comment(content))
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.value) == ("answers.comment_too_long", 2, None)
    assert problem.params == {"limit": 500, "length": 10_000}
    assert "长" not in describe(problem) + repr(caught.value.problems)


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_a_comment_that_no_database_keeps_is_refused_unseen(sign: str) -> None:
    """Files with such signs are refused as a whole; should one come through, it goes no further."""
    content = as_csv(elsewhere.wjx(PARENT, people_of(PARENT)))
    table = read_table(content)
    mapping = read_mapping(mapping_with_comment(content), header=table.header, papers=PAPERS)
    cells = [f"王小明{sign}" if cell == WORDS else cell for cell in table.rows[0].cells]
    reader = RowReader(replace(table, rows=(Row(2, cells),)), mapping, PAPERS, SCHOOLS, date(2026, 5, 12))
    assert list(reader.read()) == []
    assert [(each.code, each.row) for each in reader.findings.problems] == [("answers.comment_unreadable", 2)]
    assert "王小明" not in repr(reader.findings.problems)


def test_lines_of_a_comment_stay_and_control_characters_do_not() -> None:
    people = [Person("第一小学", [1] * len(PARENT.items), "第一行\r\n第二行\t完 ")]
    content = as_csv(elsewhere.wjx(PARENT, people))
    (found,) = read(content, mapping_with_comment(content))[0]
    assert found.comment == "第一行\n第二行 完"
    assert "第一行" not in repr(found)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("comment: ", "comment: x # "), ["mapping.column_unmapped", "mapping.column_unknown"]),
        (("ignore:", 'ignore:\n  - "20、'), None),
    ],
)
def test_a_comment_column_must_be_one_of_the_file(change: tuple[str, str], codes: list[str] | None) -> None:
    content = as_csv(elsewhere.wjx(PARENT, people_of(PARENT)))
    text = mapping_with_comment(content)
    name = YAML(typ="safe").load(text)["comment"]
    mended = text.replace(*change) if codes else text.replace("ignore:", f'ignore:\n  - "{name}"')
    with pytest.raises(SurveyError) as caught:
        read(content, mended)
    assert [problem.code for problem in caught.value.problems] == (codes or ["mapping.comment_twice"])


def test_a_paper_without_a_box_takes_no_comments() -> None:
    bare = Instrument(**{**{name: getattr(PARENT, name) for name in PARENT.__dataclass_fields__}, "comment": None})
    content = as_csv(elsewhere.wjx(PARENT, people_of(PARENT)))
    with pytest.raises(SurveyError) as caught:
        read(content, mapping_with_comment(content), [Paper("parent", 1, 1, bare)])
    assert [problem.code for problem in caught.value.problems] == ["mapping.comment_unasked"]


# Bad files


@pytest.mark.parametrize("tool", TOOLS)
def test_formulas_nul_and_halves_of_pairs_are_named_and_nothing_is_read(tool: str) -> None:
    grid = TOOLS[tool](PARENT, people_of(PARENT))
    for bad, code in (("=1+1", "table.formula"), ("王\x00小明", "table.nul")):
        changed = [list(row) for row in grid]
        changed[2][12] = bad
        content = as_xlsx(changed) if code == "table.formula" else as_csv(changed)
        with pytest.raises(SurveyError) as caught:
            draft_of(content)
        assert {problem.code for problem in caught.value.problems} == {code}
        assert "小明" not in repr(caught.value.problems)
    half = as_csv(grid).replace("第一初中".encode(), b"\xed\xa0\x80\xed\xa0\x80", 1)
    with pytest.raises(SurveyError) as caught:
        draft_of(half)
    assert {problem.code for problem in caught.value.problems} == {"table.encoding"}


def test_thousands_of_columns_are_refused_at_once() -> None:
    grid = [
        [*row, *[f"{number}、多余的问题" for number in range(5_000)]]
        for row in elsewhere.wjx(PARENT, people_of(PARENT))
    ]
    with pytest.raises(SurveyError) as caught:
        draft_of(as_csv(grid))
    assert [problem.code for problem in caught.value.problems] == ["table.too_many_columns"]


def test_hundreds_of_columns_of_others_are_read() -> None:
    grid = elsewhere.wjx(PARENT, people_of(PARENT))
    grid = [
        [*row, *[f"{number + 40}、别的题{number}" if at == 0 else "别的" for number in range(400)]]
        for at, row in enumerate(grid)
    ]
    draft = draft_of(as_csv(grid))
    assert len(draft.doubts) == 400
    assert {doubt.code for doubt in draft.doubts} == {"import.column_unmatched"}
