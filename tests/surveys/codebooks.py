"""Codebooks to try: of a questionnaire in four scripts, and of a small file of forms with answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from surveys.exports.codebook import Codebook, Study, codebook_of
from surveys.exports.dictionary import describe_version
from surveys.exports.extract import Column, Extract
from surveys.exports.frequencies import count_values
from surveys.exports.model import Dictionary, PaperVersion
from surveys.exports.variables import design_variables, replicate_variables
from surveys.instruments.parsing import parse_instrument
from tests import factories

QUESTION = {
    "zh-CN": "您对学校的课后服务和作业管理是否满意？请按照平时了解到的情况来回答，不要只看某一天的情形。",
    "en": "Taken as a whole, how satisfied or dissatisfied are you with what schools offer after class?",
    "ug": "سىز مەكتەپنىڭ دەرستىن كېيىنكى مۇلازىمىتىدىن رازىمۇ؟ ئادەتتە بىلىدىغان ئەھۋالغا قاراپ جاۋاب بېرىڭ.",
    "bo": "ཁྱེད་རང་སློབ་གྲྭའི་སློབ་ཁྲིད་ལ་ཡིད་ཚིམ་བྱུང་ངམ། ཉིན་རྒྱུན་གྱི་གནས་ཚུལ་ལྟར་ལན་འདེབས་རོགས།",
}
OPTIONS: Sequence[tuple[int, Mapping[str, str]]] = [
    (4, {"zh-CN": "非常满意", "en": "Very satisfied", "ug": "ناھايىتى رازى", "bo": "ཧ་ཅང་ཡིད་ཚིམ།"}),
    (3, {"zh-CN": "满意", "en": "Satisfied", "ug": "رازى", "bo": "ཡིད་ཚིམ།"}),
    (2, {"zh-CN": "基本满意", "en": "Fairly satisfied", "ug": "ئاساسەن رازى", "bo": "གཞི་རྩའི་ཡིད་ཚིམ།"}),
    (1, {"zh-CN": "不满意", "en": "Not satisfied", "ug": "نارازى", "bo": "ཡིད་མི་ཚིམ།"}),
    (9, {"zh-CN": "不了解", "en": "Don’t know", "ug": "بىلمەيمەن", "bo": "མི་ཤེས།"}),
]
TITLE = {"zh-CN": "大问卷", "en": "Large questionnaire", "ug": "چوڭ سوئالنامە", "bo": "འདྲི་ཤོག་ཆེན་པོ།"}


def large_version(*, items: int = 250, languages: Sequence[str] = ("zh-CN", "en", "ug")) -> PaperVersion:
    """`items` long questions in these languages, of Chinese, English, Uyghur and Tibetan."""
    asked = [_item(number, languages) for number in range(1, items + 1)]
    asked[-1] = {**asked[-1], "id": "overall", "role": "overall"}
    scale = {"options": [{"code": code, "text": _in(text, languages)} for code, text in OPTIONS], "dont_know": [9]}
    document = factories.instrument_document(
        instrument="large",
        languages=list(languages),
        title=_in(TITLE, languages),
        introduction=_in(TITLE, languages),
        scales={"satisfaction-4": scale},
        sections=[{"id": "all", "title": _in(TITLE, languages), "items": asked}],
        comment=None,
    )
    return PaperVersion("large@1", "ab" * 32, parse_instrument(json.dumps(document, ensure_ascii=False)))


def large_codebook(**changes: Any) -> Codebook:
    return codebook_of([large_version(**changes)])


def tiny_version(number: int = 1, **changes: Any) -> PaperVersion:
    content = json.dumps(factories.instrument_document(**changes), ensure_ascii=False)
    return PaperVersion(f"tiny@{number}", "0" * 64, parse_instrument(content))


def one_question(number: int, text: Mapping[str, str]) -> PaperVersion:
    """A version that asks nothing but what people think overall, in these words; all else is in the same languages."""
    title = dict.fromkeys(text, "题")
    options = [{"code": code, "text": dict.fromkeys(text, words)} for code, words in factories.SATISFACTION]
    item = {"id": "overall", "role": "overall", "text": text, "scale": "satisfaction-4"}
    return tiny_version(
        number,
        languages=[*text],
        title=title,
        introduction=title,
        scales={"satisfaction-4": {"options": options, "dont_know": [9]}},
        sections=[{"id": "all", "title": title, "items": [item]}],
        comment=None,
    )


def answered(*, replicates: int = 0) -> Extract:
    """Six forms to the tiny paper: the last is left out, and one does not know how fast it was."""
    version = tiny_version()
    asked = describe_version(version)
    beside = design_variables([version], ["urban.primary", "county.parent"], [0, 1])
    variables = (*beside, *replicate_variables(replicates), *asked.variables)
    columns: dict[str, Column] = {
        each.name: np.ones(6, np.int16 if each.kind == "code" else np.float64) for each in variables
    }
    columns |= {
        "row": np.arange(1, 7, dtype=np.int32),
        "group": np.array([1, 1, 2, 2, 2, 2], np.int16),
        "final_weight": np.array([1, 1, 2, 2, 4, np.nan]),
        "pace": np.array([3, 5, 7, -7, 9, 11], np.int16),
        "teaching": np.array([4, 4, 1, 9, -9, 1], np.int16),
        "homework": np.array([4, 3, 2, 1, -8, -8], np.int16),
        "overall": np.array([4, 4, 4, 4, 4, 4], np.int16),
    }

    def read(begin: int, end: int) -> Mapping[str, Column]:
        return {each.name: columns[each.name][begin:end] for each in variables}

    facts = {"campaign": "demo", "evaluation": "1", "data_digest": "cd" * 32}
    return Extract(Dictionary(variables, (version,), asked.languages), 6, read, facts)


def counted_codebook(*, title: Mapping[str, str] | None = None) -> Codebook:
    extract = answered()
    study = Study(
        id="demo",
        title=title or {"zh-CN": "某县社会认可度调查（模拟数据）", "en": "Social recognition survey (simulated)"},
        organiser={"zh-CN": "模拟县督导委员会", "en": "A committee"},
        place="模拟县",
        opens=date(2026, 5, 1),
        closes=date(2026, 5, 20),
        simulated=True,
    )
    return Codebook(study, extract.dictionary, count_values(extract), extract.facts)


def _item(number: int, languages: Sequence[str]) -> dict[str, Any]:
    text = {language: f"{number}. {QUESTION[language]}" for language in languages}
    about = {"role": "item", "dimension": "lighter_burden", "scale": "satisfaction-4"}
    return {"id": f"q{number:03d}", "text": text, **about}


def _in(text: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {language: text[language] for language in languages}
