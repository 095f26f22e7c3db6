"""One kind of request, sent to one server for some seconds a round: as fast as answers come, or at a rate."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence

from tests.benchmarks.delays import Delays, delays
from tests.benchmarks.load import Load, Volley
from tests.benchmarks.rounds import Measure
from tests.benchmarks.sender import WORDS
from tests.benchmarks.server import Server
from tests.benchmarks.size import Size

Prepare = Callable[[int], Sequence[bytes]]


class Rush:
    """`prepare` gives requests for so many sendings; fewer are sent again and again. Each is answered by `status`."""

    def __init__(self, server: Server, prepare: Prepare, size: Size, status: int) -> None:
        self._server, self._prepare, self._size, self._status = server, prepare, size, status
        self._times: list[array[float]] = []
        self.locations: Counter[str] = Counter()
        self.busy = 0.0
        self.rate = self._find_rate()

    def take(self) -> Measure:
        """A round, as fast as answers come."""
        load, found = self._send(round(self.rate * self._size.seconds))
        self._times.append(load.times[self._status])
        self.rate = found.value
        return found

    def keep_to(self, rate: float, seconds: float) -> Load:
        """So many requests a second, whether answers come or not."""
        return self._send(round(rate * seconds), rate)[0]

    @property
    def delays(self) -> Delays:
        """Of all rounds."""
        return delays(self._times)

    def _find_rate(self) -> float:
        """After warming up: about how many a second."""
        _, warming = self._send(self._size.warming)
        _, found = self._send(max(self._size.warming, round(warming.value * self._size.seconds / 4)))
        return found.value

    def _send(self, count: int, rate: float | None = None) -> tuple[Load, Measure]:
        volley = Volley(self._prepare(count), count, self._size.connections, rate)
        load, found = self._server.measure(volley)
        load.expect({self._status: count})
        self.locations += load.locations
        self.busy = load.busy
        return load, found


def sender_words(ours: Rush, bare: Rush) -> str:
    return f"{WORDS}: {ours.busy:.0%} of a core, {bare.busy:.0%} for the yardstick"


def delay_words(ours: Rush, bare: Rush, connections: int) -> str:
    return f"{ours.delays}, yardstick {bare.delays}; {connections} connections that never rest"
