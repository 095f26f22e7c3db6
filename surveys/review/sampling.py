"""Which schools are visited: from a list, a share and a seed. Pure: the same arguments give the same schools.

Schools stand in the order of their strata, inside one in an order that the seed gives, and every N / n th is taken
from a random start. So each school has the same chance n / N, and each stratum gets its share, up or down to a whole
school.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.drawing import systematic_positions, systematic_start
from surveys.documents import digest_of

LEAST_SHARE, WHOLE = 40, 100  # percent
Listed = tuple[str, str]  # code of a school, stratum


def count_drawn(schools: int, share: int) -> int:
    """At least `share` percent of so many schools: 4 of 10 at 40, 5 of 11."""
    return -(-schools * share // WHOLE)


def select_schools(listed: Sequence[Listed], *, share: int, seed: int) -> tuple[str, ...]:
    """The codes of the schools that are drawn, in their order. `listed` may come in any order."""
    rng = np.random.Generator(np.random.PCG64(seed))
    codes = sorted(listed)
    turns = rng.random(len(codes)).tolist()
    mixed = sorted(zip(codes, turns, strict=True), key=lambda each: (each[0][1], each[1]))
    drawn = count_drawn(len(codes), share)
    start = systematic_start(len(codes), drawn, rng.random())
    places = systematic_positions(start, len(codes), drawn).tolist()
    return tuple(sorted(mixed[place - 1][0][0] for place in places))


def digest_draw(*, frame: str, listed: Sequence[Listed], share: int, seed: int, drawn: Sequence[str]) -> str:
    """SHA-256 of the schools that were drawn, and of all that they were drawn from."""
    schools = [list(each) for each in sorted(listed)]
    return digest_of({"frame": frame, "schools": schools, "share": share, "seed": seed, "drawn": sorted(drawn)})
