"""The kinds of study there are, and making one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from surveys.studies.basis import Basis

Study = Callable[[Basis], dict[str, Any]]
KINDS: Mapping[str, Study] = {}


def make_study(basis: Basis, *, kind: str) -> dict[str, Any]:
    """The study as plain data. Pure: the same basis gives the same numbers. Whatever is not defined is None."""
    return KINDS[kind](basis)
