"""Exactly once: one response for each key and one for each personal code, whoever comes when."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import models
from surveys.codes import Slip
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.sealing import rewrite
from tests.factories import add_campaign, add_posters, add_slips, fresh_key, open_door, send, used_codes
from tests.surveys.submitter import submit_once, submit_together

ROOT = Path(__file__).parents[2]
AT_ONCE = 16
LONG = 60  # seconds after which something hangs


@pytest.fixture
def slips(database: Database) -> tuple[Slip, ...]:
    """Two personal codes and a poster, in an open campaign."""
    with database.begin() as session:
        campaign = add_campaign(session)
        return (*add_slips(session, campaign, count=2), add_posters(session, campaign)[0])


def count_rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(models.Response)) or 0


def state(database: Database) -> tuple[int, int]:
    """How many responses there are, and how many codes are used."""
    with database.read() as session:
        return count_rows(session), len(used_codes(session))


# In any order


tries = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=20)  # key, code: the last is a poster


@pytest.fixture
def doors(session: Session) -> list[Slip]:
    """Three personal codes and a poster, in a database that is shared."""
    campaign = add_campaign(session)
    return [*add_slips(session, campaign, count=3), add_posters(session, campaign)[0]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(tries=tries)
def test_rows_are_the_keys_that_were_accepted(
    session: Session, doors: list[Slip], tries: list[tuple[int, int]]
) -> None:
    undone = session.begin_nested()
    keys = [fresh_key() for _ in range(5)]
    receipts: dict[int, str] = {}  # key -> the number of its receipt
    spent: set[int] = set()  # personal codes
    for key, code in tries:
        door = open_door(session, doors[code])
        if key not in receipts and code in spent:
            with pytest.raises(SurveyError) as caught:
                send(session, door, key=keys[key])
            assert caught.value.code == "code.used"
            continue
        receipt = send(session, door, key=keys[key])
        assert receipt.repeated == (key in receipts)
        assert receipts.setdefault(key, receipt.number) == receipt.number
        if not receipt.repeated and code < 3:
            spent.add(code)
    assert count_rows(session) == len(receipts) == len(set(receipts.values()))
    assert len(used_codes(session)) == len(spent)
    undone.rollback()


# All at once, in threads


def test_one_key_many_times_at_once_is_one_response(database: Database, slips: tuple[Slip, ...]) -> None:
    for slip, used in ((slips[2], 0), (slips[0], 1)):
        before, _ = state(database)
        said = submit_together(database, [(slip.token, fresh := fresh_key())] + [(slip.token, fresh)] * (AT_ONCE - 1))
        assert len({line.rsplit(" ", 1)[0] for line in said}) == 1
        assert sorted(line.split()[2] for line in said) == ["first"] + ["repeated"] * (AT_ONCE - 1)
        assert state(database) == (before + 1, used)


def test_one_personal_code_with_many_keys_at_once_is_one_response(database: Database, slips: tuple[Slip, ...]) -> None:
    said = submit_together(database, [(slips[0].token, fresh_key()) for _ in range(AT_ONCE)])
    assert sorted(line.split()[2] for line in said) == ["code.used"] * (AT_ONCE - 1) + ["first"]
    assert state(database) == (1, 1)


def test_one_key_with_two_codes_at_once_uses_one_code(database: Database, slips: tuple[Slip, ...]) -> None:
    for _ in range(10):
        before = state(database)
        with database.begin() as session:
            campaign = session.scalars(select(models.Campaign)).one()
            fresh = add_slips(session, campaign, count=2, seed=before[0] + 10)[-2:]  # type: ignore[arg-type]
        key = fresh_key()
        said = submit_together(database, [(slip.token, key) for slip in fresh] * 4)
        assert sorted(line.split()[2] for line in said) == ["first"] + ["repeated"] * 7
        assert state(database) == (before[0] + 1, before[1] + 1)


def test_many_keys_at_one_poster_are_many_responses(database: Database, slips: tuple[Slip, ...]) -> None:
    said = submit_together(database, [(slips[2].token, fresh_key()) for _ in range(AT_ONCE)])
    assert {line.split()[2] for line in said} == {"first"}
    assert len({line.split()[1] for line in said}) == AT_ONCE
    assert state(database) == (AT_ONCE, 0)


# While another transaction is on its way


@contextmanager
def waiting(work: Callable[[], str]) -> Iterator[list[str]]:
    """Start `work` in a thread; it must still wait when the block begins, and its answer is in the list at the end."""
    said: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        time.sleep(0.3)
        assert not future.done()
        yield said
        said.append(future.result(timeout=LONG))


@pytest.mark.parametrize("same_key", [True, False], ids=["the same key", "the same code"])
@pytest.mark.parametrize("commits", [True, False], ids=["the first commits", "the first is undone"])
def test_the_second_waits_for_the_first(
    database: Database, slips: tuple[Slip, ...], same_key: bool, commits: bool
) -> None:
    keys = [fresh_key(), fresh_key()]
    with Session(database.engine) as first:
        number = send(first, open_door(first, slips[0]), key=keys[0]).number
        key = keys[0] if same_key else keys[1]
        with waiting(lambda: submit_once(database, slips[0].token, key)) as said:
            first.commit() if commits else first.rollback()
    expected = f"{number} repeated" if same_key and commits else "refused code.used" if commits else "first"
    assert said[0].endswith(expected)
    assert state(database) == (1, 1)


def test_a_code_that_is_sealed_meanwhile_is_still_good(database: Database, slips: tuple[Slip, ...]) -> None:
    with Session(database.engine) as sealing:
        campaign_id = sealing.scalars(select(models.Campaign.id).with_for_update()).one()
        rewrite(sealing, campaign_id=campaign_id)
        with waiting(lambda: submit_once(database, slips[0].token, fresh_key())) as said:
            sealing.commit()
    assert said[0].endswith("first")
    assert state(database) == (1, 1)


def test_a_seal_waits_for_a_submission_and_keeps_it(database: Database, slips: tuple[Slip, ...]) -> None:
    def seal_now() -> str:
        with database.begin() as session:
            rewrite(session, campaign_id=session.scalars(select(models.Campaign.id)).one())
        return "sealed"

    with Session(database.engine) as first:
        send(first, open_door(first, slips[0]))
        with waiting(seal_now) as said:
            first.commit()
    assert said == ["sealed"]
    assert state(database) == (1, 1)


def test_sealing_while_answers_come_in_loses_nothing(database: Database) -> None:
    with database.begin() as session:
        campaign = add_campaign(session)
        slips = add_slips(session, campaign, count=120)

    def seal_again_and_again() -> None:
        while state(database)[0] < len(slips):
            with database.begin() as session:
                rewrite(session, campaign_id=campaign.id)

    with ThreadPoolExecutor(9) as pool:
        sealing = pool.submit(seal_again_and_again)
        said = list(pool.map(lambda slip: submit_once(database, slip.token, fresh_key()), slips))
        assert {line.split()[2] for line in said} == {"first"}
        sealing.result(timeout=LONG)
    assert state(database) == (120, 120)


# In processes


@contextmanager
def submitters(database: Database, mode: str, lines: list[str], processes: int = 4) -> Iterator[list[Popen[str]]]:
    """Processes that have read `lines` and are ready to go; they are killed at the end."""
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.surveys.submitter", url, mode]
    with ExitStack() as stack:
        started = [
            stack.enter_context(Popen(command, cwd=ROOT, text=True, stdin=PIPE, stdout=PIPE)) for _ in range(processes)
        ]
        for process in started:
            stack.callback(process.kill)
            say(process, *lines, "")
        assert [hear(process) for process in started] == ["ready\n"] * processes
        yield started


def say(process: Popen[str], *lines: str) -> None:
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()


def hear(process: Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def run_processes(database: Database, lines: list[str]) -> list[str]:
    """`lines` in each of four processes, all at once."""
    with submitters(database, "once", lines) as started:
        for process in started:
            say(process, "")
        return [line for process in started for line in process.communicate(timeout=LONG)[0].splitlines()]


def test_processes_too_make_one_response_of_one_key(database: Database, slips: tuple[Slip, ...]) -> None:
    said = run_processes(database, [f"{slips[2].token} {fresh_key()}"] * 4)
    assert len({line.split()[1] for line in said}) == 1
    assert sorted(line.split()[2] for line in said) == ["first"] + ["repeated"] * 15
    assert state(database) == (1, 0)


def test_processes_too_make_one_response_of_one_code(database: Database, slips: tuple[Slip, ...]) -> None:
    said = run_processes(database, [f"{slips[0].token} {fresh_key()}" for _ in range(4)])
    assert sorted(line.split()[2] for line in said) == ["code.used"] * 12 + ["first"] + ["repeated"] * 3
    assert state(database) == (1, 1)


def test_a_receipt_outlives_its_process(database: Database, slips: tuple[Slip, ...]) -> None:
    with submitters(database, "stream", [slips[2].token], processes=1) as [process]:
        say(process, "")
        said = [hear(process).split() for _ in range(40)]
        process.kill()  # -9: no time to tidy up
        rest, _ = process.communicate(timeout=LONG)
    said += [line.split() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    assert len(said) <= state(database)[0] <= len(said) + 1  # at most one was stored whose receipt was not seen
    for key, number, _ in said:
        assert submit_once(database, slips[2].token, key) == f"{key} {number} repeated"
