"""Phones: they open pages and send forms, and send the same form again for as long as nobody has answered."""

from __future__ import annotations

import gzip
import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage, HTTPResponse

from tests.durability.books import Word
from tests.durability.counties import Code
from tests.durability.forms import Form, Pages, opening

PATIENCE = 20.0  # seconds a phone waits for an answer
LONGEST = 30.0  # seconds until it gives up
PAUSE = 0.02  # seconds before it tries again
AGAIN = 0.05  # share of receipts after which somebody taps once more
SHARED = 0.4  # share of slips behind which two people have a page open
OPENED, LATER = 200, 503


# One request, or many at once


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str

    @property
    def location(self) -> str | None:
        """Where it leads. Of a receipt: the same for the same receipt, because it says and signs what is on it."""
        return self.headers.get("Location")


def ask(port: int, request: bytes) -> Answer | None:
    """What the server on this port of 127.0.0.1 answers; None where the line broke before all of it was here."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            line.sendall(request)
            return _read(line)
    except (OSError, HTTPException):
        return None


def ask_together(ports: Sequence[int], requests: Sequence[bytes]) -> list[Answer]:
    """Each request on a line of its own; the last bytes of all of them leave when every line stands."""
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)) for port in ports]
        for line, request in zip(lines, requests, strict=True):
            line.sendall(request[:-1])
        for line, request in zip(lines, requests, strict=True):
            line.sendall(request[-1:])
        return [_read(line) for line in lines]


def _read(line: socket.socket) -> Answer:
    response = HTTPResponse(line)
    response.begin()
    body = response.read()
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return Answer(response.status, response.headers, body.decode())


# People


@dataclass
class Journal:
    """What all phones together have lived through."""

    words: list[Word] = field(default_factory=list)
    cut: set[int] = field(default_factory=set)  # numbers of forms that once got no answer
    put_off: int = 0  # requests that were to come later
    troubles: list[str] = field(default_factory=list)


@dataclass
class Street:
    """Where the survey is served at this moment."""

    port: int


def open_page(street: Street, pages: Pages, code: Code, journal: Journal) -> Form | None:
    """The page behind a code, filled in."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        answer = ask(street.port, opening(code))
        if answer is not None and answer.status == OPENED:
            return pages.fill_in(code, answer.text)
        if answer is not None and answer.status != LATER:
            journal.troubles.append(f"a page behind a {code.kind} code was answered with {answer.status}")
            return None
        time.sleep(PAUSE)
    journal.troubles.append(f"a page behind a {code.kind} code did not open")
    return None


def bring_home(street: Street, forms: Sequence[Form], journal: Journal) -> None:
    """Send the forms until somebody has said of each what became of it; after each failure another one is tried."""
    waiting, until = list(forms), time.monotonic() + LONGEST
    while waiting and time.monotonic() < until:
        form = waiting.pop(0)
        answer = ask(street.port, form.request)
        if answer is not None and answer.status != LATER:
            journal.words.append(Word(form, answer.status, answer.location))
            continue
        waiting.append(form)
        journal.put_off += answer is not None
        if answer is None:
            journal.cut.add(form.number)
        time.sleep(PAUSE)
    journal.troubles += [f"form {form.number} was never answered" for form in waiting]


@contextmanager
def phones(street: Street, pages: Pages, *, count: int, seed: int) -> Iterator[Journal]:
    """`count` phones that answer one page after the other. At the end each brings its last form home."""
    journal, over = Journal(), threading.Event()
    crowd = [
        threading.Thread(target=_live, args=(street, pages, journal, over, random.Random(seed + number)))
        for number in range(count)
    ]
    for phone in crowd:
        phone.start()
    try:
        yield journal
    finally:
        over.set()
        for phone in crowd:
            phone.join(timeout=2 * LONGEST)
    assert not any(phone.is_alive() for phone in crowd)


def _live(street: Street, pages: Pages, journal: Journal, over: threading.Event, rng: random.Random) -> None:
    while not over.is_set():
        code = pages.deal()
        people = 2 if code.kind == "personal" and rng.random() < SHARED else 1
        opened = [open_page(street, pages, code, journal) for _ in range(people)]
        forms = [form for form in opened if form is not None]
        bring_home(street, forms, journal)
        if rng.random() < AGAIN:
            bring_home(street, forms, journal)
