"""Whatever is wrong with a questionnaire can be said in people's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.messages import CATALOGUE, text_of
from app.messages.instruments import TEXTS
from surveys import instruments
from surveys.errors import SurveyError
from surveys.instruments.parsing import parse_instrument
from tests.instruments.broken import BROKEN, SOUND, Broken


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.title)
def test_every_problem_can_be_said(broken: Broken) -> None:
    with pytest.raises(SurveyError) as caught:
        parse_instrument(SOUND.replace(broken.old, broken.new))
    assert text_of(caught.value.code, caught.value.params)
    for problem in caught.value.problems:
        assert problem.code in CATALOGUE
        assert "%(" not in text_of(problem.code, problem.params)


def test_every_text_belongs_to_a_code_that_is_raised() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(*instruments.__path__).glob("*.py"))
    made = {"malformed", "shape", "section_repeated", "item_repeated", "overall_missing", "overall_repeated"}
    made |= {"conduct_repeated", "dimension_unwanted", "direction_unwanted"}  # put together from two words
    assert set(TEXTS) == set(re.findall(r'"(instrument\.\w+)"', source)) | {f"instrument.{code}" for code in made}
