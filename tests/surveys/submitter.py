"""A process that submits, for tests that need several processes or one that can be killed.

    python -m tests.surveys.submitter URL once      each line `code key` of the input, all at the same time
    python -m tests.surveys.submitter URL stream    key after key through the code in the first line, until killed

It prints `ready` when it has read its input and waits for one more line; then for each submission `key`, the number
of the receipt and whether it was a repeat, or `key` and the code of the refusal. A receipt is printed after the commit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

from surveys.db import Database
from surveys.errors import SurveyError
from tests.factories import open_door, send


def submit_once(database: Database, code: str, key: str) -> str:
    """One submission in its own transaction, in words."""
    try:
        with database.begin() as session:
            receipt = send(session, open_door(session, code), key=key)
    except SurveyError as error:
        return f"{key} refused {error.code}"
    return f"{key} {receipt.number} {'repeated' if receipt.repeated else 'first'}"


def submit_together(database: Database, tries: Iterable[tuple[str, str]]) -> list[str]:
    """Every try (code, key) in a thread of its own, all let loose at once."""
    listed = list(tries)
    barrier = Barrier(len(listed))

    def run(code: str, key: str) -> str:
        barrier.wait()
        return submit_once(database, code, key)

    with ThreadPoolExecutor(len(listed)) as pool:
        return list(pool.map(run, *zip(*listed, strict=True)))


def main(url: str, mode: str) -> None:
    database = Database(url)
    lines = [line.strip() for line in iter(sys.stdin.readline, "\n")]
    database.ping()
    print("ready", flush=True)
    sys.stdin.readline()
    if mode == "once":
        print("\n".join(submit_together(database, [(line.split()[0], line.split()[1]) for line in lines])))
        return
    for number in count():
        print(submit_once(database, lines[0], f"a-key-of-a-stream-{number:08}"), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
