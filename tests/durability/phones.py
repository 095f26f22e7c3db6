"""Phones: they send a form, and send the same form again for as long as nobody has answered."""

from __future__ import annotations

import gzip
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage, HTTPResponse

from tests.durability.books import RECEIPT, Word
from tests.durability.forms import Form, Pages

PATIENCE = 20.0  # seconds a phone waits for an answer
LONGEST = 60.0  # seconds until it gives up
AGAIN = 0.05  # share of receipts after which somebody taps once more
PAUSE = 0.02  # seconds before a form is sent again


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location") or ""


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
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)) for port in ports]
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


@dataclass
class Journal:
    """What all phones together have lived through."""

    answers: list[tuple[Form, Answer]] = field(default_factory=list)
    cut: set[int] = field(default_factory=set)  # numbers of forms that once got no answer
    put_off: int = 0  # answered with 503
    troubles: list[str] = field(default_factory=list)

    def words(self, pages: Pages) -> list[Word]:
        return [_word(pages, form, answer) for form, answer in self.answers]


def _word(pages: Pages, form: Form, answer: Answer) -> Word:
    receipt = pages.receipt_number(answer.location) if answer.status == RECEIPT else None
    return Word(form, answer.status, receipt)


@dataclass
class Street:
    """Where the survey is served at this moment."""

    port: int


@contextmanager
def phones(street: Street, hand_out: Callable[[], Form], *, count: int, seed: int) -> Iterator[Journal]:
    """`count` phones that answer one page after the other. At the end each brings its last form home."""
    journal, over = Journal(), threading.Event()
    crowd = [
        threading.Thread(target=_answer_pages, args=(street, hand_out, journal, over, random.Random(seed + number)))
        for number in range(count)
    ]
    for phone in crowd:
        phone.start()
    try:
        yield journal
    finally:
        over.set()
        for phone in crowd:
            phone.join(timeout=LONGEST)
    assert not any(phone.is_alive() for phone in crowd)


def _answer_pages(
    street: Street, hand_out: Callable[[], Form], journal: Journal, over: threading.Event, rng: random.Random
) -> None:
    while not over.is_set():
        form = hand_out()
        answer = bring_home(street, form, journal)
        if answer is not None and answer.status == 303 and rng.random() < AGAIN:
            bring_home(street, form, journal)


def bring_home(street: Street, form: Form, journal: Journal) -> Answer | None:
    """Send the form until somebody says what became of it."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        answer = ask(street.port, form.request)
        if answer is not None and answer.status != 503:
            journal.answers.append((form, answer))
            return answer
        if answer is None:
            journal.cut.add(form.number)
        else:
            journal.put_off += 1
        time.sleep(PAUSE)
    journal.troubles.append(f"form {form.number} was never answered")
    return None
