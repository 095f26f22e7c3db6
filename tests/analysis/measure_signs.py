"""`python -m tests.analysis.measure_signs > new.py`: how often every sign is right, and wrong.

Takes some ten minutes of one processor core. Move the result to analysis/quality/measured.py.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from analysis.quality.power import Rate, measure_person_rule, measure_school_rule
from analysis.quality.scenarios import ARRANGED_COUNTIES, HONEST, HONEST_COUNTIES, LARGE_COUNTIES, SEED, SIZES, arranged

HEAD = '''"""What the signs did on simulated counties. `python -m tests.analysis.measure_signs` makes this.

FALSE_ALARMS : sign, or rule (candidate, unusual), to the share of honest forms (schools) it points to, one for each
               plan of `analysis.quality.scenarios.HONEST`, in its order; FALSE_ALARM_ERRORS, their standard errors
CASES        : honest forms (schools) judged in each plan
POWER        : sign, or rule (unusual), to the share of arranged schools it points to, one for each of
               `analysis.quality.scenarios.arranged()`, in its order; `honest` is the rule's share of the honest schools
               of those counties; POWER_ERRORS, their standard errors
"""

from __future__ import annotations

from collections.abc import Mapping

# fmt: off
'''


def of_forms(plan: str, replications: int = HONEST_COUNTIES) -> dict[str, Rate]:
    """Share of the honest forms of a plan that each flag, and the rule, points to."""
    found = measure_person_rule(HONEST[plan], {}, replications=replications, rng=stream(plan))
    return {name: rates["ok"] for name, rates in {"candidate": found.rates, **found.signs}.items()}


def of_schools(plan: str, replications: int = HONEST_COUNTIES) -> dict[str, Rate]:
    """Share of the honest schools of a plan, the truly good among them, that each family, and the rule, points to."""
    counties = min(replications, LARGE_COUNTIES) if plan == "large" else replications
    found = measure_school_rule(HONEST[plan], None, replications=counties, rng=stream(plan))
    kinds = [kind for kind in ("honest", "good") if kind in found.rates]
    every = {"unusual": found.rates, **found.signs}
    return {name: _pooled([rates[kind] for kind in kinds]) for name, rates in every.items()}


def of_arranged(name: str, replications: int = ARRANGED_COUNTIES) -> dict[str, Rate]:
    """Share of the arranged schools that each family, and the rule, points to; and the rule's of the honest ones."""
    plan, way = arranged()[name]
    counties = min(replications, LARGE_COUNTIES) if plan.parents > min(SIZES) else replications
    found = measure_school_rule(plan, way, replications=counties, rng=stream(name))
    rates = {sign: each["coached"] for sign, each in found.signs.items()}
    return {"unusual": found.rates["coached"], "honest": found.rates["honest"], **rates}


def stream(name: str) -> np.random.Generator:
    """Of its own for every county plan and way, so that what is averaged is independent."""
    return np.random.default_rng([SEED, *name.encode()])


def _pooled(rates: list[Rate]) -> Rate:
    n = sum(rate.n for rate in rates)
    value = sum((rate.value or 0.0) * rate.n for rate in rates) / n
    return Rate(value, float(np.sqrt(sum(((rate.se or 0.0) * rate.n / n) ** 2 for rate in rates))), n)


def main() -> None:
    with ProcessPoolExecutor() as pool:
        forms, schools = list(pool.map(of_forms, HONEST)), list(pool.map(of_schools, HONEST))
        power = list(pool.map(of_arranged, arranged()))
    print(HEAD)
    print(*_tables(forms, schools, power), sep="\n")


def _tables(
    forms: list[dict[str, Rate]], schools: list[dict[str, Rate]], power: list[dict[str, Rate]]
) -> Iterator[str]:
    for suffix, take in (("S", _value), ("_ERRORS", _error)):
        yield from _table(f"FALSE_ALARM{suffix}", [_measured(forms), _measured(schools)], take)
    cases = {"form": [each["candidate"].n for each in forms], "school": [each["unusual"].n for each in schools]}
    yield "CASES: Mapping[str, tuple[int, ...]] = {"
    yield from (f'    "{level}": ({", ".join(map(str, each))}),' for level, each in cases.items())
    yield "}"
    for suffix, take in (("", _value), ("_ERRORS", _error)):
        yield from _table(f"POWER{suffix}", [power], take)


def _measured(plans: list[dict[str, Rate]]) -> list[dict[str, Rate]]:
    return [{name: rate for name, rate in each.items() if name != "instructed"} for each in plans]


def _table(name: str, blocks: list[list[dict[str, Rate]]], take: Callable[[Rate], float]) -> Iterator[str]:
    yield f"{name}: Mapping[str, tuple[float, ...]] = {{"
    for block in blocks:
        for sign in block[0]:
            line = f"{json.dumps(sign)}: ({', '.join(f'{take(each[sign]):.4g}' for each in block)}),"
            yield textwrap.fill(line, 120, initial_indent=" " * 4, subsequent_indent=" " * 8)
    yield "}"


def _value(rate: Rate) -> float:
    return rate.value or 0.0


def _error(rate: Rate) -> float:
    return rate.se or 0.0


if __name__ == "__main__":
    main()
