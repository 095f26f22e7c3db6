"""Questionnaires as other programs write them, with things in them that ours have no place for."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Sequence[object]]

SURVEY: Rows = (
    (
        "type",
        "name",
        "label::中文",
        "label::English (en)",
        "hint::中文",
        "required",
        "relevant",
        "constraint",
        "appearance",
    ),
    ("start", "start", None, None, None, None, None, None, None),
    ("note", "hello", "欢迎。", "Welcome.", None, None, None, None, None),
    ("begin group", "学校", "学校情况", "The school", None, None, None, None, None),
    ("select_one sat", "Q1", "教学质量？", "Teaching?", "想一想", "yes", None, None, "minimal"),
    ("select_one sat", "老师", "老师怎么样？", "Teachers?", None, None, "${Q1} = '1'", None, None),
    ("begin repeat", "children", "孩子", "Children", None, None, None, None, None),
    ("select_one yn or_other", "boards", "${Q1}住校吗？", "Boards?", None, None, None, None, None),
    ("end repeat", None, None, None, None, None, None, None, None),
    ("integer", "age", "几岁？", "Age?", None, None, None, ". < 99", None),
    ("select_multiple sat", "many", "选几个？", "Several?", None, None, None, None, None),
    ("text", "why", "为什么？", "Why?", None, None, None, None, None),
    ("select_one sat", "overall", "总的来说？", "Overall?", None, "true()", None, None, None),
    ("end group", None, None, None, None, None, None, None, None),
    ("calculate", "sum", None, None, None, None, None, None, None),
    ("select_one nothing", "lost", "没有选项", "No choices", None, None, None, None, None),
    ("text", "more", "还有什么？", "Anything else?", None, None, None, None, None),
)
CHOICES: Rows = (
    ("list_name", "name", "label::中文", "label::English (en)", "image"),
    ("sat", "very", "非常满意", "Very satisfied", None),
    ("sat", "yes", "满意", "Satisfied", None),
    ("sat", "fair", "基本满意", "Fairly satisfied", None),
    ("sat", "no", "不满意", "Not satisfied", None),
    ("sat", "dk", "不了解", "Don't know", "dk.png"),
    ("yn", "y", "住校", "Boards", None),
    ("yn", "n", "不住校", "Does not", None),
    ("idle", "1", "一", "One", None),
)
SETTINGS: Rows = (("form_title", "form_id", "default_language"), ("家长问卷", "Parents 2026", "中文"))


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def xlsform(survey: Rows = SURVEY, choices: Rows = CHOICES, settings: Rows = SETTINGS) -> bytes:
    return workbook({"survey": survey, "choices": choices, "settings": settings})


def limesurvey(
    tables: Mapping[str, Sequence[Mapping[str, object]]], languages: Sequence[str] = ("en", "zh-Hans")
) -> bytes:
    """A document with these tables; values are CDATA, as LimeSurvey writes them."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<document>\n <LimeSurveyDocType>Survey</LimeSurveyDocType>']
    parts += [" <DBVersion>359</DBVersion>\n <languages>", *(f"  <language>{each}</language>" for each in languages)]
    parts += [" </languages>"]
    for name, rows in tables.items():
        fields = dict.fromkeys(field for row in rows for field in row)
        parts += [f" <{name}>\n  <fields>", *(f"   <fieldname>{escape(each)}</fieldname>" for each in fields)]
        parts += ["  </fields>\n  <rows>"]
        for row in rows:
            cells = (f"<{field}><![CDATA[{value}]]></{field}>" for field, value in row.items() if value != "")
            parts += ["   <row>", *cells, "   </row>"]
        parts += [f"  </rows>\n </{name}>"]
    return "\n".join([*parts, "</document>"]).encode()


SAT = [("A1", "非常满意", "Very satisfied"), ("A2", "满意", "Satisfied"), ("A3", "基本满意", "Fairly satisfied"),
       ("A4", "不满意", "Not satisfied"), ("A5", "不了解", "Don&#039;t know")]  # fmt: skip
