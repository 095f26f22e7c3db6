"""Which function computes which reference case, and how its figures are compared with R's."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.analysis.conftest import HERE

Compute = Callable[[Mapping[str, Any]], Any]
COMPUTED: dict[str, Compute] = {}
BY_R_ONLY = {"se_printed_by_R"}  # what R shows and we must not
ZERO = 1e-12


def case(*ids: str) -> Callable[[Compute], Compute]:
    """Register a function of a case ({"id", "data", "design", "call", "expected", "tol"}) that returns its figures.

    It returns the shape of `expected`; None or NaN where a figure is not defined. Of `expected` it may read inputs
    (names of domains, margins, weights), never the figures.
    """

    def register(compute: Compute) -> Compute:
        twice = [each for each in ids if each in COMPUTED]
        if twice:
            raise ValueError(f"computed twice: {twice}")
        COMPUTED.update(dict.fromkeys(ids, compute))
        return compute

    return register


def all_cases() -> dict[str, dict[str, Any]]:
    cases = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))["cases"]
    return {each["id"]: each for each in cases}


def differences(expected: Any, found: Any, tolerance: Mapping[str, float], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every figure that is missing or too far off, with its place."""
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            if key not in BY_R_ONLY:
                there = isinstance(found, Mapping) and key in found
                yield from (
                    differences(value, found[key], tolerance, (*path, key))
                    if there
                    else [f"{'/'.join((*path, key))}: missing"]
                )
    elif isinstance(expected, list):
        if not hasattr(found, "__len__") or len(found) != len(expected):
            yield f"{'/'.join(path)}: not a list of {len(expected)}"
            return
        for place, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, tolerance, (*path, str(place)))
    elif not _agree(expected, found, tolerance, path):
        yield f"{'/'.join(path)}: {found!r} instead of {expected!r}"


def _agree(expected: Any, found: Any, tolerance: Mapping[str, float], path: tuple[str, ...]) -> bool:
    if expected is None:
        return found is None or bool(math.isnan(found))
    if isinstance(expected, str | bool):
        return bool(expected == found)
    if found is None or isinstance(found, str):
        return False
    distance = abs(float(found) - expected)
    relative, absolute = _limits(tolerance, path)
    close = relative is not None and distance <= (relative * abs(expected) if expected else ZERO)
    return close or (absolute is not None and distance <= absolute)


def _limits(tolerance: Mapping[str, float], path: tuple[str, ...]) -> tuple[float | None, float | None]:
    """The relative and the absolute tolerance of a field: its own where it has one, else the case's."""
    own = {
        kind: [value for name, value in tolerance.items() for key in path if _is_about(name, kind, key)]
        for kind in ("rel", "abs")
    }
    general = tolerance.get("rel", tolerance.get("rel_est")), tolerance.get("abs")
    if own["rel"] or own["abs"]:
        return max(own["rel"], default=general[0]), max(own["abs"], default=general[1])
    return general


def _is_about(name: str, kind: str, key: str) -> bool:
    field = name.removeprefix(f"{kind}_")
    if field == name:
        return False
    if field == "p":
        return key == "p" or key.startswith(("p_", "padj"))
    return key == field or key.endswith(f"_{field}") or key.startswith(f"{field}_")
