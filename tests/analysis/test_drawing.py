"""Drawing: every unit with the chance it should have, and the same draw from the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.drawing import systematic_by_size, systematic_positions, systematic_start
from analysis.errors import AnalysisError
from analysis.inclusion import proportional_to_size

FEW = settings(max_examples=80, deadline=None)
LISTS = st.integers(1, 400).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size)))


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


class Given:
    """A generator that gives one number."""

    def __new__(cls, number: float) -> np.random.Generator:
        class Once(np.random.Generator):
            def random(self, *args: Any, **kwargs: Any) -> Any:
                return number

        return Once(np.random.PCG64(0))


def test_every_third_of_nine() -> None:
    assert systematic_positions(0.0, 9, 3).tolist() == [1, 4, 7]
    assert systematic_positions(2.0, 9, 3).tolist() == [3, 6, 9]


def test_steps_that_are_not_whole() -> None:
    """Ten from which four are drawn, 2.5 apart: from 0.25, at 0.25, 2.75, 5.25, 7.75."""
    assert systematic_positions(0.25, 10, 4).tolist() == [1, 3, 6, 8]


@FEW
@given(LISTS)
def test_over_all_starts_each_position_is_drawn_equally_often(of: tuple[int, int]) -> None:
    """The chance is n / N to the last digit: n of the N starts."""
    population, drawn = of
    counted = np.zeros(population, int)
    for start in range(population):
        positions = systematic_positions(start / drawn, population, drawn)
        assert np.all(np.diff(positions) >= population // drawn)
        assert positions.size == drawn
        counted[positions - 1] += 1
    assert (counted == drawn).all()


@FEW
@given(LISTS, st.floats(0, 1, exclude_max=True))
def test_every_turn_gives_a_start_that_fits(of: tuple[int, int], turn: float) -> None:
    population, drawn = of
    start = systematic_start(population, drawn, turn)
    positions = systematic_positions(start, population, drawn)
    assert 1 <= positions[0] <= positions[-1] <= population


def test_a_list_of_a_million_stays_exact() -> None:
    for turn in (0.0, 0.5, 1 - 2**-53):
        for drawn in (1, 7, 333_333, 999_999, 1_000_000):
            positions = systematic_positions(systematic_start(1_000_000, drawn, turn), 1_000_000, drawn)
            assert positions.size == drawn
            assert (np.diff(positions) > 0).all()
            assert 1 <= positions[0] <= positions[-1] <= 1_000_000


def test_units_by_size_by_hand() -> None:
    """Chances 0.5, 0.75, 0.75 end at 0.5, 1.25, 2: 0.3 and 1.3 lie in the first and the third."""
    chance = np.array([0.5, 0.75, 0.75])
    assert systematic_by_size(chance, Given(0.3)).tolist() == [True, False, True]
    assert systematic_by_size(chance, Given(0.6)).tolist() == [False, True, True]
    assert systematic_by_size(chance, Given(0.0)).tolist() == [True, True, False]
    assert systematic_by_size(np.array([0.5, 1.0, 0.0, 0.5]), Given(0.7)).tolist() == [False, True, False, True]


@FEW
@given(st.lists(st.floats(0.5, 5000.0), min_size=2, max_size=40).map(np.array), st.data())
def test_as_many_units_as_were_asked_for(size: np.ndarray, data: Any) -> None:
    drawn = data.draw(st.integers(1, size.size))
    chance = proportional_to_size(size, drawn)
    taken = systematic_by_size(chance.probability, generator(data.draw(st.integers(0, 2**40))))
    assert taken.sum() == drawn
    assert taken[chance.certain].all()


def test_units_by_size_have_their_chances() -> None:
    """4000 draws: each frequency within 4.5 standard errors of its chance."""
    chance = proportional_to_size(np.array([900.0, 300, 200, 150, 120, 100, 80, 50]), 4).probability
    rng = generator(20260512)
    often = np.mean([systematic_by_size(chance, rng) for _ in range(4000)], axis=0)
    assert np.all(np.abs(often - chance) <= 4.5 * np.sqrt(chance * (1 - chance) / 4000))


def test_the_weighted_total_is_right_over_all_draws() -> None:
    """Horvitz & Thompson: schools by size, people in equal steps, answers that go with the school and the place.

    The mean of 600 draws is within 4 of its own standard errors of the total; without the weights it is far off.
    """
    rng = generator(7)
    people = np.array([120, 300, 45, 80, 200, 60, 150, 95])
    answers = [10 + 200 / size + np.linspace(0, 5, size) for size in people]
    total = sum(each.sum() for each in answers)
    chance = proportional_to_size(people.astype(float), 3).probability
    weighted, bare = np.zeros(600), np.zeros(600)
    for draw in range(600):
        for school in np.flatnonzero(systematic_by_size(chance, rng)):
            start = systematic_start(int(people[school]), 20, rng.random())
            seen = answers[school][systematic_positions(start, int(people[school]), 20) - 1]
            weighted[draw] += seen.sum() / (chance[school] * 20 / people[school])
            bare[draw] += seen.sum()
    error = weighted.std(ddof=1) / np.sqrt(600)
    assert abs(weighted.mean() - total) < 4 * error
    bare *= people.sum() / 60
    assert abs(bare.mean() - total) < 0.02 * total, "equal numbers within schools by size weigh alike"


def test_schools_alike_weigh_wrong_without_their_chances() -> None:
    """Ten of each school, whatever its size, and the large ones differ: the bare mean is off, the weighted is not."""
    rng = generator(11)
    people, happy = np.array([400, 400, 20, 20, 20, 20]), np.array([0.9, 0.9, 0.5, 0.5, 0.5, 0.5])
    chance = np.full(6, 0.5)
    weighted, bare = [], []
    for _ in range(400):
        taken = np.flatnonzero(systematic_by_size(chance, rng))
        weighted.append(np.sum(happy[taken] * people[taken] / chance[taken]))
        bare.append(happy[taken].mean())
    assert np.mean(weighted) == pytest.approx(np.sum(happy * people), rel=0.05)
    assert abs(np.mean(bare) - np.sum(happy * people) / people.sum()) > 0.1


def test_the_same_seed_draws_the_same() -> None:
    chance = np.full(40, 0.25)
    one, other, third = (systematic_by_size(chance, generator(seed)).tolist() for seed in (5, 5, 8))
    assert one == other
    assert one != third


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (np.array([0.5, 0.2]), "a sum of 0.7"),
        (np.array([1.5, 0.5]), "1 outside"),
        (np.array([-0.5, 0.5]), "1 outside"),
        (np.array([np.nan, 1.0]), "1 outside"),
        (np.zeros((2, 2)), "shape"),
        (np.zeros(0), "shape"),
    ],
)
def test_chances_that_are_none(chance: np.ndarray, said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        systematic_by_size(chance, generator(1))


@pytest.mark.parametrize(("population", "drawn"), [(3, 4), (3, 0), (0, 0), (0, 1), (3, -1)])
def test_lists_that_cannot_be_drawn_from(population: int, drawn: int) -> None:
    with pytest.raises(AnalysisError, match="from a list"):
        systematic_start(population, drawn, 0.5)
    with pytest.raises(AnalysisError, match="from a list"):
        systematic_positions(0.0, population, drawn)


@pytest.mark.parametrize("turn", [-0.1, 1.0, np.nan])
def test_a_turn_outside(turn: float) -> None:
    with pytest.raises(AnalysisError):
        systematic_start(10, 2, turn)


@pytest.mark.parametrize("start", [-1.0, 5.0, 1e9, np.inf])
def test_a_start_outside(start: float) -> None:
    with pytest.raises(AnalysisError):
        systematic_positions(start, 10, 2)
