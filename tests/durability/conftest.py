"""What the proofs of durability share: a process that starts servers quickly, and chance that can be repeated."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from app.cli.serve import allow_files
from tests.durability.warm import Warm

pytest.register_assert_rewrite("tests.durability.trials")


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    allow_files()
    started = Warm()
    yield started
    started.close()


@pytest.fixture
def rng() -> random.Random:
    """Chance. Its seed is shown when a test fails; RENKE_TEST_SEED repeats it, as far as processes can be repeated."""
    seed = int(os.environ.get("RENKE_TEST_SEED") or random.SystemRandom().randrange(10**9))
    print(f"RENKE_TEST_SEED={seed}")
    return random.Random(seed)
