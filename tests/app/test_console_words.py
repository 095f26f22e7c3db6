"""Numbers, verdicts and what is hidden: the pure parts of the console."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.edge import Renke
from app.notices import notice_lines, stratum_word
from app.numbers import count, fixed, percent, tell_apart
from app.spreadsheets import safe
from app.verdicts import exact_sentence, plain_sentence
from surveys.hiding import SMALLEST, hide


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (84.995, 2, "85.00"), (84.99499999999999, 2, "85.00"), (84.9949, 2, "84.99"), (0.5, 0, "1"), (2.5, 0, "3"),
        (100.0, 1, "100.0"), (-0.05, 1, "-0.1"), (None, 2, "—"), (1e-12, 2, "0.00"),
    ],
)  # fmt: skip
def test_halves_go_up(value: float | None, decimals: int, shown: str) -> None:
    assert fixed(value, decimals) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.5, "50.0%"), (1.0, "100.0%"), (0.99999, ">99.9%"), (None, "—"), (0.0, "0.0%"), (1.2, "120.0%")],
)
def test_shares(share: float | None, shown: str) -> None:
    assert percent(share) == shown


def test_counts() -> None:
    assert [count(each) for each in (None, 0, 1234567, 12.5)] == ["—", "0", "1,234,567", "13"]


@pytest.mark.parametrize(("value", "shown"), [(84.996, "84.996"), (85.0, "85.00"), (84.99, "84.99"), (85.004, "85.00")])
def test_rounding_never_crosses_the_threshold(value: float, shown: str) -> None:
    assert tell_apart(value, 85, 2) == shown


@given(some.floats(84, 86), some.integers(0, 2))
def test_what_is_shown_is_on_the_side_of_the_value(value: float, decimals: int) -> None:
    shown = tell_apart(value, 85, decimals)
    if abs(value - 85) > 1e-4:
        assert (float(shown) >= 85) == (value >= 85)


# What is hidden


@given(some.dictionaries(some.integers(0, 30), some.integers(0, 40), max_size=12))
def test_nothing_hidden_can_be_taken_from_a_total(counts: dict[int, int]) -> None:
    hidden = hide(counts)
    assert {key for key, n in counts.items() if 0 < n < SMALLEST} <= hidden
    together = sum(counts[key] for key in hidden)
    shown = [n for key, n in counts.items() if key not in hidden and n]
    assert not hidden or together >= SMALLEST or not shown


# Spreadsheets


@given(some.text())
def test_no_text_is_a_formula(text: str) -> None:
    cell = safe(text)
    assert isinstance(cell, str)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell in (text, f"'{text}")


@given(some.text(alphabet=some.characters(exclude_categories=["Cs"])))
def test_text_survives_the_file(text: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow([safe(text), safe(-1.5)])
    (row,) = csv.reader(io.StringIO(written.getvalue(), newline=""))
    assert row == [safe(text), "-1.5"]


# Verdicts


def result(**changes: Any) -> dict[str, Any]:
    whole = {"value": 88.4, "low": 86.2, "high": 90.1, "se": 1.0, "n": 1234, "n_eff": 800.4, "df": 30}
    top = {"verdict": "met", "threshold": 85.0, "comparison": ">=", "level": 0.95, "decimals": 2, "reached": True}
    return {**top, **{key: value for key, value in changes.items() if key in top},
            "composite": {**whole, **{key: value for key, value in changes.items() if key in whole}}}  # fmt: skip


NO_LIMITS = {"low": None, "high": None, "verdict": "not_enough_evidence"}


@pytest.mark.parametrize(
    ("changes", "plain", "exact"),
    [
        ({}, "也达到了 85 分的要求", "整个区间满足“≥ 85”"),
        ({"verdict": "not_met", "reached": False}, "也没有达到 85 分的要求", "整个区间都不满足"),
        ({"verdict": "not_enough_evidence"}, "高于 85 分的要求，但调查误差较大", "区间跨过门槛"),
        ({"verdict": "not_enough_evidence", "reached": False, "value": 84.996}, "84.996 分，低于", "区间跨过门槛"),
        (NO_LIMITS, "算不出误差", "区间没有定义"),
        ({**NO_LIMITS, "value": None}, "没有得分，也没有结论", "没有定义"),
        ({"comparison": ">", "level": 0.9}, "88.40 分", "90% 置信区间"),
    ],
)
def test_verdicts_in_two_sentences(app: Renke, changes: dict[str, Any], plain: str, exact: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert plain in plain_sentence(result(**changes))
        assert exact in exact_sentence(result(**changes))


# Notices


def test_notices_of_a_kind_are_one_sentence(app: Renke) -> None:
    notices = [
        {"code": "low_return", "params": {"group": None, "share": 0.091, "least": 0.7}},
        {"code": "new_one", "params": {"a": 1}},
        {"code": "low_return", "params": {"group": "parent", "share": 0.22, "least": 0.7}},
    ]
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert notice_lines(notices) == [
            "有效回收率低于计分方案要求的 70.0%：全部对象 9.1%、家长 22.0%。",
            "new_one (a=1)",
        ]


def test_strata_in_words(app: Renke) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        words = [stratum_word(each) for each in ("urban.primary", "county.public", "county", "unplaced")]
    assert words == ["城区小学", "其他群众（全县）", "全县", "unplaced"]
