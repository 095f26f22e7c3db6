"""What simulated people write can be written on the form, is about every theme, and has names to be taken out."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.comments.labels import LABELS
from surveys.comments.naming import without_names
from surveys.comments.themes import library_themes, themes_of
from surveys.demo.voices import SimulatedVoices
from surveys.groups import GROUPS
from surveys.instruments.library import library_document
from surveys.instruments.model import Instrument
from surveys.instruments.parsing import parse_instrument
from surveys.text import is_unreadable, tidy


def library_instrument(name: str) -> Instrument:
    return parse_instrument(library_document(name))


@pytest.fixture
def voices() -> SimulatedVoices:
    return SimulatedVoices(np.random.default_rng(5))


def test_some_of_every_group_write_and_nobody_whom_the_form_does_not_ask(voices: SimulatedVoices) -> None:
    asked, unasked = library_instrument("social"), library_instrument("student-g3-6")
    written = {group: [text for _ in range(300) if (text := voices.write(asked, group))] for group in GROUPS}
    assert all(0 < len(texts) < 150 for texts in written.values())
    assert asked.comment is not None
    for text in (text for texts in written.values() for text in texts):
        assert text == tidy(text)
        assert not is_unreadable(text)
        assert len(text) <= asked.comment.limit
    assert {voices.write(unasked, "student") for _ in range(300)} == {None}


def test_everything_that_the_page_of_comments_does_can_be_seen(voices: SimulatedVoices) -> None:
    paper = library_instrument("parent")
    parents = [text for _ in range(3_000) if (text := voices.write(paper, "parent"))]
    assert {theme for text in parents for theme in themes_of(text)} >= set(library_themes())
    labels = {label for text in parents for label in LABELS.findall(without_names(text))}
    assert labels >= {"〔姓名〕", "〔电话〕", "〔班级〕"}
