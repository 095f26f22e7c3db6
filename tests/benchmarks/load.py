"""The sender, for loopback only: prepared requests over kept-alive connections, bounded in number and time.

It shares the cores with the server, so it does as little as it can for each request: one `send`, one `recv`, a look
at the status. Measured in turn with `wrk`, it gets the same rates with a little more of the processor's time
(9 to 11 microseconds a request, `wrk` 7 to 10).
"""

from __future__ import annotations

import gc
import select
import socket
import time
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, repeat
from random import Random

LONGEST = 90.0  # seconds a run may take
HEAD_END, LENGTH, LOCATION = b"\r\n\r\n", b"content-length: ", b"location: "  # small letters, as the server sends them


@dataclass(frozen=True)
class Volley:
    """`count` requests, taken in turn from `requests`, over some connections.

    Without a `rate` each connection sends as soon as it has its answer. With one, requests have their moments, at
    random as when people come by themselves, so many a second on average; one that finds no connection free waits,
    and its time runs all the same.
    """

    requests: Sequence[bytes]
    count: int
    connections: int
    rate: float | None = None

    def moments(self) -> Iterable[float]:
        """When each request is due, in seconds from the start."""
        if self.rate is None:
            return repeat(0.0)
        rng = Random(self.count)
        return sorted(rng.random() * self.count / self.rate for _ in range(self.count))


@dataclass(frozen=True)
class Load:
    """What came back: the seconds each answer took by status, where answers led, and the sender's own part of it."""

    times: Mapping[int, array[float]]
    locations: Counter[str]
    seconds: float
    busy: float  # share of one core that sending and receiving took

    @property
    def statuses(self) -> dict[int, int]:
        return {status: len(times) for status, times in self.times.items()}

    @property
    def count(self) -> int:
        return sum(map(len, self.times.values()))

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    def expect(self, wanted: Mapping[int, int]) -> None:
        """Stop the run unless just so many answers of each status came."""
        if self.statuses != wanted:
            raise SystemExit(f"expected answers by status {dict(wanted)}, got {self.statuses}")


def send(port: int, volley: Volley) -> Load:
    """Send all of it to 127.0.0.1; the time runs from the first byte to the last."""
    lines = _Lines(port, volley.connections)
    gc.collect()
    gc.disable()  # nothing here makes cycles, and a collection would be counted as the server's time
    try:
        moments = volley.moments()
        begun, worked = time.perf_counter(), time.process_time()
        lines.run(volley, moments, begun)
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    finally:
        gc.enable()
        lines.close()
    times = {int(status): times for status, times in lines.times.items()}
    return Load(times, Counter(place.decode() for place in lines.places), seconds, worked / seconds)


class _Lines:
    """Kept-alive connections, each with at most one request on its way; they go by the number of their file."""

    def __init__(self, port: int, connections: int) -> None:
        self._poll = select.epoll()
        self._sockets = {each.fileno(): each for each in (_connect(port) for _ in range(connections))}
        self._idle = deque(self._sockets)  # in turn, so that every worker of the server gets its part
        self._sent_at = dict.fromkeys(self._sockets, 0.0)
        self._parts = dict.fromkeys(self._sockets, b"")
        self.times: defaultdict[bytes, array[float]] = defaultdict(lambda: array("d"))
        self.places: list[bytes] = []
        for each in self._sockets.values():
            self._poll.register(each, select.EPOLLIN)

    def run(self, volley: Volley, moments: Iterable[float], begun: float) -> None:
        scheduled = volley.rate is not None
        requests, dues = cycle(volley.requests), map(begun.__add__, moments)
        due, unsent, unanswered = next(dues), volley.count, volley.count
        while unanswered and (now := time.perf_counter()) < begun + LONGEST:
            while unsent and self._idle and due <= now:
                number = self._idle.popleft()
                self._sent_at[number] = due if scheduled else now
                self._sockets[number].sendall(next(requests))
                unsent, due = unsent - 1, next(dues, 0.0)
            if unsent and self._idle:  # epoll itself counts in whole milliseconds
                select.select([self._poll], (), (), due - now)
                unanswered -= self._receive(0)
            else:
                unanswered -= self._receive(1)

    def _receive(self, wait: float) -> int:
        """Take what is there; how many answers are complete with it."""
        complete = 0
        for number, _ in self._poll.poll(wait):
            piece = self._sockets[number].recv(65536)
            answer = self._parts[number] + piece if self._parts[number] else piece
            if not piece:
                raise ConnectionError("the server closed the connection")
            if is_whole(answer):
                self.times[answer[9:12]].append(time.perf_counter() - self._sent_at[number])
                self._parts[number] = b""
                self._idle.append(number)
                complete += 1
                if answer[9:10] == b"3":
                    self.places.append(_field(answer, LOCATION))
            else:
                self._parts[number] = answer
        return complete

    def close(self) -> None:
        for each in self._sockets.values():
            each.close()
        self._poll.close()


def _connect(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=LONGEST)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.settimeout(None)  # with one, each call would ask the system twice; the poll says when there is something
    return made


def is_whole(answer: bytes) -> bool:
    """Whether the head and all of the body are there."""
    end = answer.find(HEAD_END)
    return end >= 0 and len(answer) >= end + len(HEAD_END) + int(_field(answer, LENGTH))


def _field(answer: bytes, name: bytes) -> bytes:
    start = answer.index(name) + len(name)
    return answer[start : answer.index(b"\r", start)]


def get(path: str) -> bytes:
    """A GET as a phone sends it."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-CN\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    """A form as a phone sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-CN\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
