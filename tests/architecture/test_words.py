"""Every code the domain can say has words, and every word has its English."""

from __future__ import annotations

import ast
import gettext
import re

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from app.messages import CATALOGUE
from tests.architecture.source import ROOT, inside, modules

TRANSLATIONS = ROOT / "app" / "translations"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def said_codes() -> set[str]:
    """First arguments of every SurveyError and Problem in the code."""
    found = set()
    for module in modules():
        for node in ast.walk(module.tree):
            name = getattr(getattr(node, "func", None), "id", None)
            if isinstance(node, ast.Call) and name in ("SurveyError", "Problem") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_code_has_words() -> None:
    assert sorted(said_codes() - set(CATALOGUE)) == []


def collected(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    out = tmp_path_factory.mktemp("texts") / "messages.pot"
    mapping = ROOT / "deploy" / "babel.cfg"
    CommandLineInterface().run(
        ["pybabel", "-q", "extract", "-F", str(mapping), "-k", "lazy_gettext", "-o", str(out), str(ROOT / "app")]
    )
    with out.open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


def test_every_text_has_its_english(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = collected(tmp_path_factory)
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        english = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    assert sorted(texts - {text for text, words in english.items() if words}) == []
    assert [text for text, words in english.items() if CHINESE.search(words) and text in texts and words == text] == []


def test_the_compiled_catalogue_is_that_of_the_texts() -> None:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        english = {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {text: compiled.gettext(text) for text in english} == english


def test_the_interface_is_written_in_chinese() -> None:
    """A text marked for translation whose msgid has no Chinese would be an English default in a Chinese page."""
    found = []
    for module in modules():
        if not inside(module.name, "app"):
            continue
        for node in ast.walk(module.tree):
            name = getattr(getattr(node, "func", None), "id", None)
            if isinstance(node, ast.Call) and name in ("_", "gettext", "lazy_gettext") and node.args:
                text = getattr(node.args[0], "value", "")
                if (
                    isinstance(text, str)
                    and re.search("[A-Za-z]{3}", re.sub(r"%\(\w+\)s", "", text))
                    and not CHINESE.search(text)
                ):
                    found.append(text)
    assert found == []
