"""The counties on which the signs are measured: honest ones of several kinds, and arranged ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.quality.contamination import Bot, Coaching
from analysis.quality.simulation import CountyPlan

SEED = 20261127
HONEST_COUNTIES, LARGE_COUNTIES, ARRANGED_COUNTIES = 10, 3, 5
SIZES = (60, 200)  # parents of a school

HONEST: Mapping[str, CountyPlan] = MappingProxyType(
    {
        "plain": CountyPlan(),
        "good": CountyPlan(good=4),
        "evenings": CountyPlan(evenings=6),
        "enthusiasts": CountyPlan(enthusiasts=0.2, enthusiasts_sd=0.5),
        "reminded": CountyPlan(reminded=0.9),
        "loose": CountyPlan(loading=0.6),
        "large": CountyPlan(parents=200),
    }
)
"""By name: as usual; four truly good schools; parents' evenings on shared devices in six schools; many who are fully
satisfied, in some schools more than in others; nearly all parents within hours of the message; answers that hang
together loosely; schools with 200 parents."""

WAYS: Mapping[str, Coaching | Bot] = MappingProxyType(
    {
        "told 10%, together": Coaching(4, 0.1),
        "told 30%, together": Coaching(4, 0.3),
        "told 60%, together": Coaching(4, 0.6),
        "told 10%, at home": Coaching(4, 0.1, staged=False),
        "told 30%, at home": Coaching(4, 0.3, staged=False),
        "told 60%, at home": Coaching(4, 0.6, staged=False),
        "told 60%, at home, half-heartedly": Coaching(4, 0.6, faithful=0.8, staged=False),
        "bot 30%, best answers": Bot(4, 0.3),
        "bot 60%, best answers": Bot(4, 0.6),
        "bot 30%, templates": Bot(4, 0.3, "templates"),
        "bot 30%, templates, known device": Bot(4, 0.3, "templates", repeats=0.5),
    }
)
"""What is done in four of forty schools."""


def arranged() -> Mapping[str, tuple[CountyPlan, Coaching | Bot]]:
    """Every way in schools of every size, by name."""
    return {f"{name}, {size} parents": (CountyPlan(parents=size), way) for size in SIZES for name, way in WAYS.items()}
