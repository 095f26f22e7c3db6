"""Thirty times on each database the server dies without a word, at any moment. No receipt is lost, none is doubled."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from surveys.db import Database
from tests.durability.books import RECEIPT, broken_promises, half_done, read_books
from tests.durability.counties import open_county
from tests.durability.forms import Pages
from tests.durability.nodes import Node, node
from tests.durability.phones import Journal, Street, phones
from tests.durability.warm import Warm

KILLS = 20
PHONES = 8
SLIPS = 4_000
ONE_WORKER = 0.2  # share of the kills that hit one process of several
LONGEST_LOAD = 0.3  # seconds from the first form to the kill


BOTH = [
    pytest.param("sqlite", marks=pytest.mark.xdist_group("killed sqlite")),
    pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.xdist_group("killed postgres")]),
]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_every_receipt_outlives_every_kill(database: Database, warm: Warm, rng: random.Random, tmp_path: Path) -> None:
    county = open_county(database, tmp_path, slips=SLIPS)
    pages = Pages(county)
    with ExitStack() as stack:

        def start() -> Node:
            return stack.enter_context(node(warm, county.environment, tmp_path / "server.txt"))

        first = start()
        street = Street(first.port)
        with phones(street, pages, count=PHONES, seed=rng.randrange(10**9)) as journal:
            kill_again_and_again(first, start, street, rng)
    assert journal.troubles == []
    books = read_books(county)
    assert broken_promises(journal.words, books) == []
    assert half_done((word.form for word in journal.words), books) == []
    assert_it_was_hard(journal)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_worker_that_dies_is_replaced(database: Database, warm: Warm, rng: random.Random, tmp_path: Path) -> None:
    """The others go on meanwhile, and nobody has to start anything."""
    county = open_county(database, tmp_path, slips=SLIPS)
    pages = Pages(county)
    with node(warm, county.environment, tmp_path / "server.txt") as server:
        with phones(Street(server.port), pages, count=PHONES, seed=rng.randrange(10**9)) as journal:
            before = set(server.workers())
            time.sleep(LONGEST_LOAD)
            server.kill_worker(rng)
            server.wait_for_workers(len(before))
            time.sleep(LONGEST_LOAD)
        after = set(server.workers())
    assert (len(after), len(after & before)) == (len(before), len(before) - 1)
    assert journal.troubles == []
    books = read_books(county)
    assert broken_promises(journal.words, books) == []
    assert half_done((word.form for word in journal.words), books) == []


def kill_again_and_again(present: Node, start: Callable[[], Node], street: Street, rng: random.Random) -> None:
    """The last one started lives on, for those who still wait for an answer."""
    for _ in range(KILLS):
        following = start()  # while the present one is under load
        time.sleep(rng.uniform(0, LONGEST_LOAD))
        if rng.random() < ONE_WORKER:
            present.kill_worker(rng)
            time.sleep(rng.uniform(0, LONGEST_LOAD))
        else:
            present.kill()
        street.port = following.port
        present.kill()
        present = following


def assert_it_was_hard(journal: Journal) -> None:
    """Kills that hit nobody, or that hit everybody before a receipt, would prove nothing."""
    receipts = sum(word.status == RECEIPT for word in journal.words)
    print(f"{receipts} receipts, {len(journal.cut)} forms cut off, {journal.put_off} put off")
    assert receipts > 3 * KILLS
    assert len(journal.cut) > KILLS / 2
