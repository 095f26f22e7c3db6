"""DDI-Codebook 2.5: valid against its schema, in every language, read again by another library."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from surveys.exports.codebook import Codebook, codebook_of
from surveys.exports.ddi import make_ddi
from surveys.exports.model import PaperVersion
from surveys.exports.words import study_words
from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import DIMENSIONS
from surveys.instruments.parsing import parse_instrument
from tests.surveys.codebooks import QUESTION, counted_codebook, large_codebook, tiny_version

SCHEMA = Path(__file__).parent / "ddi" / "codebook.xsd"
D = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def made(codebook: Codebook) -> ET.Element:
    """The document, valid, read by the library of Python."""
    content = make_ddi(codebook, code_version="1.2.3")
    schema().assertValid(etree.fromstring(content))
    return ET.fromstring(content)


def library_codebook() -> Codebook:
    return codebook_of(
        [PaperVersion(f"{name}@1", "a" * 64, parse_instrument(library_document(name))) for name in library_names()]
    )


def variable(root: ET.Element, name: str) -> ET.Element:
    (found,) = (each for each in root.iter(f"{D}var") if each.get("name") == name)
    return found


def spoken(element: ET.Element, tag: str) -> dict[str | None, str | None]:
    return {each.get(LANG): each.text for each in element.findall(f"{D}{tag}")}


def test_the_schema_can_refuse() -> None:
    """A schema that everything satisfies would prove nothing."""
    content = make_ddi(counted_codebook(), code_version="1").decode()
    for right, wrong in (
        ('type="freq"', 'type="often"'),
        ("<catValu>", "<value>"),
        ('ID="F1"', 'ID="V_row"'),
        ('version="2.5"', 'version="2.6"'),
    ):
        assert right in content
        broken = content.replace(right, wrong).replace("</catValu>", "</value>" if "value>" in wrong else "</catValu>")
        assert not schema().validate(etree.fromstring(broken.encode()))


def test_the_library_is_described() -> None:
    codebook = library_codebook()
    root = made(codebook)
    variables = [each.get("name") for each in root.iter(f"{D}var")]
    assert variables == [each.name for each in codebook.dictionary.variables]
    shared = variable(root, "gov_effort")
    asked = {each.get("elementVersion"): spoken(each, "qstnLit") for each in shared.findall(f"{D}qstn")}
    assert list(asked) == ["parent@1", "principal@1", "social@1", "teacher@1"]
    for words in asked.values():
        assert set(words) == {"zh-CN", "en"}
    assert root.find(f"{D}fileDscr") is None
    assert not list(root.iter(f"{D}catStat"))


def test_every_reference_leads_somewhere_and_every_item_is_in_a_section() -> None:
    root = made(counted_codebook())
    known = {each.get("ID") for each in root.iter() if each.get("ID")}
    for each in root.iter():
        for name in ("var", "files", "wgt-var"):
            if each.tag != f"{D}qstn":
                assert set(each.get(name, "").split()) <= known
    sections = [each for each in root.iter(f"{D}varGrp") if each.get("type") == "section"]
    assert sum(len(each.get("var", "").split()) for each in sections) == len(list(root.iter(f"{D}var")))
    (lighter,) = (each for each in root.iter(f"{D}varGrp") if each.get("ID") == "D_lighter_burden")
    assert spoken(lighter, "labl") == {"zh-CN": "减轻课业负担", "en": "Lighter burden"}
    assert lighter.get("var") == "V_homework"


def test_codes_have_their_meaning_and_those_without_an_answer_are_missing() -> None:
    teaching = variable(made(counted_codebook()), "teaching")
    codes = {each.findtext(f"{D}catValu"): each for each in teaching.findall(f"{D}catgry")}
    assert list(codes) == ["4", "3", "2", "1", "9", "-9", "-8"]
    assert spoken(codes["4"], "labl") == {"zh-CN": "非常满意", "en": "(非常满意)"}
    assert {code: each.get("missing") for code, each in codes.items() if each.get("missing")} == {"-9": "Y", "-8": "Y"}
    assert codes["-9"].get("missType") == "blank"
    assert spoken(codes["9"], "txt")["zh-CN"] == "不清楚或不想说"
    assert [each.get("VALUE") for each in teaching.find(f"{D}valrng") or ()] == ["4", "3", "2", "1", "9"]
    assert [each.get("VALUE") for each in teaching.find(f"{D}invalrng") or ()] == ["-9", "-8"]


def test_frequencies_stand_beside_their_codes() -> None:
    root = made(counted_codebook())
    four = variable(root, "teaching").findall(f"{D}catgry")[0]
    found = {(each.get("type"), each.get("wgtd", "no")): each.text for each in four.findall(f"{D}catStat")}
    assert found == {
        ("freq", "no"): "2",
        ("percent", "no"): "40",
        ("freq", "wgtd"): "2",
        ("percent", "wgtd"): "33.333333",
    }
    assert four.findall(f"{D}catStat")[2].get("wgt-var") == "V_final_weight"
    assert variable(root, "final_weight").get("wgt") == "wgt"
    pace = variable(root, "pace")
    assert {each.get("type"): each.text for each in pace.findall(f"{D}sumStat") if not each.get("wgtd")} == {
        "vald": "5",
        "invd": "1",
        "min": "3",
        "max": "11",
        "mean": "7",
        "medn": "7",
        "stdev": "3.162278",
        "other": "9",
    }
    assert root.findtext(f".//{D}caseQnty") == "6"


def test_the_study_is_described_in_chinese_with_its_english_beside_it() -> None:
    root = made(counted_codebook())
    titles = root.find(f"{D}stdyDscr/{D}citation/{D}titlStmt")
    assert titles is not None
    assert titles.findtext(f"{D}titl") == "某县社会认可度调查（模拟数据）"
    assert spoken(titles, "parTitl") == {"en": "Social recognition survey (simulated)"}
    assert [each.text for each in root.iter(f"{D}producer")] == ["模拟县督导委员会", "A committee"]
    assert [each.get("date") for each in root.iter(f"{D}collDate")] == ["2026-05-01", "2026-05-20"]
    assert {each.get(LANG) for each in root.iter(f"{D}restrctn")} == {"zh-CN", "en"}


def test_a_wording_of_a_later_version_has_its_own_labels() -> None:
    first = tiny_version()
    options = [(4, "很满意"), (3, "满意"), (2, "基本满意"), (1, "不满意"), (9, "不了解")]
    scale = {"options": [{"code": code, "text": {"zh-CN": text}} for code, text in options], "dont_know": [9]}
    chinese = {"zh-CN": "小问卷"}
    items = [{"id": "overall", "role": "overall", "text": {"zh-CN": "总的来说？"}, "scale": "satisfaction-4"}]
    later = tiny_version(
        2, languages=["zh-CN"], title=chinese, introduction=chinese, scales={"satisfaction-4": scale},
        sections=[{"id": "all", "title": chinese, "items": items}], comment=None,
    )  # fmt: skip
    overall = variable(made(codebook_of([first, later])), "overall")
    four = overall.findall(f"{D}catgry")[0]
    assert [(each.get("level"), each.get(LANG), each.text) for each in four.findall(f"{D}labl")] == [
        (None, "zh-CN", "非常满意"),
        (None, "en", "(非常满意)"),
        ("tiny@2", "zh-CN", "很满意"),
    ]


@pytest.mark.parametrize(("languages", "items"), [(("zh-CN", "en", "ug"), 250), (("bo", "zh-CN", "en"), 20)])
def test_a_large_paper_in_other_scripts(languages: tuple[str, ...], items: int) -> None:
    root = made(large_codebook(languages=languages, items=items))
    assert len(list(root.iter(f"{D}var"))) == items
    labels = spoken(variable(root, "q013"), "labl")
    assert labels == {language: f"13. {QUESTION[language]}" for language in languages}
    assert root.get(LANG) == languages[0]


def test_what_xml_cannot_hold_is_replaced() -> None:
    title = {"zh-CN": "坏\x00字\ud800符\x0b<&>\uffff", "en": "]]> &amp; <b>"}
    root = made(counted_codebook(title=title))
    assert root.findtext(f".//{D}titl") == "坏\ufffd字\ufffd符\ufffd<&>\ufffd"
    assert root.findtext(f".//{D}parTitl") == "]]> &amp; <b>"


def test_the_same_codebook_is_the_same_document() -> None:
    one = make_ddi(counted_codebook(), code_version="1")
    assert one == make_ddi(counted_codebook(), code_version="1")
    other = replace(counted_codebook(), frequencies=None)
    assert made(other).find(f"{D}fileDscr") is None


def test_dimensions_have_words() -> None:
    for each in DIMENSIONS:
        assert set(study_words("dimensions", each)) == {"zh-CN", "en"}
        assert study_words("dimensions", each)["zh-CN"] != each
    assert dict(study_words("dimensions", "unheard_of")) == {"zh-CN": "unheard_of", "en": "unheard_of"}
