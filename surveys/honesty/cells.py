"""What is counted of a group at a school, and which of these counts must not be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.quality import PersonQuality
from surveys.datasets import NO_SCHOOL, Roster
from surveys.hiding import SMALLEST, hide
from surveys.honesty.judging import Batch

Plain = dict[str, Any]
Integers = NDArray[np.int64]


def count_group(group: str, place: int, batches: Sequence[Batch], judged: Sequence[PersonQuality]) -> Plain:
    """The flags of one group in the county; hidden (None) where the group is small."""
    chosen = [batch.stack.group == place for batch in batches]
    forms = sum(int(each.sum()) for each in chosen)
    told = np.concatenate([batch.sheets.told[own] for batch, own in zip(batches, chosen, strict=True)])
    repeats = np.concatenate([batch.sheets.repeats[own] for batch, own in zip(batches, chosen, strict=True)])
    flags: dict[str, int] = {}
    for own, found in zip(chosen, judged, strict=True):
        for name, flagged in found.flags.items():
            flags[name] = flags.get(name, 0) + int(np.sum(flagged & own))
    shown = forms >= SMALLEST
    certain, candidates = (
        sum(int(np.sum(getattr(found, name) & own)) for own, found in zip(chosen, judged, strict=True))
        for name in ("certain", "candidate")
    )
    return {
        "group": group,
        "forms": forms,
        "flags": flags if shown else None,
        "certain": certain if shown else None,
        "candidates": candidates if shown else None,
        "told": _share(told) if shown else None,
        "repeats": _share(repeats) if shown else None,
    }


def count_cells(
    group: str, place: int, roster: Roster, batches: Sequence[Batch], judged: Sequence[PersonQuality]
) -> Iterator[Plain]:
    """The flags of one group at each school that has forms of it, in the order of the roster."""
    schools = len(roster.school_ids)
    forms, certain, candidates = (np.zeros(schools, np.int64) for _ in range(3))
    for batch, found in zip(batches, judged, strict=True):
        own = (batch.stack.group == place) & (batch.stack.school != NO_SCHOOL)
        for total, chosen in ((forms, own), (certain, own & found.certain), (candidates, own & found.candidate)):
            total += np.bincount(batch.stack.school[chosen], minlength=schools)
    hidden = hide({int(at): int(forms[at]) for at in np.flatnonzero(forms)})
    for at in np.flatnonzero(forms):
        shown = int(at) not in hidden
        yield {
            "group": group,
            "school": roster.school_codes[at],
            "forms": int(forms[at]),
            "certain": int(certain[at]) if shown else None,
            "candidates": int(candidates[at]) if shown else None,
        }


def _share(column: NDArray[np.float64]) -> Plain | None:
    """How many of those who say anything say yes."""
    known = column[~np.isnan(column)]
    return {"known": int(known.size), "yes": int(known.sum())} if known.size >= SMALLEST else None
