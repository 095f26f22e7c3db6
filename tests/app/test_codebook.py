"""Codebooks as people and programs get them: read again by other libraries, in every language and script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import html5lib
import pypdfium2
import pytest
from flask_babel import force_locale
from lxml import etree

from app.cli.edge import REFUSED
from app.codebook import KINDS, render_codebook
from app.codebook.laying import ROLES
from app.console.noting import TAKEN
from app.edge import Renke
from app.i18n import LANGUAGES
from app.words import CHANNELS, DIMENSIONS, GROUPS, LOCALITIES, STAGES, Words
from surveys import campaigns, trail
from surveys.exports.codebook import Codebook, codebook_of
from surveys.exports.model import PaperVersion
from surveys.exports.words import keys_of, study_words, values_of
from surveys.instruments.library import library_document
from surveys.instruments.parsing import parse_instrument
from tests import factories
from tests.app.desk import Desk, add_people
from tests.surveys import studied
from tests.surveys.codebooks import OPTIONS, QUESTION, counted_codebook, large_codebook
from tests.surveys.test_ddi import schema

DATABASES = ("sqlite",)
ADDRESS = "/console/campaigns/newer/codebook"
TURNED = str.maketrans("", "", "\u200b\u200e\u200f\u202a\u202c\ufeff")


def page(codebook: Any, language: str = "zh-CN") -> str:
    return render_codebook(codebook, kind="html", language=language).decode()


def pages(content: bytes) -> list[str]:
    """The text of each page, as it is read out, without spaces."""
    with pypdfium2.PdfDocument(content) as document:
        texts = [each.get_textpage().get_text_range() for each in document]
    return ["".join(text.split()).translate(TURNED) for text in texts]


@pytest.fixture
def spoken(app: Renke) -> Iterator[Renke]:
    with app.app_context():
        yield app


# HTML


def test_the_page_is_whole_in_itself(spoken: Renke) -> None:
    text = page(counted_codebook())
    html5lib.HTMLParser(strict=True).parse(text)
    assert "<script" not in text
    assert not re.search(r"\b(src|srcset|@import|url\()", text)
    assert {each[0] for each in re.findall(r'href="(.)', text)} == {"#"}
    targets = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= targets
    assert len(re.findall(r'id="([^"]+)"', text)) == len(targets)


def test_every_variable_has_its_block(spoken: Renke) -> None:
    codebook = counted_codebook()
    text = page(codebook)
    for each in codebook.dictionary.variables:
        assert f'id="v-{each.name}"' in text
        for words in each.label.values():
            assert words in text
    assert "模拟数据" in text
    assert "40.0%" in text
    assert "33.3%" in text


def test_without_data_there_is_no_figure(spoken: Renke) -> None:
    codebook = replace(counted_codebook(), frequencies=None)
    assert "%" not in re.sub(r"<style>.*?</style>", "", page(codebook), flags=re.DOTALL).replace("≥80%", "").replace(
        "≥50%", ""
    ).replace("&lt;50%", "").replace("80 %", "").replace("50 %", "")
    assert not {"frequencies"} & set(json.loads(render_codebook(codebook, kind="json", language="en")))


def test_text_of_a_questionnaire_is_no_markup(spoken: Renke) -> None:
    title = {"zh-CN": "<script>alert(1)</script>", "en": '"><b>&amp;'}
    text = page(counted_codebook(title=title))
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_scripts_run_their_own_way(spoken: Renke) -> None:
    text = page(large_codebook(items=2))
    assert f'<span lang="ug" dir="rtl" class="other">1. {QUESTION["ug"]}</span>' in text
    assert 'lang="zh-CN" dir="ltr" class="first"' in text
    english = page(large_codebook(items=2), "en")
    assert '<span lang="en" dir="ltr" class="first">1. ' in english


def test_replicate_weights_are_one_block(spoken: Renke) -> None:
    from surveys.exports.variables import replicate_variables

    codebook = counted_codebook()
    many = (*codebook.dictionary.variables, *replicate_variables(300))
    text = page(replace(codebook, dictionary=replace(codebook.dictionary, variables=many)))
    assert "rw0001 – rw0300" in text
    assert "rw0002" not in text


def test_codes_that_are_no_opinion_are_marked_so_whatever_their_label(spoken: Renke) -> None:
    codebook = read_library("parent")
    relation = next(each for each in codebook.dictionary.variables if each.name == "relation")
    assert [(each.code, each.label["zh-CN"]) for each in relation.values if each.dont_know] == [(9, "不想说")]
    text = page(codebook)
    marked = sum(value.dont_know for each in codebook.dictionary.variables for value in each.values)
    assert text.count('<span class="remark">不清楚或不想说</span>') == marked
    block = text[text.index('<h3 id="v-relation"') :]
    assert "不了解" not in block[: block.index("</article>")]


def test_wordings_of_several_papers_are_all_shown(spoken: Renke) -> None:
    codebook = read_library("parent", "student-g7-9", "social")
    overall = next(each for each in codebook.dictionary.variables if each.name == "overall")
    others = {each.text["zh-CN"] for each in overall.wordings}
    assert len(others) > 1
    assert overall.label["zh-CN"].endswith(f"（另有 {len(others) - 1} 种问法）")
    text = page(codebook)
    block = text[text.index('<h3 id="v-overall"') :]
    for words in (overall.label["zh-CN"], *others):
        assert words in block[: block.index("</article>")]


def read_library(*names: str) -> Codebook:
    return codebook_of(
        [PaperVersion(f"{each}@1", "0" * 64, parse_instrument(library_document(each))) for each in names]
    )


# PDF


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Questionnaire for pupils (grades 3 to 6) · Questionnaire for parents", None),
        ("满意" * 22, None),
        ("满意" * 23, "满意" * 22 + " …"),
        ("Satisfied " * 9, "Satisfied " * 7 + "Satisfied …"),
        (
            "Questionnaire for parents · " * 4,
            "Questionnaire for parents · Questionnaire for parents · Questionnaire for parents …",
        ),
    ],
)
def test_the_head_of_a_page_is_cut_between_words(spoken: Renke, title: str, shown: str | None) -> None:
    codebook = counted_codebook()
    codebook = replace(codebook, study=replace(codebook.study, title={"zh-CN": title}))
    third = pages(render_codebook(codebook, kind="pdf", language="zh-CN"))[2]
    assert "".join(f"{shown or title}·编码手册".split()) in third.replace("・", "·")


def test_the_print_has_contents_and_every_variable(spoken: Renke) -> None:
    codebook = counted_codebook()
    read = pages(render_codebook(codebook, kind="pdf", language="zh-CN"))
    assert "某县社会认可度调查(模拟数据)" in read[0].replace("（", "(").replace("）", ")")
    assert "编码手册" in read[0]
    assert "目录" in read[1]
    for number, text in enumerate(read, 1):
        assert f"—{number}—" in text
    whole = "".join(read)
    for each in codebook.dictionary.variables:
        assert each.name in whole
    for words in ("非常满意", "40.0%", "33.3%", "未作答", "不是回答"):
        assert words in whole


def test_a_large_paper_in_three_scripts_is_printed(spoken: Renke) -> None:
    content = render_codebook(large_codebook(items=24, languages=("zh-CN", "ug", "bo")), kind="pdf", language="zh-CN")
    whole = "".join(pages(content))
    assert whole.count("非常满意") == 24
    assert "མི་ཤེས" in whole
    fonts = set()
    with pypdfium2.PdfDocument(content) as document:
        for each in document[3].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            fonts.add(each.get_font().get_base_name().split("+")[-1])
    assert {"NotoSansSC-Regular", "NotoNaskhArabic", "NotoSerifTibetan"} <= {
        re.sub(r"-Regular$", "", each) if "SC" not in each else each for each in fonts
    }


def test_the_same_codebook_is_the_same_file(spoken: Renke) -> None:
    for kind in KINDS:
        one, other = (render_codebook(counted_codebook(), kind=kind, language="en") for _ in range(2))
        assert one == other


# All formats of a large paper


def test_all_formats_of_250_questions(spoken: Renke) -> None:
    codebook = large_codebook()
    schema().assertValid(etree.fromstring(render_codebook(codebook, kind="ddi", language="zh-CN")))
    data = json.loads(render_codebook(codebook, kind="json", language="zh-CN"))
    assert [each["name"] for each in data["variables"]] == [each.name for each in codebook.dictionary.variables]
    assert data["variables"][122]["label"]["ug"] == f"123. {QUESTION['ug']}"
    text = page(codebook)
    assert text.count("<article") == 250
    for _code, words in OPTIONS:
        assert text.count(f">{words['ug']}</span>") == 250


# Words


@pytest.mark.parametrize(
    ("codes", "words"), [("groups", GROUPS), ("stages", STAGES), ("localities", LOCALITIES), ("channels", CHANNELS)]
)
def test_words_of_files_are_those_of_the_pages(spoken: Renke, codes: str, words: Words) -> None:
    labels = dict(zip(keys_of(codes), values_of(codes), strict=True))
    assert list(labels) == list(words)
    for language, locale in LANGUAGES.items():
        with force_locale(locale):
            assert {key: value.label[language] for key, value in labels.items()} == {
                key: str(word) for key, word in words.items()
            }


@pytest.mark.parametrize(("topic", "words"), [("dimensions", DIMENSIONS), ("roles", ROLES)])
def test_words_of_the_study_are_those_of_the_pages(spoken: Renke, topic: str, words: Words) -> None:
    """A word that the catalogue does not have yet is Chinese; that it must have it is another test's."""
    for language, locale in LANGUAGES.items():
        with force_locale(locale):
            shown = {key: str(word) for key, word in words.items()}
        for key in words:
            assert shown[key] in (study_words(topic, key)[language], study_words(topic, key)["zh-CN"])


