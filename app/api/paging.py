"""Lists in parts. A cursor names the last row that was read, so that rows that come meanwhile shift nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request

Row = TypeVar("Row")
HEADERS = {"Link": {"schema": {"type": "string"}, "description": '`rel="next"`: the next part, where there is one'}}


@dataclass(frozen=True)
class Part(Generic[Row]):
    """Some rows, and the cursor of those that follow."""

    items: Sequence[Row]
    next: str | None


def position_of(cursor: str | None) -> int | None:
    """The place that a cursor names; which ones there are the query has checked."""
    return None if cursor is None else int(cursor[1:], 16)


def take_part(rows: Sequence[Row], query: dict[str, Any], *, kind: str, key: Callable[[Row], int]) -> Part[Row]:
    """The first `limit` of rows that were read with one more than that."""
    limit = query["limit"]
    shown = rows[:limit]
    return Part(shown, f"{kind}{key(shown[-1]):08x}" if len(rows) > limit else None)


def take_from_all(rows: Sequence[Row], query: dict[str, Any], *, kind: str) -> Part[Row]:
    """The part that is wanted of rows that do not change their places."""
    first = position_of(query.get("cursor")) or 0
    numbered = list(enumerate(rows, 1))[first : first + query["limit"] + 1]
    part = take_part(numbered, query, kind=kind, key=lambda each: each[0])
    return Part([row for _place, row in part.items], part.next)


def laid_out(part: Part[Any]) -> tuple[Any, int, dict[str, str]]:
    """The answer, with the address of the next part where there is one."""
    if part.next is None:
        return part, 200, {}
    address = f"{request.path}?{urlencode({**request.args.to_dict(), 'cursor': part.next})}"
    return part, 200, {"Link": f'<{address}>; rel="next"'}
