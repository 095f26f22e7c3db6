"""What can be wrong with a simulated county: coached and stuffed schools, a machine, careless forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.errors import AnalysisError
from analysis.quality.forms import Floats, Integers
from analysis.quality.simulation import DAY, HOUR, PARENT, County, CountyPlan, at_home, turn_items

Kind = Literal["straight", "random", "speed", "copy"]
KINDS: tuple[Kind, ...] = ("straight", "random", "speed", "copy")


@dataclass(frozen=True)
class Coaching:
    """What is done to the first schools after the good ones.

    schools : how many are coached
    share   : of the parents' forms that are
    faithful: how often a coached form gives the best answer to an item
    staged  : whether coached forms are filled in together, quickly, within half an hour
    seconds, spread : their pace where staged
    admits  : share of the coached who say that they were told how to answer
    stuffed : forms added to each of these schools, as a share of its answers, copies of a few forms
    """

    schools: int = 2
    share: float = 0.85
    faithful: float = 0.97
    staged: bool = True
    seconds: float = 3.2
    spread: float = 0.25
    admits: float = 0.25
    stuffed: float = 0.0


@dataclass(frozen=True)
class Bot:
    """A machine that fills in the open code of the first schools after the good ones, at the pace and hours of people.

    schools   : how many
    share     : of the parents' forms that are its own, in place of forms that never came: nobody is over the enrolment
    answers   : `best`, the best answer with some of the second best; `templates`, a few forms with changes
    faithful  : how often it gives the best answer to an item, where `best`
    templates : forms of honest people of the county that it copies, where `templates`
    changed   : share of the items that it then answers one step lower or higher
    repeats   : share of its forms that come from a device known to have answered; 0 where it forgets every time
    """

    schools: int = 2
    share: float = 0.3
    answers: Literal["best", "templates"] = "best"
    faithful: float = 0.85
    templates: int = 3
    changed: float = 0.05
    repeats: float = 0.0


def coach(county: County, coaching: Coaching, rng: np.random.Generator) -> County:
    """The same county with coached parents, and with stuffed ballots, in the first schools that are not good.

    Parameters
    ----------
    county : County
    coaching : Coaching
    rng : generator

    Returns
    -------
    County
    """
    chosen = np.flatnonzero(~county.good)[: coaching.schools]
    rows = np.flatnonzero(np.isin(county.school, chosen) & (county.group == PARENT))
    told = rows[rng.random(rows.size) < coaching.share]
    answers, seconds, moment = county.answers.copy(), county.seconds.copy(), county.moment.copy()
    says = county.told.copy()
    says[told] = rng.random(told.size) < coaching.admits
    answers[told] = _best(county.plan, coaching.faithful, told.size, rng)
    if coaching.staged:
        seconds[told] = coaching.seconds * np.exp(rng.normal(0, coaching.spread, told.size))
        session = rng.integers(0, county.plan.days, county.plan.schools) * DAY + 16 * HOUR
        moment[told] = session[county.school[told]] + rng.uniform(0, HOUR / 2, told.size)
    changed = replace(
        county,
        answers=answers,
        seconds=seconds,
        moment=moment,
        told=says,
        kind=_marked(county, told, "coached"),
        coached=county.coached | np.isin(np.arange(county.plan.schools), chosen),
    )
    return _stuff(changed, coaching, chosen, rng) if coaching.stuffed > 0 else changed


def _marked(county: County, rows: Integers, name: str) -> tuple[str, ...]:
    kind = np.array(county.kind, dtype="U16")
    kind[rows] = name
    return tuple(kind.tolist())


def let_in(county: County, bot: Bot, rng: np.random.Generator) -> County:
    """The same county with a machine among the parents of the first schools that are not good.

    Parameters
    ----------
    county : County
    bot : Bot
    rng : generator

    Returns
    -------
    County
    """
    plan, chosen = county.plan, np.flatnonzero(~county.good)[: bot.schools]
    rows = np.flatnonzero(np.isin(county.school, chosen) & (county.group == PARENT))
    own = rows[rng.random(rows.size) < bot.share]
    answers, seconds, moment = county.answers.copy(), county.seconds.copy(), county.moment.copy()
    told, repeats = county.told.copy(), county.repeats.copy()
    best = bot.answers == "best"
    answers[own] = _best(plan, bot.faithful, own.size, rng) if best else _from_templates(county, bot, own, rng)
    seconds[own] = plan.seconds * np.exp(rng.normal(0, plan.spread, own.size))
    moment[own] = at_home(plan, own.size, rng)
    told[own], repeats[own] = 0.0, rng.random(own.size) < bot.repeats
    return replace(
        county,
        answers=answers,
        seconds=seconds,
        moment=moment,
        told=told,
        repeats=repeats,
        kind=_marked(county, own, "bot"),
        coached=county.coached | np.isin(np.arange(plan.schools), chosen),
    )


def _from_templates(county: County, bot: Bot, own: Integers, rng: np.random.Generator) -> Integers:
    models = rng.integers(0, county.school.size, (county.plan.schools, bot.templates))
    form = county.answers[models[county.school[own], rng.integers(0, bot.templates, own.size)]]
    step = np.where(rng.random(form.shape) < bot.changed, rng.choice((-1, 1), form.shape), 0)
    return np.asarray(np.clip(form + step, 1, 5), np.int64)


def _best(plan: CountyPlan, faithful: float, size: int, rng: np.random.Generator) -> Integers:
    return turn_items(plan, np.where(rng.random((size, plan.items)) < faithful, 5, 4))


def _stuff(county: County, coaching: Coaching, chosen: Integers, rng: np.random.Generator) -> County:
    """Copies of three forms of each school, from one device, within twenty minutes."""
    each = round(coaching.stuffed * county.plan.parents)
    school = np.repeat(chosen, each)
    model = _best(county.plan, 0.8, 3 * chosen.size, rng)[
        rng.integers(0, 3, school.size) + 3 * np.repeat(np.arange(chosen.size), each)
    ]
    start = rng.integers(0, county.plan.days, chosen.size) * DAY + 21 * HOUR
    added = {
        "answers": model,
        "group": np.full(school.size, PARENT),
        "school": school,
        "seconds": 2.0 * np.exp(rng.normal(0, 0.2, school.size)),
        "moment": np.repeat(start, each) + rng.uniform(0, HOUR / 3, school.size),
        "device": county.device.max() + 1 + school,
        "told": np.zeros(school.size),
        "repeats": (np.arange(school.size) % each > 0).astype(float),
    }
    return _append(county, added, "stuffed")


def _append(county: County, added: Mapping[str, Integers | Floats], kind: str) -> County:
    joined = {name: np.concatenate([getattr(county, name), rows]) for name, rows in added.items()}
    return replace(county, kind=county.kind + (kind,) * added["school"].size, **joined)  # type: ignore[arg-type]


def add_careless(county: County, shares: Mapping[Kind, float], rng: np.random.Generator) -> County:
    """The same county with careless forms in place of honest ones, and copies added.

    Parameters
    ----------
    county : County
    shares : of all forms: `straight` (one of 3, 4, 5 throughout, fast), `random`, `speed` (honest answers in under
        1.2 seconds an item), `copy` (a form sent again from the same device)
    rng : generator

    Returns
    -------
    County

    Raises
    ------
    AnalysisError
        Unknown kinds, shares that are negative or sum to more than 1.
    """
    if set(shares) - set(KINDS) or any(share < 0 for share in shares.values()) or sum(shares.values()) > 1:
        raise AnalysisError(
            "add_careless", f"shares of {', '.join(KINDS)}, 0 or more, 1 at most in all", str(dict(shares))
        )
    n, width = county.school.size, county.plan.items
    order, kind = rng.permutation(n), np.array(county.kind, dtype="U16")
    answers, seconds = county.answers.copy(), county.seconds.copy()
    cuts = np.cumsum([0, *(round(shares.get(each, 0.0) * n) for each in KINDS)])
    straight, random, speed, copy = (order[cuts[place] : cuts[place + 1]] for place in range(4))
    answers[straight] = rng.integers(3, 6, straight.size)[:, None]
    answers[random] = rng.integers(1, 6, (random.size, width))
    seconds[straight] = 2.0 * np.exp(rng.normal(0, 0.3, straight.size))
    seconds[random] = 2.8 * np.exp(rng.normal(0, 0.3, random.size))
    seconds[speed] = rng.uniform(0.5, 1.2, speed.size)
    for name, rows in (("straight", straight), ("random", random), ("speed", speed)):
        kind[rows] = name
    changed = replace(county, answers=answers, seconds=seconds, kind=tuple(kind.tolist()))
    same = ("answers", "group", "school", "seconds", "device", "told")
    added = {name: getattr(changed, name)[copy] for name in same}
    added |= {"moment": changed.moment[copy] + 600.0, "repeats": np.ones(copy.size)}
    return _append(changed, added, "copy")