# The console


@pytest.fixture
def asked(app: Renke) -> Renke:
    """A closed survey with its score, and an open one."""
    with app.database.begin() as session:
        studied.ask(session)
    add_people(app)
    return app


def signed_in(app: Renke, name: str) -> Desk:
    desk = Desk(app.test_client())
    desk.sign_in(name)
    return desk


def test_readers_take_the_codebook_without_figures(asked: Renke) -> None:
    desk = signed_in(asked, "officer")
    for kind in KINDS.values():
        answer = desk.client.get(f"{ADDRESS}.{kind.suffix}")
        assert (answer.status_code, answer.content_type) == (200, kind.content)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="newer-codebook-zh-CN.{kind.suffix}"'
    data = json.loads(desk.client.get(f"{ADDRESS}.json?language=xx").data)
    assert "frequencies" not in data
    assert [each["name"] for each in data["variables"]] == ["teaching", "homework", "overall"]
    assert desk.client.get(f"{ADDRESS}.docx").status_code == 404
    assert desk.client.get("/console/campaigns/unheard/codebook.pdf").status_code == 404
    links = desk.get("/console/campaigns/newer").links()
    assert {f"{ADDRESS}.{kind.suffix}" for kind in KINDS.values()} <= links
    assert f"{ADDRESS}.pdf?frequencies=1" not in links
    assert f"{ADDRESS}.pdf" in desk.get("/console/campaigns/newer/papers/student/tiny").links()
    assert desk.client.get(f"{ADDRESS}.json?frequencies=1").status_code == 403
    assert signed_in(asked, "caller").client.get(f"{ADDRESS}.json").status_code == 403
    assert taken(asked) == []


