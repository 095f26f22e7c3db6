"""Questionnaires that go elsewhere and come back are the same; other programs read what was written."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pyxform.xls2xform import convert

from surveys.carrying import FORMATS, carry_in, carry_out, write_template
from surveys.carrying.documents import document_of, write_document
from surveys.carrying.outward import Format
from surveys.carrying.wording import find_standard
from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import STANDARD_SCALES, Instrument
from surveys.instruments.parsing import instrument_from, parse_instrument
from tests.instruments.test_round_trip import documents

PATIENT = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
KINDS = {"xlsform": "xlsform", "lss": "lss", "xlsx": "spreadsheet", "csv": "spreadsheet"}
XHTML = "{http://www.w3.org/1999/xhtml}"
XFORMS = "{http://www.w3.org/2002/xforms}"


def library(name: str) -> Instrument:
    return parse_instrument(library_document(name))


@pytest.mark.parametrize("name", library_names())
@pytest.mark.parametrize("format", FORMATS)
def test_the_library_comes_back_as_it_went(name: str, format: Format) -> None:
    instrument = library(name)
    for language in ("zh-CN", "en") if format in ("xlsx", "csv") else ("zh-CN",):
        written = carry_out(instrument, format=format, language=language)  # type: ignore[arg-type]
        back = carry_in(written.content)
        assert (back.kind, back.left, back.problems, written.left) == (KINDS[format], (), (), ())
        assert instrument_from(back.document) == instrument
        assert back.document == document_of(instrument)


def sayable(node: Any) -> Any:
    """The common subset: an XLSForm has no ${…} in its texts (another test), and a workbook no _x000D_."""
    if isinstance(node, dict):
        return {key: sayable(each) for key, each in node.items()}
    if isinstance(node, list):
        return [sayable(each) for each in node]
    return node.replace("${", "$(").replace("_x000D_", "x") if isinstance(node, str) else node


@PATIENT
@given(documents(), st.sampled_from(FORMATS))
def test_whatever_questionnaire_goes_out_comes_back(document: dict[str, Any], format: Format) -> None:
    instrument = instrument_from(sayable(document))
    once = carry_in(carry_out(instrument, format=format).content)
    assert once.problems == ()
    assert once.left == ()
    assert instrument_from(once.document) == instrument
    again = carry_in(carry_out(instrument_from(once.document), format=format).content)
    assert again == once


@PATIENT
@given(documents())
def test_a_document_that_is_written_is_read(document: dict[str, Any]) -> None:
    instrument = instrument_from(document)
    assert parse_instrument(write_document(document_of(instrument))) == instrument


NASTY = (
    "=1+1",
    "'=1+1",
    "+86",
    "@here",
    "-1",
    "a <b>b</b> & c",
    "&amp;",
    "{TOKEN:X} {x}",
    "]]>",
    "a;b|c\n4=d",
    "null",
    "\u2028x",
)


@pytest.mark.parametrize("format", FORMATS)
def test_texts_that_mean_something_elsewhere_are_only_texts(format: Format) -> None:
    document = document_of(library("student-g3-6"))
    spoken = iter(NASTY * 10)
    for section in document["sections"]:
        for item in section["items"]:
            item["text"] = {"zh-CN": next(spoken), "en": next(spoken)}
    for number, option in enumerate(document["scales"]["grades-3-6"]["options"]):
        option["text"] = {"zh-CN": NASTY[number], "en": NASTY[number + 3]}
    document["introduction"] = {"zh-CN": "一\n\n 二", "en": "=cmd()"}
    instrument = instrument_from(document)
    back = carry_in(carry_out(instrument, format=format).content)
    assert back.left == ()
    assert instrument_from(back.document) == instrument


def test_no_cell_of_what_is_written_is_a_formula() -> None:
    document = document_of(library("student-g3-6"))
    document["sections"][0]["items"][0]["text"] = {"zh-CN": "=1+1", "en": "@SUM(1)"}
    instrument = instrument_from(document)
    for format in ("xlsform", "xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(carry_out(instrument, format=format).content))  # type: ignore[arg-type]
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "=1+1" in [cell.value for cell in cells]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
    text = carry_out(instrument, format="csv").content.decode("utf-8-sig")
    said = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert {"'=1+1", "'@SUM(1)", "'-1"} <= {*said, "'-1"}
    assert [cell for cell in said if cell[:1] in "=+@" and cell] == []


@pytest.mark.parametrize("name", library_names())
def test_pyxform_reads_the_xlsform(name: str) -> None:
    """The converter that ODK and KoboToolbox use; what it makes asks our questions, with our codes."""
    instrument = library(name)
    made = convert(xlsform=carry_out(instrument, format="xlsform").content, file_type=".xlsx", validate=False)
    (warning,) = made.warnings  # it knows languages by two letters only; the form has both nevertheless
    assert "中文 (zh-CN)" in warning
    form = etree.fromstring(made.xform.encode())
    assert form.findtext(f".//{XHTML}title") == instrument.title["zh-CN"]
    texts = {each.get("lang") for each in form.iter(f"{XFORMS}translation")}
    assert texts == {"中文 (zh-CN)", "English (en)"}
    asked = [each.get("ref", "").rsplit("/", 1)[-1] for each in form.iter(f"{XFORMS}select1")]
    assert asked == [item.id for item in instrument.items]
    for scale in {item.scale.name: item.scale for item in instrument.items}.values():
        (listed,) = (each for each in form.iter(f"{XFORMS}instance") if each.get("id") == scale.name)
        codes = [int(each.text or "0") for each in listed.iter(f"{XFORMS}name")]
        assert codes == [option.code for option in scale.options]
    must = {each.get("nodeset", "").rsplit("/", 1)[-1] for each in form.iter(f"{XFORMS}bind") if each.get("required")}
    assert must == {item.id for item in instrument.items if item.required}


@pytest.mark.parametrize("name", library_names())
def test_the_lss_is_what_limesurvey_expects(name: str) -> None:
    """Tables name their fields, rows hold no others, every number that is pointed at is there, texts are CDATA."""
    instrument = library(name)
    content = carry_out(instrument, format="lss").content
    root = etree.fromstring(content, etree.XMLParser(strip_cdata=False))
    assert root.tag == "document"
    assert root.findtext("LimeSurveyDocType") == "Survey"
    assert int(root.findtext("DBVersion") or 0) >= 400  # texts stand in tables beside since then
    assert [each.text for each in root.iterfind("languages/language")] == ["zh-Hans", "en"]
    tables: dict[str, list[dict[str, str]]] = {}
    for table in root[3:]:
        fields = {each.text for each in table.iterfind("fields/fieldname")}
        tables[table.tag] = [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
        assert all(set(row) <= fields for row in tables[table.tag]), table.tag
    assert b"<type><![CDATA[L]]></type>" in content
    questions = {row["qid"]: row for row in tables["questions"]}
    groups = {row["gid"] for row in tables["groups"]}
    answers = {row["aid"] for row in tables["answers"]}
    assert len(questions) == len(tables["questions"]) == len(instrument.items) + bool(instrument.comment)
    assert {row["gid"] for row in questions.values()} == groups
    for row in questions.values():
        assert re.fullmatch("[A-Za-z][A-Za-z0-9]{0,19}", row["title"])
    assert len({row["title"].casefold() for row in questions.values()}) == len(questions)
    for table, key, known in (
        ("question_l10ns", "qid", set(questions)), ("group_l10ns", "gid", groups), ("answer_l10ns", "aid", answers),
    ):  # fmt: skip
        spoken = [(row[key], row["language"]) for row in tables[table]]
        assert sorted(spoken) == sorted((each, tag) for each in known for tag in ("zh-Hans", "en"))
    assert all(len(row["code"]) <= 5 for row in tables["answers"])
    assert {row["qid"] for row in tables["question_attributes"]} <= set(questions)


def test_an_xlsform_says_what_it_could_not_say() -> None:
    document = document_of(library("student-g3-6"))
    item = document["sections"][0]["items"][0]
    item["text"] = {"zh-CN": "您在${school}上学吗", "en": "Do you go to ${school}?"}
    written = carry_out(instrument_from(document), format="xlsform")
    assert [(each.code, each.path) for each in written.left] == [("carry.reference_broken", item["id"])] * 2
    convert(xlsform=written.content, file_type=".xlsx", validate=False)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("file", ["xlsx", "csv"])
def test_the_template_is_a_questionnaire(file: Any, language: Any) -> None:
    carried = carry_in(write_template(file=file, language=language))
    assert carried.problems == ()
    paper = instrument_from(carried.document)
    assert [item.role for item in paper.items] == ["item", "item", "overall", "background"]
    assert [each.code for each in carried.left] == ["carry.dont_know"]  # 不想说 in the one scale of its own
    assert paper.items[0].scale == library("parent").find_item("overall").scale  # type: ignore[union-attr]


def test_every_standard_scale_of_the_library_is_recognised() -> None:
    seen = set()
    for name in library_names():
        for scale in {item.scale.name: item.scale for item in library(name).items}.values():
            for language in ("zh-CN", "en"):
                found = find_standard([{language: option.text[language]} for option in scale.options])
                if scale.name in STANDARD_SCALES:
                    seen.add(scale.name)
                    assert found == (scale.name, tuple(option.code for option in scale.options)), (name, language)
                else:
                    assert found is None or found[0] not in STANDARD_SCALES or name, scale.name
    assert len(seen) >= 4


def test_the_yaml_can_be_published_as_it_is() -> None:
    carried = carry_in(carry_out(library("parent"), format="lss").content)
    assert parse_instrument(carried.text) == library("parent")
    assert json.loads(json.dumps(carried.document)) == carried.document
