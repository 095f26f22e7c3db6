"""An export of another form tool becomes responses: all of it, once, or none and every reason."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.frame import NOT_ASKED
from app.messages import text_of
from surveys.campaigns import CampaignView, papers_of
from surveys.errors import Problem, SurveyError
from surveys.imports import ImportReport, import_responses
from surveys.models import Comment, Response, School
from tests.factories import SECRET, TODAY, add_campaign

HEADER = ("序号", "提交答卷时间", "来自IP", "您的身份", "学校名称", "1、teaching", "2、homework [单选题]", "3、overall")
ROWS = (
    ("1", "2024/9/19 8:05:09", "1.2.3.4(山东)", "家长", "P01学校（模拟）", "A.非常满意", "满意", "满意"),
    ("2", "2024/9/19 8:05:10", "1.2.3.4(山东)", "家长", "P01学校(模拟)", "A.非常满意", "(跳过)", "满意"),
    ("3", "2024/9/20 18:05:10", "1.2.3.5(山东)", "学生", "J01学校（模拟）", "E.不了解", "不满意", "基本满意"),
    ("4", "2024/9/20 18:05:10", "1.2.3.6(山东)", "人大代表", "", "不满意", "", "不了解"),
)
MAPPING = """
mapping: 1
group: {column: 您的身份, labels: {家长: parent, 学生: student, 人大代表: npc_deputy}}
school: {column: 学校名称, by: name}
columns:
  1、teaching: teaching
  "2、homework [单选题]": {item: homework}
  3、overall: overall
ignore: [序号, 提交答卷时间, 来自IP]
"""


def csv_of(*rows: Sequence[str], header: Sequence[str] = HEADER) -> bytes:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in (header, *rows)).encode()


def with_cells(row: Sequence[str], header: Sequence[str] = HEADER, **cells: str) -> tuple[str, ...]:
    """`row` with other cells in the columns whose headers hold the keys."""
    found = dict(zip(header, row, strict=True))
    for key, cell in cells.items():
        found[next(name for name in header if key in name)] = cell
    return tuple(found.values())


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    return add_campaign(session)


def take(session: Session, campaign: CampaignView, content: bytes, mapping: str | None = MAPPING) -> ImportReport:
    return import_responses(
        session,
        campaign=campaign,
        papers=papers_of(session, campaign_id=campaign.id),
        content=content,
        filename="答卷.csv",
        mapping=mapping,
        today=TODAY,
        secret=SECRET,
    )


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Response)) or 0


def refusal(
    session: Session,
    campaign: CampaignView,
    content: bytes,
    mapping: str | None = MAPPING,
    code: str = "import.invalid",
) -> tuple[Problem, ...]:
    before = stored(session)
    with pytest.raises(SurveyError) as caught:
        take(session, campaign, content, mapping)
    assert (caught.value.code, caught.value.kind) == (code, "invalid")
    assert all(text_of(each.code, each.params) for each in (caught.value, *caught.value.problems))
    assert stored(session) == before
    return caught.value.problems


def places(problems: Sequence[Problem]) -> list[tuple[object, ...]]:
    return [(each.code, each.row, each.column, each.value) for each in problems]


# What is stored


@pytest.mark.parametrize(("mapping", "skipped"), [(None, NOT_ASKED), (MAPPING, 0)])
def test_every_row_becomes_a_response(
    session: Session, campaign: CampaignView, mapping: str | None, skipped: int
) -> None:
    """The tool writes (跳过) where it did not ask; a mapping that does not say so takes it for blank."""
    report = take(session, campaign, csv_of(*ROWS), mapping)
    assert (report.rows, report.added, report.repeated, report.empty) == (4, 4, 0, 0)
    assert report.by_group == {"student": 1, "parent": 2, "npc_deputy": 1}
    query = select(Response.group, School.code, Response.answers).outerjoin(School, School.id == Response.school_id)
    assert sorted(map(tuple, session.execute(query)), key=repr) == [
        ("npc_deputy", None, bytes([1, 0, 9])),
        *([("parent", "P01", bytes([4, 0, 3]))] if skipped == 0 else []),
        ("parent", "P01", bytes([4, 3, 3])),
        *([("parent", "P01", bytes([4, NOT_ASKED, 3]))] if skipped else []),
        ("student", "J01", bytes([9, 1, 2])),
    ]
    assert set(session.execute(select(Response.channel, Response.received_on, Response.pace, Response.language))) == {
        ("import", TODAY, None, "zh-CN")
    }
    assert session.scalar(select(func.count()).select_from(Comment)) == 0


def test_a_question_that_the_form_did_not_ask_is_not_a_blank_answer(session: Session, campaign: CampaignView) -> None:
    header, rows = HEADER[:6], [row[:6] for row in ROWS[:1]]
    mapping = MAPPING.replace('  "2、homework [单选题]": {item: homework}\n  3、overall: overall\n', "")
    take(session, campaign, csv_of(*rows, header=header), mapping)
    assert session.scalars(select(Response.answers)).all() == [bytes([4, NOT_ASKED, NOT_ASKED])]


def test_one_group_and_one_school_may_be_written_into_the_mapping(session: Session, campaign: CampaignView) -> None:
    mapping = """