def test_frequencies_are_for_analysts_once_a_survey_is_closed_and_told(asked: Renke) -> None:
    desk = signed_in(asked, "analyst")
    data = json.loads(desk.client.get(f"{ADDRESS}.json?frequencies=1").data)
    assert data["frequencies"]["rows"] == 841
    assert sum(each["n"] for each in data["frequencies"]["of"]["teaching"]["counts"]) == 841
    assert taken(asked) == [("analyst", {"what": "codebook_file", "evaluation": 1})]
    assert f"{ADDRESS}.pdf?frequencies=1" in desk.get("/console/campaigns/newer").links()
    assert desk.client.get("/console/campaigns/tiny/codebook.json").status_code == 200
    refused = desk.get("/console/campaigns/tiny/codebook.json?frequencies=1")
    assert refused.status == 409
    assert "还没有结束" in refused.words


def taken(app: Renke) -> list[tuple[str, dict[str, Any]]]:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="newer", now=factories.NOW)
        deeds = trail.list_deeds(session, campaign_id=campaign.id)
    return [(each.by, dict(each.facts)) for each in deeds if each.action == TAKEN]


# The shell


def test_the_command_writes_every_format_and_counts_what_is_closed(asked: Renke, tmp_path: Path) -> None:
    run = asked.test_cli_runner().invoke
    for kind, expected in (("html", b"<!doctype"), ("pdf", b"%pdf"), ("xml", b"<?xml"), ("json", b"{")):
        file = tmp_path / f"tiny.{kind}"
        result = run(args=["codebook", "tiny@1", "--out", str(file)])
        assert result.exit_code == 0, result.output
        assert file.read_bytes().lstrip().lower().startswith(expected)
    run(args=["codebook", "parent", "teacher", "--format", "json", "--out", str(tmp_path / "two")])
    data = json.loads((tmp_path / "two").read_bytes())
    assert [each["version"] for each in data["versions"]] == ["parent@library", "teacher@library"]
    file, again = tmp_path / "c.json", tmp_path / "d.json"
    assert run(args=["codebook", "--campaign", "newer", "--frequencies", "--out", str(file)]).exit_code == 0
    assert json.loads(file.read_bytes())["frequencies"]["rows"] == 841
    assert taken(asked) == [(trail.AT_THE_SHELL, {"what": "codebook"})]
    refused = run(args=["codebook", "--campaign", "tiny", "--frequencies", "--out", str(again)])
    assert refused.exit_code == REFUSED
    assert "还没有结束" in refused.output
    assert not again.exists()


REFUSALS: list[tuple[list[str], int, str]] = [
    (["nobody@3"], REFUSED, "没有发布过问卷"),
    (["../x"], REFUSED, "没有发布过问卷"),
    (["tiny@999"], REFUSED, "没有发布过问卷"),
    (["tiny@99999999999999999999"], REFUSED, "没有发布过问卷"),
    (["no-such-paper"], REFUSED, "问卷库里没有"),
    ([], 2, "只写一种"),
    (["tiny", "--campaign", "newer"], 2, "只写一种"),
    (["tiny", "--frequencies"], 2, "--campaign"),
    (["--campaign", "unheard"], REFUSED, "unheard"),
]


def test_the_command_refuses(app: Renke, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    for given, code, words in REFUSALS:
        result = app.test_cli_runner().invoke(args=["codebook", *given, "--out", str(file)])
        assert (given, result.exit_code, words in result.output) == (given, code, True), result.output
        assert not file.exists()
    result = app.test_cli_runner().invoke(args=["codebook", "parent", "--out", str(tmp_path / "x.doc")])
    assert (result.exit_code, "--format" in result.output) == (2, True)
