"""Names of variables: the same for ever, and taken by every program that reads the files."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.exports.dictionary import column_of, describe_version, describe_versions, digest_dictionary, variable_name
from surveys.exports.model import PaperVersion
from surveys.exports.variables import replicate_variables
from surveys.exports.words import DESIGN_NAMES
from surveys.instruments.library import library_document, library_names
from surveys.instruments.parsing import instrument_from, parse_instrument
from tests import factories
from tests.surveys.codebooks import one_question

GOLDEN = Path(__file__).with_name("variable_names.txt")
SPSS = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
STATA = {"byte", "double", "float", "if", "in", "int", "long", "strl", "using", "with"}
R = {"if", "else", "repeat", "while", "function", "for", "next", "break", "in"}
AWKWARD = [*DESIGN_NAMES, *SPSS, *STATA, *R, *keyword.kwlist, "str5", "str2045", "rw0001", "rw1000"]
IDS = st.one_of(
    st.from_regex(r"[a-z][a-z0-9_]{1,31}", fullmatch=True),
    st.builds(lambda word, times: (word + "_q" * times)[:32], st.sampled_from(AWKWARD), st.integers(0, 15)),
).filter(lambda word: re.fullmatch(r"[a-z][a-z0-9_]{1,31}", word) is not None)


def paper(
    ids: Sequence[str], *, name: str = "p", number: int = 1, languages: Sequence[str] = ("zh-CN",), **scales: Any
) -> PaperVersion:
    """A version with these items, each on its own scale where one is given, else on satisfaction-4."""
    usual = dict(factories.SATISFACTION)
    options = {"satisfaction-4": usual, **{f"own-{key.replace('_', '-')}": given for key, given in scales.items()}}
    document = factories.instrument_document(
        instrument=name,
        languages=list(languages),
        title=dict.fromkeys(languages, "题"),
        scales={
            key: {
                "options": [
                    {"code": code, "text": text if isinstance(text, dict) else dict.fromkeys(languages, text)}
                    for code, text in each.items()
                ],
                "dont_know": [9] if 9 in each else [],
            }
            for key, each in options.items()
        },
        sections=[
            {
                "id": "all",
                "title": dict.fromkeys(languages, "全部"),
                "items": [
                    {
                        "id": each,
                        "role": "background",
                        "text": dict.fromkeys(languages, each),
                        "scale": f"own-{each.replace('_', '-')}" if each in scales else "satisfaction-4",
                    }
                    for each in ids
                ],
            }
        ],
    )
    return PaperVersion(f"{name}@{number}", "0" * 64, instrument_from(document))


def names(*papers: PaperVersion) -> list[str]:
    return [each.name for each in describe_versions(papers).variables]


def assert_taken_everywhere(name: str) -> None:
    """SPSS and Stata: letters, figures and _, at most 32; R: make.names leaves it as it is; Python: an attribute."""
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name)
    assert name not in SPSS | STATA | R
    assert not re.fullmatch(r"str\d+", name) or int(name[3:]) > 2045
    assert name.isidentifier()
    assert not keyword.iskeyword(name)


def test_names_of_the_library_are_for_ever() -> None:
    """Whoever changes one breaks the scripts of all who analysed a file: add a new name, never change one."""
    golden = dict(line.split(maxsplit=1) for line in GOLDEN.read_text("utf-8").splitlines())
    found = {
        name: " ".join(names(PaperVersion(f"{name}@1", "", parse_instrument(library_document(name)))))
        for name in library_names()
    }
    assert {"beside": " ".join(DESIGN_NAMES), **found} == golden
    for line in golden.values():
        for name in line.split():
            assert_taken_everywhere(name)


def test_replicate_weights_and_items_do_not_meet() -> None:
    taken = {each.name for each in replicate_variables(1000)}
    assert taken.isdisjoint(variable_name(each) for each in sorted(taken))


@given(st.lists(IDS, unique=True, min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_names_are_taken_everywhere_and_differ(ids: list[str]) -> None:
    found = names(paper(ids))
    assert len(set(found)) == len(ids)
    assert not set(found) & {*DESIGN_NAMES, *(each.name for each in replicate_variables(1000))}
    for name in found:
        assert_taken_everywhere(name)


@given(st.lists(IDS, unique=True, min_size=2, max_size=12), st.randoms(use_true_random=False), st.data())
@settings(max_examples=15, deadline=None)
def test_names_stay_when_items_move_or_come_and_other_papers_stand_beside(
    ids: list[str], random: Any, data: st.DataObject
) -> None:
    before = {item: column_of(describe_version(paper(ids)), "p@1", item) for item in ids}
    more = data.draw(st.lists(IDS.filter(lambda item: item not in ids), unique=True, max_size=5))
    moved = [*ids, *more]
    random.shuffle(moved)
    later = describe_versions([paper(more, name="q", number=3) if more else paper(ids[:1]), paper(moved, number=2)])
    assert {item: column_of(later, "p@2", item) for item in ids} == before


def test_a_label_says_how_many_other_wordings_there_are() -> None:
    texts = [
        {"zh-CN": "一", "en": "one", "ug": "u"},
        {"zh-CN": "一", "en": "one", "ug": "v"},
        {"zh-CN": "二", "en": "one"},
        {"zh-CN": "三", "en": "two"},
    ]
    papers = [one_question(number, text) for number, text in enumerate(texts, 1)]
    for several, label in (
        (papers[:2], {"zh-CN": "一", "en": "one", "ug": "u"}),
        (papers[:3], {"zh-CN": "一（另有 1 种问法）", "en": "one", "ug": "u"}),
        (papers, {"zh-CN": "一（另有 2 种问法）", "en": "one (1 other wording)", "ug": "u"}),
    ):
        (variable,) = describe_versions(several).variables
        assert variable.label == label
        assert [each.text for each in variable.wordings] == texts[: len(several)]
    assert describe_version(papers[3]).variables[0].label == texts[3]


def test_other_options_make_another_variable() -> None:
    one, other = paper(["grade", "x1"], grade={1: "三", 2: "四"}), paper(["grade"], number=2, grade={1: "四", 2: "五"})
    first, second = names(one), names(one, other)
    assert first == ["grade", "x1"]
    assert second[:2] == first
    assert re.fullmatch(r"grade_[0-9a-f]{4}", second[2])
    assert column_of(describe_versions([one, other]), "p@2", "grade") == second[2]
    assert names(other) == ["grade"]


def test_a_translation_that_is_added_makes_no_other_variable() -> None:
    one = paper(["grade"], grade={1: "三", 2: "四"})
    both = {1: {"zh-CN": "三", "en": "3"}, 2: {"zh-CN": "四", "en": "4"}}
    described = describe_versions([one, paper(["grade"], number=2, languages=["zh-CN", "en"], grade=both)])
    (grade,) = described.variables
    assert dict(grade.values[0].label) == {"zh-CN": "三", "en": "3"}
    assert [each.options for each in grade.wordings] == [(), ()]
    assert described.languages == ("zh-CN", "en")


def test_options_in_another_order_are_the_same() -> None:
    """And what a version says is compared by codes, not by places."""
    one, other = paper(["a1"], a1={1: "甲", 2: "乙"}), paper(["a1"], number=2, a1={2: "乙", 1: "甲"})
    (found,) = describe_versions([one, other]).variables
    assert found.wordings[1].options == ()


def test_two_long_ids_that_begin_alike_stay_two_variables() -> None:
    """With other options both are cut to make room for signs of a digest."""
    long = ["satisfaction_with_the_school_a1", "satisfaction_with_the_school_b2"]
    first, second = {1: "甲", 2: "乙"}, {1: "丙", 2: "丁"}
    one = paper(long, **dict.fromkeys(long, first))
    other = paper(long, number=2, **dict.fromkeys(long, second))
    assert len(set(names(one, other))) == 4


def test_an_item_with_the_name_of_another_s_variable_is_not_mixed_up_with_it() -> None:
    one, other = paper(["grade"], grade={1: "三", 2: "四"}), paper(["grade"], number=2, grade={1: "四", 2: "五"})
    clash = names(one, other)[1]
    third = paper([clash], name="r")
    described = describe_versions([one, other, third])
    assert len({each.name for each in described.variables}) == 3
    assert {each.item for each in described.variables} == {"grade", clash}


@pytest.mark.parametrize("name", ["parent", "social"])
def test_a_version_has_one_digest(name: str) -> None:
    """Of what it says, and not of how often it is described."""
    version = PaperVersion(f"{name}@1", "a" * 64, parse_instrument(library_document(name)))
    again = PaperVersion(f"{name}@1", "a" * 64, parse_instrument(library_document(name)))
    digest = digest_dictionary(describe_version(version))
    assert digest == digest_dictionary(describe_version(again))
    assert digest != digest_dictionary(describe_version(PaperVersion(f"{name}@2", "a" * 64, version.instrument)))
    assert len(json.dumps(digest)) == 66
