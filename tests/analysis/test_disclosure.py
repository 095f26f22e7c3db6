"""What is hidden stays hidden, and what leaks is found."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.disclosure import (
    Crossed,
    ShareRule,
    Table,
    audit,
    find_small,
    make_table,
    protect,
    protect_crossed,
    show_shares,
    two_way,
)
from analysis.errors import AnalysisError

tables = st.integers(2, 5).flatmap(
    lambda rows: st.integers(2, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 40), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def nested(counts: list[list[int]]) -> Table:
    return two_way(counts, [np.arange(len(counts)) % 2])


def mark(table: Table, *cells: int) -> np.ndarray:
    marks = np.zeros(table.value.size, bool)
    marks[list(cells)] = True
    return marks


def by_brute_force(table: Table, hidden: np.ndarray) -> np.ndarray:
    """Two dense programmes for each hidden cell, without any of the short cuts."""
    cells = np.flatnonzero(hidden)
    matrix, sums = table.margins[:, cells].toarray(), -(table.margins @ np.where(hidden, 0, table.value))
    limits = [(low, None if np.isinf(high) else high) for low, high in zip(table.least, table.most, strict=True)]
    ends = []
    for place in range(cells.size):
        aim = np.eye(cells.size)[place]
        for sign in (1, -1):
            outcome = linprog(sign * aim, A_eq=matrix, b_eq=sums, bounds=[limits[cell] for cell in cells])
            ends.append(sign * outcome.fun if outcome.status == 0 else np.inf)
    return np.array(ends).reshape(-1, 2)


# Tables


def test_two_way_adds_up() -> None:
    table = two_way([[1, 2], [3, 4], [5, 6]], [[0, 1, 0]])
    assert table.value.reshape(-1, 3).tolist() == [
        [1, 2, 3],
        [3, 4, 7],
        [5, 6, 11],
        [6, 8, 14],
        [3, 4, 7],
        [9, 12, 21],
    ]
    assert not (table.margins @ table.value).any()
    assert table.margins.shape[0] == 6 + 3 * 2 + 3  # one sum a unit, and one a unit above it and column


def test_a_level_of_one_unit_is_the_top() -> None:
    assert two_way([[1, 2], [3, 4]], [[0, 0]]).value.tolist() == two_way([[1, 2], [3, 4]]).value.tolist()


@pytest.mark.parametrize(
    ("counts", "margins", "says"),
    [
        ([1, 2, 4], [(2, [0, 1])], "sum 0: the parts exceed the total by -1"),
        ([1.5, -1, np.nan], [], "cell 0 is 1.5; cell 1 is -1.0; cell 2 is nan"),
        ([1, 2, 3], [(2, [0, 7])], "sum 0 names cell 7 of 3"),
        ([1, 2, 3], [(2, [0, 0])], "sum 0 names a cell twice"),
        ([1, 2, 3], [(2, [])], "sum 0 has no parts"),
        ([], [], "counts have shape (0,)"),
    ],
)
def test_tables_that_do_not_fit(counts: list[float], margins: list[tuple[int, list[int]]], says: str) -> None:
    with pytest.raises(AnalysisError) as raised:
        make_table(counts, margins)
    assert says in raised.value.got
    assert raised.value.hint


def test_bounds_that_everybody_knows_must_hold() -> None:
    with pytest.raises(AnalysisError, match="cell 1 is 5, known to lie from 0 to 3"):
        make_table([1, 5, 6], [(2, [0, 1])], most=[9, 3, 9])


@pytest.mark.parametrize("nesting", [[[0]], [[0, -1]], [[0.5, 1.0]]])
def test_nesting_that_does_not_fit(nesting: list[list[float]]) -> None:
    with pytest.raises(AnalysisError, match="nesting"):
        two_way([[1, 2], [3, 4]], nesting)


def test_two_way_wants_two_ways() -> None:
    with pytest.raises(AnalysisError, match="rows, columns"):
        two_way([1, 2, 3])


# The auditor


@settings(max_examples=40, deadline=None)
@given(tables, st.data())
def test_one_hidden_child_is_found(counts: list[list[int]], data: st.DataObject) -> None:
    table = nested(counts)
    cell = data.draw(st.integers(0, table.value.size - 1))
    found = audit(table, mark(table, cell))
    assert found.exposed.tolist() == [cell]
    assert found.low.tolist() == found.high.tolist() == [table.value[cell]]


def test_hiding_every_small_cell_is_not_enough() -> None:
    table = two_way([[4, 20, 30], [25, 6, 40], [31, 32, 33]])
    found = audit(table, find_small(table.value))
    assert found.recoverable.all()
    assert found.value.tolist() == found.low.tolist() == found.high.tolist() == [4, 6]


def test_a_square_of_hidden_cells_by_hand() -> None:
    """Rows of 10 and 14, columns of 12 and 12, all four inside hidden: x runs from max(0, 12 - 14) to min(10, 12)."""
    table = two_way([[3, 7], [9, 5]])
    found = audit(table, mark(table, 0, 1, 3, 4))
    assert np.column_stack([found.low, found.high]).tolist() == [[0, 10], [0, 10], [2, 12], [2, 12]]
    assert found.safe
    assert not audit(table, mark(table, 0, 1, 3, 4), protection=5.5).safe


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=2), st.data())
def test_ranges_are_those_of_all_tables_that_fit(counts: list[list[int]], data: st.DataObject) -> None:
    table = two_way(counts)
    inner = [row * 4 + column for row in range(2) for column in range(3)]
    cells = data.draw(st.lists(st.sampled_from(inner), min_size=1, unique=True))
    hidden = mark(table, *cells)
    fitting = []
    for guess in product(range(13), repeat=min(len(cells), 3)):
        trial = table.value.copy()
        if len(cells) > 3:
            return  # too many to try them all
        trial[cells] = guess
        if not (table.margins @ trial).any():
            fitting.append(trial[np.flatnonzero(hidden)])
    found = audit(table, hidden)
    assert found.low.tolist() == np.min(fitting, axis=0).tolist()
    assert found.high.tolist() == np.max(fitting, axis=0).tolist()


@settings(max_examples=12, deadline=None)
@given(tables, st.data())
def test_ranges_are_those_of_single_programmes(counts: list[list[int]], data: st.DataObject) -> None:
    table = nested(counts)
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=table.value.size, max_size=table.value.size)))
    found = audit(table, hidden)
    ends = by_brute_force(table, hidden)
    np.testing.assert_allclose(found.low, np.ceil(ends[:, 0] - 1e-6))
    np.testing.assert_allclose(found.high, np.floor(ends[:, 1] + 1e-6))


@settings(max_examples=30, deadline=None)
@given(tables, st.data())
def test_order_of_rows_does_not_matter(counts: list[list[int]], data: st.DataObject) -> None:
    rows = len(counts)
    order = data.draw(st.permutations(range(rows)))
    hidden = np.zeros((rows + 1, len(counts[0]) + 1), bool)
    hidden[:rows, :-1] = find_small(counts, smallest=12)
    there, back = two_way(counts), two_way([counts[row] for row in order])
    first = audit(there, hidden.ravel())
    second = audit(back, hidden[[*order, rows]].ravel())
    as_table = np.full((2, *hidden.shape), np.nan)
    as_table[0].flat[first.cell], as_table[1].flat[first.cell] = first.low, first.high
    other = np.full_like(as_table, np.nan)
    other[0].flat[second.cell], other[1].flat[second.cell] = second.low, second.high
    np.testing.assert_array_equal(as_table[:, [*order, rows]], other)


def test_nothing_hidden_is_nothing_to_find() -> None:
    found = audit(two_way([[1, 2], [3, 4]]), np.zeros(9, bool))
    assert found.safe
    assert not found.cell.size


def test_a_hidden_total_ends_nowhere() -> None:
    table = make_table([4, 20, 24], [(2, [0, 1])])
    found = audit(table, mark(table, 0, 2))
    assert found.high.tolist() == [np.inf, np.inf]
    assert found.low.tolist() == [0, 20]


def test_saying_why_a_cell_is_hidden_gives_it_away() -> None:
    """4 and 12 of 16 may be anything from 0 to 16, until the table says which of the two is under ten."""
    counts, margins, hidden = [4, 12, 30, 46], [(3, [0, 1, 2])], np.array([True, True, False, False])
    assert audit(make_table(counts, margins), hidden).high.tolist() == [16, 16]
    told = audit(make_table(counts, margins, least=[1, 10, 0, 0], most=[9, np.inf, np.inf, np.inf]), hidden)
    assert told.low.tolist() == [1, 10]
    assert told.high.tolist() == [6, 15]
    assert told.recoverable.all()


def test_what_everybody_knows_cannot_be_hidden() -> None:
    """One principal at most in each school: the range 0 to 1 is all there is to keep."""
    table = two_way([[1, 30], [0, 40], [1, 50]], most=np.array([[1, np.inf], [1, np.inf], [1, np.inf]]))
    pairs = audit(table, mark(table, 0, 1, 3, 4))
    assert (pairs.high - pairs.low)[[0, 2]].tolist() == [1, 1]
    assert not pairs.recoverable[[0, 2]].any()
    assert audit(table, mark(table, 0)).exposed.tolist() == [0]


@pytest.mark.parametrize("hidden", [np.zeros(3, bool), np.zeros((3, 3), bool), [True] * 8])
def test_marks_that_do_not_fit(hidden: np.ndarray) -> None:
    with pytest.raises(AnalysisError, match="9 marks"):
        audit(two_way([[1, 2], [3, 4]]), hidden)
    with pytest.raises(AnalysisError, match="true or false, got hidden: values of type float64"):
        audit(two_way([[1, 2], [3, 4]]), np.zeros(9))  # type: ignore[arg-type]


@pytest.mark.parametrize("protection", [0, -1, np.nan, np.inf])
def test_a_protection_of_nobody(protection: float) -> None:
    with pytest.raises(AnalysisError, match="above 0"):
        audit(two_way([[1, 2], [3, 4]]), np.zeros(9, bool), protection=protection)


# Suppression


@settings(max_examples=15, deadline=None)
@given(tables)
def test_what_is_protected_is_not_recoverable(counts: list[list[int]]) -> None:
    table = nested(counts)
    made = protect(table)
    assert made.audit.safe
    assert not made.notices
    ends = by_brute_force(table, made.hidden)
    assert np.all(ends[:, 1] - ends[:, 0] >= 10 - 1e-6)
    shown = table.value[~made.hidden]
    assert np.all((shown == 0) | (shown >= 10))
    np.testing.assert_array_equal(made.hidden, made.small | made.complementary)
    assert not (made.small & made.complementary).any()


@settings(max_examples=12, deadline=None)
@given(tables, st.integers(2, 20), st.integers(1, 12))
def test_other_limits_hold_too(counts: list[list[int]], smallest: int, protection: int) -> None:
    table = two_way(counts)
    made = protect(table, smallest=smallest, protection=protection)
    assert made.audit.safe
    assert np.all(made.audit.high - made.audit.low >= 2 * protection)
    assert np.all(made.hidden[find_small(table.value, smallest=smallest)])


def cube(counts: np.ndarray) -> Table:
    """A table of three ways with all its totals, where ends of ranges need not be whole."""
    whole = counts
    for axis in range(3):
        whole = np.concatenate([whole, whole.sum(axis=axis, keepdims=True)], axis=axis)
    cells = np.arange(whole.size).reshape(whole.shape)
    margins = []
    for axis in range(3):
        lines = np.moveaxis(cells, axis, -1).reshape(-1, whole.shape[axis])
        margins += [(int(line[-1]), line[:-1].tolist()) for line in lines]
    return make_table(whole.ravel(), margins)


@settings(max_examples=4, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=12, max_size=12))
def test_three_ways_are_protected_too(counts: list[int]) -> None:
    table = cube(np.reshape(counts, (2, 2, 3)))
    made = protect(table)
    assert made.audit.safe
    ends = by_brute_force(table, made.hidden)
    assert np.all(np.floor(ends[:, 1] + 1e-6) - np.ceil(ends[:, 0] - 1e-6) >= 10)


def test_the_next_smallest_goes_too() -> None:
    table = make_table([4, 50, 12, 30, 96], [(4, [0, 1, 2, 3])])
    made = protect(table)
    assert made.small.tolist() == [True, False, False, False, False]
    assert made.complementary.tolist() == [False, False, True, False, False]


def test_two_small_ones_may_need_a_third() -> None:
    table = make_table([4, 3, 12, 30, 49], [(4, [0, 1, 2, 3])])
    assert protect(table).hidden.tolist() == [True, True, True, False, False]
    table = make_table([4, 6, 12, 30, 52], [(4, [0, 1, 2, 3])])
    assert protect(table).hidden.tolist() == [True, True, False, False, False]


def test_where_no_child_is_left_the_total_goes() -> None:
    table = make_table([4, 0, 4, 60, 64], [(2, [0, 1]), (4, [2, 3])])
    assert protect(table).hidden.tolist() == [True, False, True, True, False]


def test_principals_of_a_school_are_withheld_whatever_their_number() -> None:
    table = two_way([[12, 300], [14, 280], [11, 400]])
    principals = np.zeros((4, 3), bool)
    principals[:3, 0] = True
    made = protect(table, withhold=principals.ravel())
    assert made.hidden[principals.ravel()].all()
    assert made.audit.safe
    assert set(np.flatnonzero(principals.ravel())) <= set(made.audit.cell)
    assert not made.small.any()


def test_a_total_that_is_not_printed_may_be_worked_out() -> None:
    table = two_way([[20, 30], [40, 50]])
    absent = mark(table, 2, 5)
    made = protect(table, absent=absent)
    np.testing.assert_array_equal(made.hidden, absent)
    assert not made.audit.cell.size


def test_what_cannot_be_hidden_is_said() -> None:
    """Everybody knows the total, 4, and that nobody is in the other cell."""
    table = make_table([4, 0, 4], [(2, [0, 1])], least=[0, 0, 4], most=[50, 0, 4])
    made = protect(table)
    assert [notice.code for notice in made.notices] == ["cannot_hide"]
    assert made.notices[0].params == {"cells": [0]}


def test_a_county_of_200_schools() -> None:
    random = np.random.default_rng(22)
    usual = np.array([60, 60, 25, 1.5, 0.6, 0.5, 5.0])
    counts = random.poisson(usual * random.lognormal(0, 0.7, (200, 1)))
    table = two_way(counts, [np.arange(200) % 16])
    small = find_small(table.value)
    assert not audit(table, small).safe
    made = protect(table)
    assert made.audit.safe
    assert made.complementary.sum() < small.sum()


@pytest.mark.parametrize(("counts", "smallest"), [([-1], 10), ([np.nan], 10), ([3], 0)])
def test_small_of_what(counts: list[float], smallest: int) -> None:
    with pytest.raises(AnalysisError):
        find_small(counts, smallest=smallest)


# Shares


def test_everybody_alike_is_blurred() -> None:
    shown = show_shares([9, 10, 39, 40, 0, 0, 24], [9, 10, 39, 40, 10, 100, 25])
    assert shown.kind == ("hidden", "above", "above", "above", "below", "below", "value")
    np.testing.assert_array_equal(shown.value, [np.nan, 0.95, 0.95, 0.98, 0.05, 0.02, 0.96])


def test_shares_are_rounded_by_size() -> None:
    shown = show_shares([100, 171, 172], [199, 200, 1000], share=[0.505, 0.8545, 0.1725])
    assert shown.digits.tolist() == [0, 1, 1]
    np.testing.assert_allclose(shown.value, [0.51, 0.855, 0.173])


def test_rounding_never_makes_everybody_alike() -> None:
    shown = show_shares([149], [150], share=[0.999])
    assert shown.kind == ("above",)
    assert shown.value.tolist() == [0.98]


def test_a_few_others_can_be_blurred_too() -> None:
    rule = ShareRule(fewest=3)
    shown = show_shares([24, 23, 13, 2, 500], [25, 25, 15, 150, 502], rule=rule)
    assert shown.kind == ("above", "value", "value", "below", "above")


@given(st.integers(0, 400), st.integers(0, 400))
def test_yes_and_no_mirror_each_other(yes: int, no: int) -> None:
    there, back = show_shares([yes], [yes + no]), show_shares([no], [yes + no])
    mirror = {"above": "below", "below": "above", "value": "value", "hidden": "hidden"}
    assert back.kind[0] == mirror[there.kind[0]]
    if there.kind[0] in ("above", "below"):
        assert there.value[0] == pytest.approx(1 - back.value[0])
    if there.kind[0] == "value":
        assert abs(there.value[0] - yes / (yes + no)) <= (0.005 if yes + no < 200 else 0.0005) + 1e-9
        assert 0 < there.value[0] < 1 or yes + no >= 200


@pytest.mark.parametrize(
    ("yes", "n", "share", "says"),
    [
        ([3], [2], None, "1 with more positive than people"),
        ([-1], [2], None, "negative or not finite"),
        ([1, 2], [2], None, "shapes"),
        ([1], [20], [1.2], "outside 0 to 1"),
        ([1], [20], [0.5, 0.5], "shares of shape"),
        ([20], [20], [0.7], "all answered alike"),
    ],
)
def test_shares_that_do_not_fit(yes: list[float], n: list[float], share: list[float] | None, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        show_shares(yes, n, share=share)


def test_rules_that_do_not_fit() -> None:
    with pytest.raises(AnalysisError) as raised:
        ShareRule(smallest=5, bands=((40, 0.02), (10, 0.7)), fewest=0)
    assert all(part in raised.value.got for part in ("bands start", "distances", "fewest 0"))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_quick_way_hides_what_the_auditor_wants_hidden(seed: int) -> None:
    """Schools by groups as a network: the linear programmes of `audit` find no range that is too narrow."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(2, 7)), int(rng.integers(2, 5))
    n = rng.choice([0, 3, 8, 12, 30, 90], size=(rows, columns))
    shown = n.sum(axis=0) >= 10
    share = np.full(n.shape, 0.5)
    whole = np.full(rows, 0.5)
    table = Crossed(n, n * 1.0, share, share, share, whole, whole, shown, np.zeros(rows, bool))
    found = protect_crossed(table, smallest=10, protection=5, fewest=1)
    assert found.cells[(n > 0) & (n < 10)].all()
    marks = np.zeros((rows + 1, columns + 1), bool)
    marks[:rows, :columns], marks[:rows, columns], marks[rows, :columns] = found.cells, found.rows, ~shown
    every = two_way(n)
    checked = audit(every, marks.ravel() & (every.value > 0))
    inside = (checked.cell // (columns + 1) < rows) & (checked.cell % (columns + 1) < columns)
    place = np.unravel_index(checked.cell[inside], marks.shape)
    lone = (n > 0).sum(axis=0)[place[1]] == 1  # such a cell is its column's total
    given_up = found.exposed[place] | (~shown).sum() == 1
    assert not np.any(checked.recoverable[inside] & ~lone & ~given_up)
