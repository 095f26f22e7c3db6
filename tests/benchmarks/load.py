"""A load generator for loopback: prepared requests over a few kept-alive connections, bounded in number and time."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 60.0  # seconds a run may take


@dataclass(frozen=True)
class Load:
    """What came back: answers by status, where they led, how long all of it took, and the sender's own part of it."""

    statuses: Counter[int]
    locations: Counter[str]
    seconds: float
    busy: float  # share of one core that sending and receiving took

    @property
    def per_second(self) -> float:
        return sum(self.statuses.values()) / self.seconds


def send(port: int, requests: Iterable[bytes], *, connections: int = 16) -> Load:
    """Send every request to 127.0.0.1, one at a time on each connection; the time runs from first to last byte."""
    waiting = deque(requests)
    statuses: Counter[int] = Counter()
    locations: Counter[str] = Counter()
    with selectors.DefaultSelector() as selector:
        lines = [_Line(port, selector) for _ in range(connections)]
        begun, worked = time.perf_counter(), time.process_time()
        busy = sum(line.start(waiting) for line in lines)
        while busy and time.perf_counter() - begun < LONGEST:
            for key, _ in selector.select(timeout=1):
                line: _Line = key.data
                head = line.receive()
                if head is not None:
                    statuses[int(head.split(b" ", 2)[1])] += 1
                    locations[_field(head, b"location").decode()] += 1
                    busy -= 1
                    busy += line.start(waiting)
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
        for line in lines:
            line.socket.close()
    return Load(statuses, locations, seconds, worked / seconds)


class _Line:
    """One kept-alive connection with at most one request on its way."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LONGEST)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        selector.register(self.socket, selectors.EVENT_READ, self)

    def start(self, waiting: deque[bytes]) -> int:
        if not waiting:
            return 0
        self.received = b""
        self.socket.sendall(waiting.popleft())
        return 1

    def receive(self) -> bytes | None:
        """The answer's head, once all of it is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.received += piece
        head, found, body = self.received.partition(b"\r\n\r\n")
        return head if found and len(body) >= int(_field(head, b"content-length")) else None


def _field(head: bytes, name: bytes) -> bytes:
    """A header's value; nothing where it is not there."""
    for line in head.split(b"\r\n"):
        if line[: len(name)].lower() == name:
            return line[len(name) + 1 :].strip()
    return b""


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