mapping: 1
group: teacher
paper: tiny
school: {code: P02}
language: en
columns: {q: {item: teaching, labels: {1: 4, "2": 3, 跳: blank}}, r: overall}
scales: {satisfaction-4: {很满意: 4, 不好说: 9}}
"""
    content = csv_of(("1", "很满意"), ("2", "不好说"), ("跳", "满意"), header=("q", "r"))
    assert take(session, campaign, content, mapping).by_group == {"teacher": 3}
    found = session.execute(select(School.code, Response.answers, Response.language).join(School)).all()
    assert sorted(map(tuple, found)) == [
        ("P02", bytes([0, NOT_ASKED, 3]), "en"),
        ("P02", bytes([3, NOT_ASKED, 9]), "en"),
        ("P02", bytes([4, NOT_ASKED, 4]), "en"),
    ]


# Once


def xlsx_of(*rows: Sequence[str]) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (HEADER, *rows):
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


AGAIN = {
    "same": csv_of(*ROWS),
    "other order": csv_of(*reversed(ROWS)),
    "other columns first": csv_of(*(row[::-1] for row in ROWS), header=HEADER[::-1]),
    "gb18030": csv_of(*ROWS).decode().encode("gb18030"),
    "workbook": xlsx_of(*ROWS),
    "other times": csv_of(*(with_cells(row, 提交=row[1].replace("/", "-").replace(" 8", " 08")) for row in ROWS)),
}


@pytest.mark.parametrize("form", AGAIN)
def test_the_same_rows_again_add_nothing(session: Session, campaign: CampaignView, form: str) -> None:
    take(session, campaign, csv_of(*ROWS))
    report = take(session, campaign, AGAIN[form])
    assert (report.rows, report.added, report.repeated) == (4, 0, 4)
    assert stored(session) == 4


def test_a_longer_export_adds_what_is_new(session: Session, campaign: CampaignView) -> None:
    take(session, campaign, csv_of(*ROWS[:2]))
    report = take(session, campaign, csv_of(*ROWS))
    assert (report.added, report.repeated) == (2, 2)


def test_people_who_answered_alike_all_count(session: Session, campaign: CampaignView) -> None:
    content = csv_of(("满意", "满意"), ("满意", "满意"), ("满意", "一样"), header=("q", "r"))
    mapping = """
