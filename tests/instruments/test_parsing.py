"""A questionnaire that is wrong says everything that is wrong, each with its line and path."""

from __future__ import annotations

import json

import pytest

from surveys.errors import SurveyError
from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import DIMENSIONS, MOST_ITEMS
from surveys.instruments.parsing import SCHEMA, instrument_from, parse_instrument, read_instrument
from surveys.models import STAGES
from tests.instruments.broken import BROKEN, SOUND, UNREADABLE, Broken


def refusal(content: str | bytes) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        parse_instrument(content)
    assert caught.value.kind == "invalid"
    return caught.value


def test_the_sound_document_is_sound() -> None:
    paper = parse_instrument(SOUND)
    assert [item.id for item in paper.items] == ["home", "teaching", "all"]
    assert paper.items[1].scale.codes == {4, 3, 2, 1, 9}
    assert (paper.items[1].direction, paper.items[1].required, paper.items[0].required) == (1, True, False)
    assert paper.comment is not None
    assert paper.comment.limit == 200


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.title)
def test_every_problem_has_its_place(broken: Broken) -> None:
    assert SOUND.count(broken.old) == 1
    text = SOUND.replace(broken.old, broken.new)
    error = refusal(text)
    assert error.code == broken.error
    assert [problem.code for problem in error.problems] == [code for code, _, _ in broken.problems]
    for problem, (_, path, words) in zip(error.problems, broken.problems, strict=True):
        assert path is None or problem.path == path
        assert problem.line is not None
        assert words in text.splitlines()[problem.line - 1]


@pytest.mark.parametrize(("content", "code", "line"), [case[1:] for case in UNREADABLE], ids=[c[0] for c in UNREADABLE])
def test_what_cannot_be_read_says_why(content: str | bytes, code: str, line: int | None) -> None:
    error = refusal(content)
    assert error.code == "instrument.malformed"
    (problem,) = error.problems
    assert problem.code == code
    assert line is None or problem.line == line


def test_more_items_than_a_response_can_hold() -> None:
    document = read_instrument(SOUND)
    teaching = document["sections"][1]["items"][0]
    document["sections"][1]["items"] += [teaching | {"id": f"more{number}"} for number in range(MOST_ITEMS - 2)]
    error = refusal(json.dumps(document, ensure_ascii=False))
    (problem,) = error.problems
    assert (problem.code, problem.value) == ("instrument.items_too_many", str(MOST_ITEMS + 1))


def test_pupils_need_no_option_for_not_knowing() -> None:
    changed = SOUND.replace("[parent]", "[student]").replace("scale: satisfaction-4\n", "scale: place\n")
    assert parse_instrument(changed).items[1].scale.dont_know == frozenset()


def test_one_adult_among_pupils_needs_it() -> None:
    changed = SOUND.replace("[parent]", "[student, parent]").replace("scale: satisfaction-4\n", "scale: place\n")
    assert [problem.code for problem in refusal(changed).problems] == ["instrument.dont_know_missing"]


def test_bytes_with_a_mark_read_like_text() -> None:
    assert parse_instrument(b"\xef\xbb\xbf" + SOUND.encode()) == parse_instrument(SOUND)


def test_a_code_written_with_a_point_is_the_same_code() -> None:
    (first, *_) = parse_instrument(SOUND.replace("{code: 4,", "{code: 4.0,")).items[1].scale.options
    assert first.code == 4
    assert isinstance(first.code, int)


def test_a_stored_document_gives_the_same_paper() -> None:
    for name in library_names():
        stored = json.loads(json.dumps(read_instrument(library_document(name))))
        assert instrument_from(stored) == parse_instrument(library_document(name))


def test_the_schema_is_closed_at_every_level() -> None:
    def check(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                # False, or a schema for the values where people choose the keys, whose form is then given
                assert node["additionalProperties"] is False or "propertyNames" in node
            for child in node.values():
                check(child)

    check(json.loads(SCHEMA.read_text("utf-8")))


def test_the_official_frame_has_eight_headings_and_schools_six_stages() -> None:
    assert len(DIMENSIONS) == 8
    assert len(STAGES) == 6
