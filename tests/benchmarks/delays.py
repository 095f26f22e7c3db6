"""How long answers took."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Delays:
    """Milliseconds to the last byte: half of all answers came within `p50`, all but a hundredth within `p99`."""

    p50: float
    p99: float
    most: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms, longest {self.most:.0f} ms"


def delays(times: Iterable[array[float]]) -> Delays:
    """Of several runs of seconds, taken as one."""
    all_of_them = np.concatenate([np.frombuffer(each) for each in times])
    p50, p99, most = np.quantile(all_of_them, (0.5, 0.99, 1.0)) * 1000
    return Delays(float(p50), float(p99), float(most))