mapping: 1
group: parent
columns: {q: teaching}
ignore: [r]
"""
    assert take(session, campaign, content, mapping).added == 3
    assert take(session, campaign, content, mapping).added == 0
    three_more = csv_of(*[("满意", "满意")] * 5, header=("q", "r"))
    assert take(session, campaign, three_more, mapping).added == 3
    assert take(session, campaign, content, mapping.replace("parent", "teacher")).added == 3
    assert take(session, campaign, content, mapping + "source: 第二份\n").added == 3


def test_a_key_column_says_who_is_who(session: Session, campaign: CampaignView) -> None:
    mapping = MAPPING.replace("[序号, ", "[") + "key: 序号\n"
    assert take(session, campaign, csv_of(*ROWS), mapping).added == 4
    changed = with_cells(ROWS[0], 提交="2024-10-01", teaching="满意")
    assert take(session, campaign, csv_of(changed, *ROWS[1:]), mapping).added == 0
    problems = refusal(session, campaign, csv_of(*ROWS, with_cells(ROWS[0], 序号=""), ROWS[0]), mapping)
    assert places(problems) == [("import.key_blank", 6, "序号", None), ("import.key_repeated", 7, "序号", None)]
    assert problems[1].params == {"first": 2}


def test_codes_of_schools_are_known_and_said_to_be_codes(session: Session, campaign: CampaignView) -> None:
    rows = [with_cells(ROWS[0], 学校="P01"), with_cells(ROWS[0], 学校="p02"), with_cells(ROWS[0], 学校="P01学校")]
    assert places(refusal(session, campaign, csv_of(*rows))) == [
        ("import.school_is_code", 2, "学校名称", "P01"),
        ("import.school_is_code", 3, "学校名称", "p02"),
        ("import.school_unknown", 4, "学校名称", "P01学校"),
    ]
    by_code = MAPPING.replace("by: name", "by: code")
    named = refusal(session, campaign, csv_of(with_cells(ROWS[0], 学校="P01学校（模拟）")), by_code)
    assert places(named) == [("import.school_is_name", 2, "学校名称", "P01学校（模拟）")]


def test_a_label_of_several_options_is_no_option(session: Session, campaign: CampaignView) -> None:
    labels = '{"满意┋不满意": 4, "不满意┋不了解": blank}'
    with pytest.raises(SurveyError) as caught:
        take(session, campaign, csv_of(*ROWS), MAPPING + f"scales: {{satisfaction-4: {labels}}}\n")
    assert [(each.code, each.value) for each in caught.value.problems] == [("mapping.label_several", "满意┋不满意")]


# Bad cells


def test_every_bad_cell_is_named_at_once(session: Session, campaign: CampaignView) -> None:
    session.scalars(select(School).where(School.code == "P02")).one().name = "J01学校（模拟）"
    content = csv_of(
        with_cells(ROWS[0], teaching="很满意", overall="F.差"),
        with_cells(ROWS[0], 学校="P09学校（模拟）", homework="4"),
        with_cells(ROWS[0], 身份="家长们"),
        with_cells(ROWS[3], 学校="不在抽样框里也无妨"),
        with_cells(ROWS[2]),
        with_cells(ROWS[0], 学校="", teaching="", homework="", overall=""),
        with_cells(ROWS[3], teaching="", homework="", overall=""),
    )
    problems = refusal(session, campaign, content)
    assert places(problems) == [
        ("import.label", 2, "1、teaching", "很满意"),
        ("import.label", 2, "3、overall", "F.差"),
        ("import.school_unknown", 3, "学校名称", "P09学校（模拟）"),
        ("import.group", 4, "您的身份", "家长们"),
        ("import.school_ambiguous", 6, "学校名称", "J01学校（模拟）"),
        ("import.school_not_found", 7, "学校名称", None),
        ("import.empty_row", 8, None, None),
    ]
    assert problems[0].params == {"expected": "非常满意 / 满意 / 基本满意 / 不满意 / 不了解"}
    assert "P01学校（模拟）" in str(problems[2].params["expected"])
    assert problems[4].params == {"expected": "J01, P02"}


def test_what_somebody_wrote_is_never_repeated(session: Session, campaign: CampaignView) -> None:
    words = "三年级二班的王老师打人，我是孩子的爸爸，请你们来查一查"
    problems = refusal(session, campaign, csv_of(with_cells(ROWS[0], teaching=words)))
    assert places(problems) == [("import.label", 2, "1、teaching", None)]
    assert "王老师" not in repr(problems)


def test_the_same_wrong_label_in_every_row_is_a_list_that_can_be_read(session: Session, campaign: CampaignView) -> None:
    problems = refusal(session, campaign, csv_of(*[with_cells(ROWS[0], teaching="很满意")] * 500))
    assert [problem.row for problem in problems] == [*range(2, 22), None]
    assert (problems[-1].code, problems[-1].params) == ("table.more_like_it", {"count": 480})


def test_blanks_may_be_refused_and_empty_rows_skipped(session: Session, campaign: CampaignView) -> None:
    content = csv_of(ROWS[3], with_cells(ROWS[0], teaching="", overall="(空)"))
    assert places(refusal(session, campaign, content, MAPPING + "blank: refuse\n")) == [
        ("import.blank", 3, "1、teaching", None),
        ("import.blank", 3, "3、overall", None),
    ]
    empty = csv_of(ROWS[0], with_cells(ROWS[0], teaching="没填", homework="", overall=""))
    mapping = MAPPING + "empty_rows: skip\nblank_labels: [没填]\n"
    report = take(session, campaign, empty, mapping)
    assert (report.rows, report.added, report.empty) == (2, 1, 1)


def test_a_branched_form_has_several_columns_for_one_question(session: Session, campaign: CampaignView) -> None:
    mapping = """
