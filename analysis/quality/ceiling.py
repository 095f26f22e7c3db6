"""Nothing but best answers, in more forms than the rest of the school's forms leads one to expect."""

from __future__ import annotations

import numpy as np

from analysis.quality.families import Draft
from analysis.quality.forms import Flags, Floats, Integers
from analysis.quality.montecarlo import Surprise, first_look

NEAR = 0.1  # of a step: a form whose mean is as near to the best answer is at the ceiling
TILTS = np.linspace(-8.0, 8.0, 161)


def judge_ceiling(
    mean: Floats,
    school: Integers,
    schools: int,
    least: int,
    draws: int,
    streams: tuple[np.random.Generator, ...],
    *,
    best: float,
) -> Draft:
    """More forms at the ceiling than the county's mix has at the level of the school's other forms.

    Parameters
    ----------
    mean : (n,) person means of forms with a school
    school : (n,) int, where each is from
    schools : S
    least : fewest forms with which a school is judged, and fewest of them below the ceiling
    draws, streams : of the first look
    best : the best answer

    Notes
    -----
    The level is taken from the forms below the ceiling: t such that the other schools' forms below it, with shares
    proportional to exp(t m), have the same mean. The same t then gives the share that should be at the ceiling, and
    the figure is the observed share minus that one. In a good school both parts are high. Where some are told to
    tick the best answer, the others stay what they were, and the top is too full for them. Whether an excess of this
    size is rare is found by drawing forms at that t, with t found anew in each set.

    References
    ----------
    Efron 1981, Canadian Journal of Statistics 9:139, for the tilt.
    """
    top = mean > best - NEAR

    def judge(place: int) -> Surprise | None:
        own, others = mean[school == place], mean[school != place]
        low = int(np.sum(own <= best - NEAR))
        if low < least or np.sum(~top[school != place]) < least:
            return None
        values, count = np.unique(others, return_counts=True)
        below = values <= best - NEAR
        centre, share = _ladder(values, count, below)
        t = float(np.interp(own[own <= best - NEAR].mean(), centre, TILTS))
        chance = np.cumsum(count * np.exp(t * (values - best)))

        def figures(drawn: Floats) -> Floats:
            inside = drawn <= best - NEAR
            number = inside.sum(axis=1)
            middle = np.where(inside, drawn, 0.0).sum(axis=1) / np.maximum(number, 1)
            expected = np.interp(np.where(number > 0, middle, best), centre, share)
            return np.asarray((1 - number / drawn.shape[1] - expected)[:, None])

        def draw(sets: int) -> Floats:
            at = np.searchsorted(chance, streams[place].random((sets, own.size)) * chance[-1], side="right")
            return figures(values[np.minimum(at, values.size - 1)])

        return first_look(figures(own[None, :])[0], draw, draws=draws)

    return Draft("ceiling", ("top_excess",), lambda drawn: drawn, tuple(judge(each) for each in range(schools)))


def _ladder(values: Floats, count: Integers, below: Flags) -> tuple[Floats, Floats]:
    """For each tilt, the mean of the forms below the ceiling and the share of all that are at it."""
    weight = count * np.exp(TILTS[:, None] * (values - values.max()))
    under = weight[:, below]
    return under @ values[below] / under.sum(axis=1), 1 - under.sum(axis=1) / weight.sum(axis=1)
