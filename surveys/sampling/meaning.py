"""What a shape cannot say: whether a document of the right shape is a rule that can be followed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surveys.documents import Document, find_no_numbers
from surveys.errors import Problem
from surveys.sampling.model import LAST_GRADE

# What each way to say the size needs beside `by`, and what else it may have.
NEEDS: Mapping[str, frozenset[str]] = {
    "rate": frozenset({"rate"}),
    "bands": frozenset({"bands"}),
    "fixed": frozenset({"answers"}),
    "classes": frozenset({"steps"}),
    "everyone": frozenset(),
}
MAY: Mapping[str, frozenset[str]] = {"rate": frozenset({"floor", "floor_under", "cap"})}
UNSHARED = ("fixed", "classes", "everyone")  # each group has its own number: no shares
NEAR = 1e-9


def problems_of(document: Document) -> list[Problem]:
    """Every problem of meaning, in the order of the document's lines."""
    numbers = list(find_no_numbers(document, code="sampling.not_a_number"))
    found = [
        *numbers,
        *_size(document),
        *_steps(document, "bands", "under"),
        *_steps(document, "steps", "up_to"),
        *_groups(document),
        *(() if numbers else _shares(document)),
        *_grades(document),
        *_schools(document),
    ]
    return sorted(found, key=lambda problem: problem.line or 0)


def _size(document: Document) -> Iterator[Problem]:
    size = document.data["size"]
    by = size["by"]
    for key in sorted(NEEDS[by] - set(size)):
        yield document.problem(("size",), "sampling.size_missing", by, key=key, by=by)
    for key in size:
        if key != "by" and key not in NEEDS[by] | MAY.get(by, frozenset()):
            yield document.problem(("size", key), "sampling.size_unwanted", key=key, by=by)
    if size.get("floor", 0) > size.get("cap", math.inf):
        yield document.problem(("size", "floor"), "sampling.floor_above_cap", size["floor"], cap=size["cap"])
    if "floor_under" in size and "floor" not in size:
        yield document.problem(("size", "floor_under"), "sampling.size_missing", key="floor", by=by)


def _steps(document: Document, key: str, limit: str) -> Iterator[Problem]:
    """Limits go up, and only the last step has none."""
    steps = document.data["size"].get(key, ())
    before = -math.inf
    for number, step in enumerate(steps):
        path, last = ("size", key, number), number == len(steps) - 1
        if last and limit in step:
            yield document.problem((*path, limit), "sampling.last_step_limited", step[limit], key=limit)
        elif not last and limit not in step:
            yield document.problem(path, "sampling.step_unlimited", key=limit)
        elif limit in step:
            if step[limit] <= before:
                yield document.problem((*path, limit), "sampling.steps_unordered", step[limit], before=before)
            before = step[limit]


def _groups(document: Document) -> Iterator[Problem]:
    data = document.data
    by = data["size"]["by"]
    if by == "fixed" and "groups" in data:
        yield document.problem(("groups",), "sampling.groups_unwanted")
    if by == "classes" and "groups" not in data:
        yield document.problem(("size",), "sampling.groups_missing")
    if by == "classes":
        for number, group in enumerate(data.get("groups", ())):
            if group not in ("student", "parent", "teacher"):
                yield document.problem(("groups", number), "sampling.group_without_school", group)


def _shares(document: Document) -> Iterator[Problem]:
    data = document.data
    shares, by = data.get("shares", {}), data["size"]["by"]
    if shares and by in UNSHARED:
        yield document.problem(("shares",), "sampling.shares_unwanted", by=by)
    if sum(shares.values()) > 1 + NEAR:
        yield document.problem(("shares",), "sampling.shares_above_one", f"{sum(shares.values()):g}")
    if "groups" in data:
        for group in shares:
            if group not in data["groups"]:
                yield document.problem(("shares", group), "sampling.share_of_nobody", group)


def _grades(document: Document) -> Iterator[Problem]:
    """Bands follow one another and cover the grades that are asked: nobody between them would be asked."""
    grades = document.data.get("grades", {})
    first, last = grades.get("from", 1), grades.get("to", LAST_GRADE)
    bands = grades.get("bands", ())
    if first > last:
        yield document.problem(("grades", "from"), "sampling.grades_turned", first, last=last)
    wanted = first
    for number, (start, end) in enumerate(bands):
        if start != wanted or end < start or end > last:
            path = ("grades", "bands", number)
            yield document.problem(path, "sampling.band_outside", _span(start, end), first=wanted, last=last)
        wanted = end + 1
    if bands and wanted <= last:
        yield document.problem(("grades", "bands"), "sampling.bands_end", _span(*bands[-1]), last=last)


def _span(start: int, end: int) -> str:
    return f"{start}-{end}"


def _schools(document: Document) -> Iterator[Problem]:
    data = document.data
    schools: Mapping[str, Any] = data.get("schools", {"draw": "all"})
    said: Sequence[str] = [key for key in ("number", "share") if key in schools]
    if schools["draw"] == "pps" and len(said) != 1:
        yield document.problem(("schools",), "sampling.schools_how_many")
    if schools["draw"] == "all":
        for key in said:
            yield document.problem(("schools", key), "sampling.schools_unwanted", schools[key])
    if schools["draw"] == "pps" and data["size"]["by"] in ("classes", "everyone"):
        yield document.problem(("schools", "draw"), "sampling.schools_all", by=data["size"]["by"])
    if data.get("people") == "systematic" and data["size"]["by"] == "everyone":
        yield document.problem(("people",), "sampling.people_everyone")
