"""What those who did not answer could change: bounds and the tipping gap of the groups and the composite."""

from __future__ import annotations

import numpy as np

from analysis.scoring.county import County
from analysis.scoring.domain import SCALE
from analysis.scoring.result import Silence
from analysis.uncertainty import composite_bounds, nonresponse_bounds


def what_silence_hides(county: County) -> Silence | None:
    """Bounds of the groups whose head-count is known; None without any, or where returns are counted already.

    Notes
    -----
    See `analysis.uncertainty`. Head-counts are the papers given out where those are known, else the people of the
    frame, and never fewer than the answers (a notice names cells with more answers than people).
    """
    names, rule = county.names.groups, county.plan.rule
    answers = np.bincount(county.cells.group, weights=county.cells.people, minlength=len(names))
    asked = np.array([county.heads.size.get(name, 0) for name in names], float)
    value = county.groups.value[:, -1] / SCALE
    known = (asked > 0) & (np.isfinite(value) | (answers == 0))
    if not known.any() or county.plan.head_count or not 0 < rule.threshold < SCALE:
        return None
    bounds = nonresponse_bounds(
        value[known], answers[known], np.maximum(asked, answers)[known], line=rule.threshold / SCALE
    )
    weight = county.weight[known]
    whole = rule.grouping != "pooled" and np.isclose(weight.sum(), 1)
    return Silence(
        groups=tuple(name for name, there in zip(names, known.tolist(), strict=True) if there),
        bounds=bounds,
        composite=composite_bounds(bounds, weight / weight.sum()) if whole else None,
    )
