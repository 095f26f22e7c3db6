"""The sender: what it takes for an answer, and when it sends."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Thread
from time import sleep

import pytest

from tests.benchmarks.delays import delays
from tests.benchmarks.load import Load, Volley, get, send

MOVED = b"HTTP/1.1 303 See Other\r\nlocation: /r/receipt/%d\r\ncontent-length: 4\r\n\r\nbody"
PAUSE = 0.02


def test_an_answer_in_pieces_is_one_answer() -> None:
    load = _send_to([[b"HTTP/1.1 200 OK\r\ncontent-", b"length: 6\r\n\r\nabc", b"def"]] * 3)
    assert load.statuses == {200: 3}
    assert delays(load.times.values()).p50 > PAUSE * 1000 * 2  # the answer is there with its last piece


def test_receipts_are_told_apart() -> None:
    assert _send_to([[MOVED % number] for number in (1, 2, 2)]).locations == Counter(
        {"/r/receipt/1": 1, "/r/receipt/2": 2}
    )


def test_another_status_stops_the_run() -> None:
    load = _send_to([[MOVED % 1], [b"HTTP/1.1 503 \r\ncontent-length: 0\r\n\r\n"]])
    with pytest.raises(SystemExit, match="503"):
        load.expect({303: 2})


def test_a_server_that_hangs_up_stops_the_run() -> None:
    with pytest.raises(ConnectionError):
        _send_to([[MOVED % 1], []])


def test_a_rate_is_kept_and_waiting_counts() -> None:
    load = _send_to([[b"HTTP/1.1 200 OK\r\n", b"content-length: 0\r\n\r\n"]] * 10, rate=200.0)
    assert load.seconds >= 10 * PAUSE  # one connection: each waits for the one before
    assert delays(load.times.values()).most > 5 * PAUSE * 1000  # due long before it could be sent


def test_moments_fill_the_time_and_no_more() -> None:
    moments = list(Volley([b""], count=500, connections=1, rate=100.0).moments())
    assert len(moments) == 500
    assert moments == sorted(moments)
    assert 0 <= moments[0] < 0.2
    assert 4.8 < moments[-1] <= 5.0


def _send_to(answers: Sequence[Sequence[bytes]], rate: float | None = None) -> Load:
    with _answering(answers) as port:
        return send(port, Volley([get("/")], len(answers), connections=1, rate=rate))


@contextmanager
def _answering(answers: Sequence[Sequence[bytes]]) -> Iterator[int]:
    """A server for one connection; it gives each answer in pieces, and hangs up after the last."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = Thread(target=_answer, args=(server, answers))
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def _answer(server: socket.socket, answers: Sequence[Sequence[bytes]]) -> None:
    line, _ = server.accept()
    with line:
        for pieces in answers:
            line.recv(65536)
            for place, piece in enumerate(pieces):
                sleep(PAUSE if place else 0)
                line.sendall(piece)
