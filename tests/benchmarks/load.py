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
    """What came back: answers by status, and how long all of it took."""

    statuses: Counter[int]
    seconds: float

    @property
    def per_second(self) -> float:
        return sum(self.statuses.values()) / self.seconds


def send(port: int, requests: Iterable[bytes], *, connections: int = 16) -> Load:
    """Send every request to 127.0.0.1, one at a time on each connection; the time runs from first to last byte."""
    waiting = deque(requests)
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as selector:
        lines = [_Line(port, selector) for _ in range(connections)]
        begun = time.perf_counter()
        busy = sum(line.start(waiting) for line in lines)
        while busy and time.perf_counter() - begun < LONGEST:
            for key, _ in selector.select(timeout=1):
                line: _Line = key.data
                status = line.receive()
                if status is not None:
                    statuses[status] += 1
                    busy -= 1
                    busy += line.start(waiting)
        seconds = time.perf_counter() - begun
        for line in lines:
            line.socket.close()
    return Load(statuses, seconds)


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

    def receive(self) -> int | None:
        """The status, once the whole answer is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.received += piece
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        return int(head.split(b" ", 2)[1])


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":", 1)[1])
    raise ValueError("an answer without its length")


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
