"""The sheet to start from: a short questionnaire that can be published as it is, with a row of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from surveys.carrying.languages import CHINESE, ENGLISH
from surveys.carrying.spreadsheet.headings import Language, write_row
from surveys.carrying.spreadsheet.writing import YES, Cells, write_rows
from surveys.carrying.wording import words_for

BOTH = (CHINESE, ENGLISH)


def write_template(*, file: Literal["xlsx", "csv"] = "xlsx", language: Language = "zh-CN") -> bytes:
    """A filled-in example, its headings in `language`."""
    return write_rows(list(_rows(language)), BOTH, file=file, language=language, packed=True)


def _rows(language: Language) -> Iterator[Cells]:
    def row(kind: str, chinese: str = "", english: str = "", **cells: str) -> Cells:
        texts = {"text zh-CN": chinese, "text en": english}
        return {"row": write_row(kind, language), **texts, **cells}

    note = words_for("comment_note", BOTH)
    yield row("name", value="my-questionnaire")
    yield row("minutes", value="1")
    yield row("groups", value="parent")
    yield row("title", "家长短问卷", "Short questionnaire for parents")
    yield row(
        "introduction", "填不填由您自己决定。答案没有对错。", "Taking part is up to you. No answer is right or wrong."
    )
    yield row("section", "孩子的学校", "The child's school", id="school")
    yield row(
        "item", "孩子学校的教学质量，您满意不满意？",
        "How satisfied or dissatisfied are you with the quality of teaching at the child's school?",
        id="child_teaching", section="school", scale="satisfaction-4", dimension="education_quality",
    )  # fmt: skip
    yield row(
        "item", "老师会公布学生的排名吗？", "Do teachers announce pupils' ranks?",
        id="ranks_announced", section="school", scale="frequency-4", dimension="lighter_burden", direction="-1",
    )  # fmt: skip
    yield row("section", "最后", "Finally", id="finally")
    yield row(
        "overall", "总的来说，本县小学和初中教育的均衡情况，您满意不满意？",
        "Overall, how satisfied or dissatisfied are you with how balanced education in this county is?",
        id="overall", section="finally", scale="satisfaction-4",
    )  # fmt: skip
    options = {
        "options zh-CN": "1=住校\n2=不住校\n9=不想说",
        "options en": "1=Boards\n2=Does not board\n9=I would rather not say",
    }
    yield row(
        "background", "孩子住校吗？", "Does the child board at school?",
        id="boarding", section="finally", required=YES[language][1], **options,
    )  # fmt: skip
    yield row(
        "comment", "您还有什么想说的吗？（可以不填）", "Is there anything else you would like to say?",
        value="500", **{f"note {tag}": words for tag, words in note.items()},
    )  # fmt: skip
