"""Class lists: however they are written; every wrong cell is named, and what contradicts the frame."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.messages import describe, text_of
from surveys.errors import SurveyError
from surveys.frames.classes import SchoolClass, import_classes, list_classes
from surveys.models import Frame, FrameClass, School
from surveys.plans.drawing import draw_plan
from tests import factories
from tests.factories import NOW
from tests.surveys.drawn import add_drawable


def table(*lines: str, header: str = "学校代码,年级,班,人数") -> bytes:
    return "\n".join([header, *lines]).encode()


def county(session: Session) -> int:
    """P01 has 100 pupils of whom 60 may be asked, P02 100 and 40, J01 100 and 80. Gives the frame."""
    factories.add_county(session)
    return session.scalars(select(Frame.id)).one()


def bring(session: Session, content: bytes, name: str = "classes.csv") -> bool:
    return import_classes(session, county="demo", content=content, filename=name).unchanged


def refused(session: Session, content: bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(SurveyError) as caught:
        bring(session, content)
    error = caught.value
    assert error.code == "classes.invalid"
    assert text_of(error.code, error.params)
    assert all(describe(problem) for problem in error.problems)
    assert not session.scalar(select(func.count()).select_from(FrameClass))
    return [(problem.code, problem.row, problem.value) for problem in error.problems]


def test_ways_to_write_a_class(session: Session) -> None:
    frame = county(session)
    bring(
        session, table("P01,三年级,1班,30", "p01,3,（2）班,２０", "P01,4,03,30.0", "J01,初一,1,40", "J01,八年级,1,40人")
    )
    assert list_classes(session, frame_id=frame) == {
        "J01": (SchoolClass(7, 1, 40), SchoolClass(8, 1, 40)),
        "P01": (SchoolClass(3, 1, 30), SchoolClass(3, 2, 20), SchoolClass(4, 3, 30)),
    }


def test_english_columns_a_workbook_and_columns_that_are_not_ours(session: Session) -> None:
    frame = county(session)
    workbook = openpyxl.Workbook()
    for row in (["Room", "code", "grade", "class", "pupils"], ["A1", "P02", 5, 1, 45]):
        workbook.active.append(row)
    content = io.BytesIO()
    workbook.save(content)
    bring(session, content.getvalue(), "lists.xlsx")
    assert list_classes(session, frame_id=frame) == {"P02": (SchoolClass(5, 1, 45),)}


def test_the_same_again_changes_nothing_and_another_takes_its_place(session: Session) -> None:
    frame = county(session)
    assert not bring(session, table("P01,3,1,60", "P02,3,1,40"))
    assert bring(session, table("P02,三年级,1班,40", "P01,3,1,60"))
    assert not bring(session, table("P01,3,1,61"))
    assert list_classes(session, frame_id=frame) == {"P01": (SchoolClass(3, 1, 61),)}


def test_every_wrong_cell_at_once(session: Session) -> None:
    county(session)
    found = refused(session, table("P99,3,1,30", "P01,十三,0,1.5", "P01,3,1,30", "P01,三年级,1,30", "P02,4,1,201"))
    assert found == [
        ("classes.school_unknown", 2, "P99"),
        ("frame.number", 3, "十三"),
        ("frame.number", 3, "0"),
        ("frame.number", 3, "1.5"),
        ("classes.repeated", 5, None),
        ("frame.number", 6, "201"),
    ]


def test_columns_that_are_missing_or_twice(session: Session) -> None:
    county(session)
    found = refused(session, table("P01,3,4", header="学校代码,年级,grade"))
    assert [code for code, *_ in found] == ["frame.column_repeated", "frame.column_missing", "frame.column_missing"]
    assert refused(session, table()) == [("classes.none", None, None)]


def test_lists_that_contradict_the_frame(session: Session) -> None:
    """Nobody is on a list who is not at the school, and all who may be asked are on one."""
    county(session)
    found = refused(session, table("P01,3,1,60", "P01,3,2,41", "P02,3,1,39", "J01,7,1,80"))
    assert found == [("classes.more_than_pupils", None, "101"), ("classes.fewer_than_students", None, "39")]


def test_counties_without_a_frame(session: Session) -> None:
    county(session)
    with pytest.raises(SurveyError, match=r"region\.unknown"):
        import_classes(session, county="none", content=table("P01,3,1,60"))
    with pytest.raises(SurveyError, match=r"classes\.no_frame"):
        import_classes(session, county="demo-province", content=table("P01,3,1,60"))


def test_lists_that_people_were_drawn_from_stay(session: Session) -> None:
    campaign = add_drawable(session)
    lists = table(*(f"{code},1,1,{pupils}" for code, pupils in (("P2", 60), ("R1", 50))))
    bring(session, lists)
    draw_plan(session, campaign_id=campaign.id, seed=1, now=NOW, by="officer")
    assert bring(session, lists), "the same lists are no change"
    with pytest.raises(SurveyError, match=r"classes\.drawn"):
        bring(session, table("P2,1,1,30", "P2,1,2,30"))
    assert session.scalars(select(School.code).join(FrameClass)).all() == ["P2", "R1"]