mapping: 1
group: {column: 身份, labels: {家长: parent, 教师: teacher}}
columns: {家长题: overall, 教师题: overall}
"""
    header = ("身份", "家长题", "教师题")
    good = [("家长", "满意", "(跳过)"), ("教师", "(跳过)", "不满意")]
    assert take(session, campaign, csv_of(*good, header=header), mapping).added == 2
    problems = refusal(session, campaign, csv_of(("家长", "满意", "不满意"), header=header), mapping)
    assert places(problems) == [("import.answered_twice", 2, "教师题", "不满意")]


def test_a_file_without_rows_or_that_is_no_table_is_refused(session: Session, campaign: CampaignView) -> None:
    assert places(refusal(session, campaign, csv_of())) == [("import.no_rows", None, None, None)]
    assert refusal(session, campaign, b"%PDF", code="table.invalid")[0].code == "table.pdf"


# Bad mappings

BAD_MAPPINGS = {
    "not yaml": ("mapping: [", "mapping.malformed", [("not_yaml", None)]),
    "unknown key": (MAPPING + "grupo: 1\n", "mapping.shape", [("shape.additionalProperties", "grupo")]),
    "no columns": ("mapping: 1\ngroup: parent\n", "mapping.shape", [("shape.required", "")]),
    "code too large": (
        MAPPING.replace("{item: homework}", "{item: homework, labels: {好: 300}}"),
        "mapping.shape",
        [("shape.maximum", "columns.2、homework [单选题].labels.好")],
    ),
    "everything": (
        """
mapping: 1
group: {column: 身份, labels: {家长: parents, 学生: null, 代表: npc_deputy}}
paper: tinny
school: {column: 学校名称, code: P01}
language: fr
key: 编号
columns:
  1、teaching: teachin
  3、overall: overall
ignore: [来自IP, 3、overall]
""",
        "mapping.invalid",
        [
            ("mapping.column_unknown", "group.column"),
            ("mapping.group_unknown", "group.labels.家长"),
            ("mapping.group_unknown", "group.labels.学生"),
            ("mapping.paper_unknown", "paper"),
            ("mapping.school", "school"),
            ("mapping.column_unknown", "key"),
            ("mapping.column_unmapped", "columns"),
            ("mapping.column_unmapped", "columns"),
            ("mapping.column_unmapped", "columns"),
            ("mapping.column_unmapped", "columns"),
            ("mapping.column_twice", "ignore"),
        ],
    ),
    "items and codes": (
        MAPPING.replace(
            "3、overall: overall", "3、overall: {item: overall, labels: {好: 7, 差: null, '差!': 1}}"
        ).replace("1、teaching: teaching", "1、teaching: teachin")
        + "language: fr\nscales: {satisfaction-5: {好: 4}, satisfaction-4: {好: 8}}\n",
        "mapping.invalid",
        [
            ("mapping.item_unknown", "columns.1、teaching"),
            ("mapping.code_unknown", "columns.3、overall.labels.好"),
            ("mapping.label_open", "columns.3、overall.labels.差"),
            ("mapping.label_twice", "columns.3、overall.labels.差!"),
            ("mapping.language", "language"),
            ("mapping.scale_unknown", "scales.satisfaction-5"),
            ("mapping.code_unknown", "scales.satisfaction-4.好"),
        ],
    ),
    "nothing of the paper": (
        "mapping: 1\ngroup: parent\ncolumns: {序号: x}\nignore: [提交答卷时间, 来自IP, 您的身份, 学校名称, "
        '1、teaching, "2、homework [单选题]", 3、overall]\n',
        "mapping.invalid",
        [("mapping.item_unknown", "columns.序号"), ("mapping.paper_unanswered", "columns")],
    ),
}


@pytest.mark.parametrize("name", BAD_MAPPINGS)
def test_a_bad_mapping_is_refused_with_every_place(session: Session, campaign: CampaignView, name: str) -> None:
    mapping, code, expected = BAD_MAPPINGS[name]
    problems = refusal(session, campaign, csv_of(*ROWS), mapping, code)
    assert sorted((problem.code, problem.path or None) for problem in problems) == sorted(
        (code, path or None) for code, path in expected
    )
    assert all(problem.line for problem in problems if problem.path)


# Without a mapping


def test_a_doubtful_file_is_not_imported_without_a_mapping(session: Session, campaign: CampaignView) -> None:
    content = csv_of(with_cells(ROWS[0], homework="还行"), header=(*HEADER[:5], "1、teachings", *HEADER[6:]))
    problems = refusal(session, campaign, content, None, "mapping.needed")
    assert places(problems) == [
        ("import.label_open", None, "2、homework [单选题]", "还行"),
        ("import.column_doubtful", None, "1、teachings", None),
    ]