# qid, group, type, title, more, Chinese, English
ASKED: Sequence[tuple[int, int, str, str, Mapping[str, object], str, str]] = (
    (11, 1, "X", "intro", {}, "<p>欢迎。</p>", "<p>Welcome.</p>"),
    (12, 1, "L", "Q1", {"mandatory": "Y"}, "<p><b>教学</b>质量？</p>\n<p>请选一个</p>", "Teaching?<br />\nChoose one"),
    (13, 1, "F", "Arr", {}, "下面这些怎么样？", "How are these?"),
    (14, 2, "Y", "Boards", {"relevance": "Q1.NAOK == 'A1'"}, "{Q1.shown}住校吗？", "Boards?"),
    (15, 2, "M", "Many", {}, "选几个？", "Several?"),
    (16, 2, "5", "Five", {"other": "N"}, "打几分？", "How many points?"),
    (17, 2, "!", "overall", {"mandatory": "S"}, "总的来说？", "Overall?"),
    (18, 2, "T", "More", {}, "还有什么？", "Anything else?"),
)  # fmt: skip
PARTS = ((21, "SQ001", "校舍", "Buildings"), (22, "SQ002", "食堂", "Canteen"))
SURVEY_ROW = {"sid": 4711, "language": "zh-Hans", "additional_languages": "en"}
SPOKEN = [
    {
        "surveyls_language": "zh-Hans",
        "surveyls_title": "家长问卷",
        "surveyls_welcometext": "",
        "surveyls_endtext": "谢谢",
    },
    {"surveyls_language": "en", "surveyls_title": "Parents", "surveyls_welcometext": "", "surveyls_endtext": ""},
]


def older() -> bytes:
    """As version 3 writes it: a row for each language."""
    tongues = (("zh-Hans", 0), ("en", 1))
    tables: dict[str, list[Mapping[str, object]]] = {
        "answers": [
            {"qid": qid, "code": code, "answer": words[place], "sortorder": number, "language": tag, "scale_id": 0}
            for qid in (12, 13, 17)
            for number, (code, *words) in enumerate(SAT)
            for tag, place in tongues
        ],
        "groups": [
            {"gid": gid, "group_name": names[place], "group_order": gid, "language": tag}
            for gid, names in ((1, ("学校", "School")), (2, ("其他", "Others")))
            for tag, place in tongues
        ],
        "questions": [
            {"qid": qid, "parent_qid": 0, "gid": gid, "type": kind, "title": title, "question": texts[place],
             "question_order": qid, "language": tag, **more}
            for qid, gid, kind, title, more, *texts in ASKED
            for tag, place in tongues
        ],
        "subquestions": [
            {"qid": qid, "parent_qid": 13, "gid": 1, "type": "T", "title": code, "question": texts[place],
             "question_order": qid, "language": tag}
            for qid, code, *texts in PARTS
            for tag, place in tongues
        ],
    }  # fmt: skip
    return limesurvey({**tables, **_rest()})


def newer() -> bytes:
    """As versions 5 and 6 write it: texts in tables of their own."""
    tongues = (("zh-Hans", 0), ("en", 1))
    keyed = [(qid, *answer) for qid in (12, 13, 17) for answer in SAT]
    tables: dict[str, list[Mapping[str, object]]] = {
        "answers": [
            {"aid": aid, "qid": qid, "code": code, "sortorder": aid, "scale_id": 0}
            for aid, (qid, code, *_) in enumerate(keyed, 500)
        ],
        "answer_l10ns": [
            {"aid": aid, "answer": words[place], "language": tag}
            for aid, (_qid, _code, *words) in enumerate(keyed, 500)
            for tag, place in tongues
        ],
        "groups": [{"gid": gid, "group_order": gid, "grelevance": "1"} for gid in (1, 2)],
        "group_l10ns": [
            {"gid": gid, "group_name": names[place], "language": tag}
            for gid, names in ((1, ("学校", "School")), (2, ("其他", "Others")))
            for tag, place in tongues
        ],
        "questions": [
            {"qid": qid, "parent_qid": 0, "gid": gid, "type": kind, "title": title, "question_order": qid, **more}
            for qid, gid, kind, title, more, *_ in ASKED
        ],
        "subquestions": [
            {"qid": qid, "parent_qid": 13, "gid": 1, "type": "T", "title": code, "question_order": qid}
            for qid, code, *_ in PARTS
        ],
        "question_l10ns": [
            {"qid": qid, "question": texts[place], "help": "", "language": tag}
            for qid, *texts in [*((each[0], *each[5:]) for each in ASKED), *((each[0], *each[2:]) for each in PARTS)]
            for tag, place in tongues
        ],
    }
    return limesurvey({**tables, **_rest()})


def _rest() -> dict[str, list[Mapping[str, object]]]:
    return {
        "conditions": [{"cid": 1, "qid": 16, "cqid": 12}],
        "defaultvalues": [{"qid": 16, "defaultvalue": "3"}],
        "question_attributes": [{"qid": 12, "attribute": "random_order", "value": "1"}],
        "quota": [{"id": 1, "name": "boys"}],
        "surveys": [SURVEY_ROW],
        "surveys_languagesettings": [dict(each) for each in SPOKEN],
    }
