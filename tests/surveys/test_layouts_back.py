"""What was read from another tool's export can be written in its layout, and read from there again as it was."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.frame import NOT_ASKED
from app.messages import text_of
from app.spreadsheets import write_csv
from surveys import imports
from surveys.campaigns import CampaignView, papers_of
from surveys.errors import SurveyError
from surveys.imports import ImportReport, LaidOut, as_workbook, get_layout, layout_names
from surveys.models import Comment, Response, School
from surveys.responses import ImportedResponse, add_imported
from tests.factories import PEOPLE, SECRET, TODAY, add_campaign
from tests.surveys.elsewhere import LEFT_OUT, Person, as_csv, as_xlsx, wjx

TELLS_UNASKED = ("wjx", "limesurvey")  # the others leave both blank
Form = tuple[str, str | None, bytes]
CODES = st.sampled_from([0, 1, 2, 3, 4, 9, NOT_ASKED])
PLACES = [(group, school) for school, groups in PEOPLE.items() for group in groups]
FORMS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.lists(CODES, min_size=3, max_size=3)).map(
        lambda each: (each[0][0], each[0][1], bytes(each[1]))
    ),
    min_size=1,
    max_size=12,
).filter(lambda forms: any(set(answers) - {0, NOT_ASKED} for _, _, answers in forms))


def put(session: Session, campaign: CampaignView, forms: Sequence[Form]) -> None:
    schools = {code: key for code, key in session.execute(select(School.code, School.id))}  # noqa: C416
    versions = {paper.group: paper.version_id for paper in papers_of(session, campaign_id=campaign.id)}
    rows = [
        ImportedResponse(str(number), group, schools.get(school), versions[group], answers, "zh-CN", TODAY)
        for number, (group, school, answers) in enumerate(forms)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)


def forms_of(session: Session, campaign: CampaignView) -> Counter[Form]:
    query = select(Response.group, School.code, Response.answers).outerjoin(School, School.id == Response.school_id)
    rows = session.execute(query.where(Response.campaign_id == campaign.id))
    return Counter((group, school, bytes(answers)) for group, school, answers in rows)


def common(forms: Sequence[Form], tool: str) -> Counter[Form]:
    """What the layout can say of the forms: none without an answer, and blanks of one kind where it has but one."""
    said = [form for form in forms if set(form[2]) - {0, NOT_ASKED}]
    if tool in TELLS_UNASKED:
        return Counter(said)
    asked = [any(form[2][place] != NOT_ASKED for form in forms) for place in range(3)]
    blank = [0 if each else NOT_ASKED for each in asked]
    return Counter(
        (group, school, bytes(blank[at] if code == NOT_ASKED else code for at, code in enumerate(answers)))
        for group, school, answers in said
    )


def lay_out(session: Session, campaign: CampaignView, tool: str, **wanted: str) -> LaidOut:
    closed = replace(campaign, state="closed")
    options = {"paper": "tiny", **wanted}
    return imports.lay_out(session, campaign=closed, layout=get_layout(tool), **options)  # type: ignore[arg-type]


def take(session: Session, campaign: CampaignView, content: bytes, mapping: str | None = None) -> ImportReport:
    return imports.import_responses(
        session,
        campaign=campaign,
        papers=papers_of(session, campaign_id=campaign.id),
        content=content,
        filename="答卷.csv",
        mapping=mapping,
        today=TODAY,
        secret=SECRET,
    )


def of_parents(session: Session, campaign: CampaignView, content: bytes) -> str:
    """The mapping: all groups share the paper, so somebody has to say who answered."""
    papers = papers_of(session, campaign_id=campaign.id)
    return imports.propose_mapping(imports.read_table(content), papers).text.replace('"?"', "parent")


@pytest.fixture
def both(session: Session) -> tuple[CampaignView, CampaignView]:
    """Two campaigns of one county that ask the same."""
    return add_campaign(session), add_campaign(session, campaign="second")


@pytest.mark.parametrize("answers", ["labels", "numbers"])
@pytest.mark.parametrize("tool", layout_names())
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(forms=FORMS, as_book=st.booleans())
def test_there_and_back_is_the_same(
    session: Session, both: tuple[CampaignView, CampaignView], tool: str, answers: str, forms: list[Form], as_book: bool
) -> None:
    inner = session.begin_nested()
    first, second = both
    put(session, first, forms)
    laid = lay_out(session, first, tool, answers=answers)
    content = as_workbook(laid) if as_book else write_csv(laid.header, laid.rows, laid.delimiter)
    table = imports.read_table(content)
    draft = imports.propose_mapping(table, papers_of(session, campaign_id=second.id))
    assert draft.layout is get_layout(tool)
    assert {doubt.code for doubt in draft.doubts} <= ({"import.options_as_numbers"} if answers == "numbers" else set())
    report = take(session, second, content, draft.text)
    assert forms_of(session, second) == common(forms, tool)
    assert report.added == report.rows - report.empty
    again = take(session, second, content, draft.text)
    assert (again.added, again.repeated) == (0, report.added)
    inner.rollback()


def test_an_export_of_another_tool_comes_back_as_it_was(
    session: Session, both: tuple[CampaignView, CampaignView]
) -> None:
    """Import, export, import: with the file of the tool itself at the beginning."""
    campaign, second = both
    (paper,) = papers_of(session, campaign_id=campaign.id, group="parent")
    people = [Person(f"P0{at % 2 + 1}学校（模拟）", [at % 5 + 1, LEFT_OUT, 5 - at % 5], "好" * at) for at in range(25)]
    content = as_xlsx(wjx(paper.instrument, people))
    report = take(session, campaign, content, of_parents(session, campaign, content))
    assert (report.added, report.comments) == (25, 24)
    laid = lay_out(session, campaign, "wjx")
    take(session, second, write_csv(laid.header, laid.rows))
    assert forms_of(session, second) == forms_of(session, campaign)


def test_comments_are_kept_apart_and_come_once(session: Session) -> None:
    campaign = add_campaign(session)
    (paper,) = papers_of(session, campaign_id=campaign.id, group="parent")
    content = as_csv(
        wjx(paper.instrument, [Person("P01学校（模拟）", [1, 2, 3], "一"), Person("P02学校（模拟）", [2, 2, 2])])
    )
    mapping = of_parents(session, campaign, content)
    assert (take(session, campaign, content, mapping).comments, take(session, campaign, content, mapping).added) == (
        1,
        0,
    )
    kept = session.scalars(select(Comment)).all()
    assert [(each.group, each.text) for each in kept] == [("parent", "一")]
    assert not {each.id for each in kept} & set(session.scalars(select(Response.id)))
    too_long = as_csv(wjx(paper.instrument, [Person("P01学校（模拟）", [1, 2, 3], "长" * 10_000)], first=9))
    with pytest.raises(SurveyError) as caught:
        take(session, campaign, too_long, mapping)
    assert [(each.code, each.row) for each in caught.value.problems] == [("answers.comment_too_long", 2)]
    assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_rows_stand_in_an_order_that_says_nothing(session: Session) -> None:
    campaign = add_campaign(session)
    forms: list[Form] = [
        ("parent", "P02", bytes([1, 0, 4])),
        ("parent", "P01", bytes([4, 3, 9])),
        ("parent", "P01", bytes([2, 3, 9])),
    ]
    put(session, campaign, forms)
    laid = lay_out(session, campaign, "wjx")
    assert laid.header == (
        "序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "1、您的身份", "2、学校代码",
        "3、teaching", "4、homework", "5、overall",
    )  # fmt: skip
    own = ("", "", "Renke", "tiny-tiny@1", "")
    assert laid.rows == (
        (1, *own, "家长", "P01", "基本满意", "满意", "不了解"),
        (2, *own, "家长", "P01", "非常满意", "满意", "不了解"),
        (3, *own, "家长", "P02", "不满意", "(空)", "非常满意"),
    )
    numbers = lay_out(session, campaign, "wjx", answers="numbers")
    assert numbers.rows[2][-3:] == (4, -2, 1)
    assert lay_out(session, campaign, "tencent").rows[0][-3:] == ("C.基本满意", "B.满意", "E.不了解")
    kobo = lay_out(session, campaign, "kobotoolbox", answers="numbers")
    assert (kobo.header[-3:], kobo.rows[0][-3:]) == (("all/teaching", "all/homework", "all/overall"), (2, 3, 9))


def test_text_of_an_instrument_is_no_formula(session: Session) -> None:
    laid = LaidOut("tiny@1", ("序号", "=1+1"), ((1, "=HYPERLINK(1)"),), ",")
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(laid))).active
    assert sheet is not None
    assert [[(cell.value, cell.data_type) for cell in row] for row in sheet.rows] == [
        [("序号", "s"), ("=1+1", "s")],
        [(1, "n"), ("=HYPERLINK(1)", "s")],
    ]


@pytest.mark.parametrize("state", ["draft", "scheduled", "open"])
def test_answers_of_single_people_stay_until_the_end(session: Session, state: str) -> None:
    campaign = replace(add_campaign(session), state=state)  # type: ignore[arg-type]
    with pytest.raises(SurveyError) as caught:
        imports.lay_out(session, campaign=campaign, layout=get_layout("wjx"), paper="tiny")
    assert (caught.value.code, caught.value.kind) == ("export.not_closed", "conflict")
    assert text_of(caught.value.code, caught.value.params)


def test_a_paper_that_was_not_asked_is_named_with_those_that_were(session: Session) -> None:
    campaign = add_campaign(session)
    with pytest.raises(SurveyError) as caught:
        lay_out(session, campaign, "wjx", paper="parents")
    assert caught.value.code == "layout.paper_unknown"
    assert "tiny@1" in text_of(caught.value.code, caught.value.params)
    assert lay_out(session, campaign, "wjx", paper="tiny@1").rows == ()
