from __future__ import annotations

import pytest

from surveys.imports.labels import find_option, fold_question, option_labels, question_parts
from surveys.instruments.model import Option, Scale

SCALE = Scale(
    "satisfaction-4",
    tuple(
        Option(code, {"zh-CN": chinese, "en": english})
        for code, chinese, english in [
            (4, "非常满意", "Very satisfied"),
            (3, "满意", "Satisfied"),
            (2, "基本满意", "Fairly satisfied"),
            (1, "不满意", "Not satisfied"),
            (9, "不清楚，或不想说", "Don't know"),
        ]
    ),
    frozenset({9}),
)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("非常满意", 4),
        (" 满 意 ", 3),
        ("A.非常满意", 4),
        ("b、满意", 3),
        ("2、基本满意", 2),
        ("(4) 不满意", 1),
        ("④不满意", 1),
        ("（非常满意）", 4),
        ("Ａ．非常满意", 4),
        ("very  SATISFIED", 4),
        ("A. Satisfied", 3),
        ("don’t know", 9),
        ("不清楚或不想说", 9),
        ("不满意〖食堂太挤〗", 1),
        ("很满意", None),
        ("满意┋不满意", None),
        ("4", None),
        ("A", None),
        ("", None),
        ("√", None),
    ],
)
def test_a_cell_is_read_as_the_option_that_it_prints(cell: str, code: int | None) -> None:
    assert find_option(cell, option_labels(SCALE)) == code


def test_what_a_person_mapped_goes_before_what_the_paper_says() -> None:
    assert find_option("满意", {"满意": 2}, option_labels(SCALE)) == 2
    assert find_option("A.满意", {"a满意": 1}, option_labels(SCALE)) == 1


def test_digits_in_an_option_are_not_its_number() -> None:
    lengths = Scale("t", (Option(1, {"zh-CN": "1小时以内"}), Option(2, {"zh-CN": "2小时以内"})), frozenset())
    assert find_option("1小时以内", option_labels(lengths)) == 1
    assert find_option("1、2小时以内", option_labels(lengths)) == 2
    assert find_option("小时以内", option_labels(lengths)) is None


@pytest.mark.parametrize(
    "header",
    [
        "您满意不满意？",
        "1、您满意不满意?",
        "12. 您满意不满意？ [单选题]",
        "Q3：您满意不满意？",
        "*3.您满意不满意？（必填）",
        "第5题 您满意不满意",
        "(7) 您满意不满意？【单选题】",
        "十一、您满意不满意？",
    ],
)
def test_a_question_is_read_without_what_the_tool_puts_around_it(header: str) -> None:
    assert fold_question(header) == "您满意不满意"


def test_the_row_of_a_matrix_is_a_question_too() -> None:
    assert question_parts("3、请评价下列各项—学校的安全") == ("请评价下列各项学校的安全", "学校的安全")
    assert question_parts("2024年您去过几次？") == ("2024年您去过几次",)
