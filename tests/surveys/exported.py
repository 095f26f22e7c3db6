"""A closed county whose answers are exported: with labels that a spreadsheet would run, and people of no school."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from surveys.exports.extract import Extract
from surveys.exports.microdata import load_forms, make_microdata
from surveys.exports.ordering import Order
from tests.factories import NOW, SATISFACTION, SECRET, both
from tests.surveys.studied import ask

FORMULA = '=HYPERLINK("http://example.org","点我")'
LONG = "非常长的标签" * 60  # 360 signs, 1080 bytes
ORDER = Order("newer", 1, "microdata", "csv", "zh-CN")


def paper() -> dict[str, Any]:
    """Four questions, of which one is about the respondent; labels are formulas, long, or have quotes in them."""
    options = [{"code": code, "text": both(text)} for code, text in SATISFACTION]
    grades = [{"code": 1, "text": both(FORMULA)}, {"code": 4, "text": both('他说"好",\n又说\\n')}]
    scored = {"role": "item", "scale": "satisfaction-4"}
    items = [
        {"id": "group", "role": "background", "text": both("+86 你是？"), "scale": "who", "required": False},
        {"id": "teaching", "text": both(LONG), "dimension": "moral_education", **scored},
        {"id": "homework", "text": both("作业"), "dimension": "lighter_burden", **scored},
        {"id": "overall", "text": both("总的"), **scored, "role": "overall"},
    ]
    return {
        "scales": {"satisfaction-4": {"options": options, "dont_know": [9]}, "who": {"options": grades}},
        "sections": [{"id": "all", "title": both("全部"), "items": items}],
    }


def add_exported(session: Session) -> None:
    """The campaign `newer`, closed and scored once."""
    ask(session, **paper())


def microdata(session: Session, *, replicates: int = 0, secret: bytes = SECRET, number: int | None = None) -> Extract:
    forms = load_forms(session, name="newer", now=NOW, number=number)
    return make_microdata(forms, secret=secret, replicates=replicates)
