"""How far a hidden cell of a two-way table can move while all that is shown stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NEAR = 1e-9


@dataclass(frozen=True)
class Rooms:
    """How much each entry of a table can rise and fall while every row and every column keeps its sum.

    up, down : (R, C) float; 0 where an entry is known exactly
    """

    up: Floats
    down: Floats


def frame_rooms(cells: tuple[Floats, Floats], rows: tuple[Floats, Floats], columns: tuple[Floats, Floats]) -> Rooms:
    """The rooms of a table and of its totals, each given as (up, down): (r, c), (r,) and (c,).

    A total that can move is one more entry of its line, with the sign turned, and the line then sums to nothing.
    """
    turned = []
    for side in (0, 1):
        framed = np.column_stack([cells[side], rows[1 - side]])
        turned.append(np.append(framed, [[*columns[1 - side], 0.0]], axis=0))
    return Rooms(*turned)


def find_widths(rooms: Rooms, wanted: Floats) -> Floats:
    """(R, C) how far apart the least and the most of each entry are, as far as it matters.

    At least `wanted` exactly where the true width is.

    Notes
    -----
    What an entry gains must be given up by others of its row and of its column, and so on around the table: its range
    is a greatest flow between its column and its row. With whole numbers the ends are whole. Ways round by one other
    row and one other column are wide enough for most, and others are too narrow by their own row or column already:
    both is found for all entries at once. The rest are searched.
    """
    widths, most = _round_trips(rooms), narrow_by_line(rooms)
    search = (widths < wanted - NEAR) & (most.min(axis=0) >= wanted - NEAR)
    for row, column in np.argwhere(search).tolist():
        enough = float(wanted[row, column])
        risen = _rise(rooms.up, rooms.down, row, column, enough)
        fallen = _rise(rooms.down, rooms.up, row, column, enough - risen)
        widths[row, column] = risen + fallen
    return widths


def narrow_by_line(rooms: Rooms) -> Floats:
    """(2, R, C) how wide each entry could be if only its row, or only its column, had to keep its sum."""
    found = []
    for axis in (1, 0):
        rest_up, rest_down = (each.sum(axis=axis, keepdims=True) - each for each in (rooms.up, rooms.down))
        found.append(np.minimum(rooms.up, rest_down) + np.minimum(rooms.down, rest_up))
    return np.stack(found)


def _round_trips(rooms: Rooms) -> Floats:
    """(R, C) widths by all other columns together, each with its share of the other rows, or by the best of them."""
    up, down = rooms.up, rooms.down
    given = np.minimum(down[:, :, None], up[:, None, :])  # within a row, from one column to another
    others = given.sum(axis=0)[None] - given
    for column in range(up.shape[1]):
        others[:, column, column] = 0.0
    gain, loss = _by_others(down, others), _by_others(up, others.transpose(0, 2, 1))
    return np.asarray(np.minimum(up, gain) + np.minimum(down, loss))


def _by_others(beside: Floats, others: Floats) -> Floats:
    """(R, C) what the rest of the row and the other rows can take over."""
    best = np.minimum(beside[:, None, :], others).max(axis=2, initial=0.0)
    shared = np.minimum(beside[:, None, :], others / max(beside.shape[1] - 1, 1)).sum(axis=2)
    return np.asarray(np.maximum(best, shared))


def _rise(up: Floats, down: Floats, row: int, column: int, wanted: float) -> float:
    """How far one entry can rise, at most `wanted`: flow from its column to its row, by shortest ways."""
    up, down = up.copy(), down.copy()
    wanted, risen = min(wanted, float(up[row, column])), 0.0
    up[row, column] = down[row, column] = 0.0
    while risen < wanted - NEAR:
        way = _way(up, down, row, column)
        if not way:
            break
        more = min([wanted - risen, *(float((up if gains else down)[place]) for place, gains in way)])
        for place, gains in way:
            up[place] += -more if gains else more
            down[place] += more if gains else -more
        risen += more
    return risen


def _way(up: Floats, down: Floats, row: int, column: int) -> list[tuple[tuple[int, int], bool]]:
    """Entries that give up and gain in turn, from another of the column to another of the row; none without a way.

    Columns are few, so the search goes from column to column; the row between two is the one with the most room.
    """
    came: dict[int, tuple[int, int]] = {}
    seen, line = {column}, [column]
    for here in line:
        if here != column and down[row, here] > NEAR:
            return _steps(came, row, column, here)
        room = np.minimum(down[:, here, None], up)
        through = room.argmax(axis=0)
        for there in np.flatnonzero(room.max(axis=0) > NEAR).tolist():
            if there not in seen:
                seen.add(there)
                came[there] = here, int(through[there])
                line.append(there)
    return []


def _steps(came: dict[int, tuple[int, int]], row: int, column: int, last: int) -> list[tuple[tuple[int, int], bool]]:
    steps, here = [((row, last), False)], last
    while here != column:
        before, through = came[here]
        steps += [((through, here), True), ((through, before), False)]
        here = before
    return steps
