"""How good a county must really be for a sample of a size to show it."""

from __future__ import annotations

import numpy as np

from analysis.arguments import checked
from analysis.planning.evidence import evidence
from analysis.planning.sizes import require

HALVINGS = 14  # to a hundredth of a point
FEWEST = 2  # answers that `evidence` takes


@checked
def share_to_show(n_eff: float, power: float = 0.8, *, line: float = 0.85, level: float = 0.95) -> float:
    """The least true share that is found to meet the line with this probability.

    Parameters
    ----------
    n_eff : effective number of answers, n / deff, 2 or more; of a composite p (1 - p) z^2 / half-width^2
    power : wanted probability of `met`, inside 0 to 1
    line : to be reached, inside 0 to 1
    level : of confidence

    Returns
    -------
    float
        between the line and 1, to a hundredth of a point; NaN where not even 0.999 is found often enough

    Notes
    -----
    The share at which `evidence` gives `met` with that probability, by halving; as if all answers were to one question
    of a simple random sample of round(n_eff) people.

    Raises
    ------
    AnalysisError
        Everything that is outside its range.
    """
    require(
        "share_to_show",
        n_eff_of_2_or_more=np.isfinite(n_eff) and n_eff >= FEWEST,
        power_inside_0_to_1=0 < power < 1,
        line_inside_0_to_1=0 < line < 0.999,
    )
    size = float(np.round(min(n_eff, 1e9)))
    low, high = line, 0.999
    if _met(high, size, line, level) < power:
        return float("nan")
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _met(middle, size, line, level) >= power else (middle, high)
    return high


def _met(share: float, n: float, line: float, level: float) -> float:
    return float(evidence(share, n, line=line, level=level).met[0])
