"""Limits on guessing codes, serials and tokens, by failures; in memory (or Redis), never stored or logged."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import request
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

A_MINUTE = 60
UNKNOWN_CODES = parse("30/minute")
REFUSED_SHEETS = parse("60/minute")
REPORTS = parse("30/minute")
UNKNOWN_SERIALS = parse("30/minute")
UNKNOWN_TOKENS = parse("60/minute")


class Limits:
    """What respondents' pages count, and it is only failures: a whole school behind one address answers at once.

    *Unknown codes, by address.* Mistyped ones do not count: the check character is public, so they tell a guesser
    nothing, and they are the slips of honest hands. An address that used up its tries is refused every guessable code,
    existing or not, for the minute; a scanned code, of 120 bits, cannot be guessed and always passes if it exists.

    *Refused sheets, by the id of their code*, which is noted only then: no page of ours is refused so often.

    *Reports of misuse, by address.*

    *Unknown serials of reports, by address.*

    *Unknown tokens of the API, by address.* A token, of 256 bits, cannot be guessed; one that exists always passes.
    """

    def __init__(self, storage: str) -> None:
        self._counter = FixedWindowRateLimiter(storage_from_string(storage))

    def check_guessing(self) -> None:
        """Raises TooManyRequests where this address has tried too many codes that do not exist."""
        if not self._counter.test(UNKNOWN_CODES, "codes", address_of_visitor()):
            raise TooManyRequests(retry_after=A_MINUTE)

    def count_unknown(self) -> None:
        """Raises TooManyRequests at one too many."""
        if not self._counter.hit(UNKNOWN_CODES, "codes", address_of_visitor()):
            raise TooManyRequests(retry_after=A_MINUTE)

    def count_refused(self, code: bytes) -> None:
        """A sheet by the code with this id was refused. Raises TooManyRequests at one too many."""
        if not self._counter.hit(REFUSED_SHEETS, "sheets", code.hex()):
            raise TooManyRequests(retry_after=A_MINUTE)

    def count_report(self) -> None:
        """Raises TooManyRequests at one too many."""
        if not self._counter.hit(REPORTS, "reports", address_of_visitor()):
            raise TooManyRequests(retry_after=A_MINUTE)

    def count_token(self) -> None:
        """Raises TooManyRequests at one too many."""
        if not self._counter.hit(UNKNOWN_TOKENS, "tokens", address_of_visitor()):
            raise TooManyRequests(retry_after=A_MINUTE)

    def check_serials(self) -> None:
        """Raises TooManyRequests where this address has tried too many serials that do not exist."""
        if not self._counter.test(UNKNOWN_SERIALS, "serials", address_of_visitor()):
            raise TooManyRequests(retry_after=A_MINUTE)

    def count_serial(self) -> None:
        """Raises TooManyRequests at one too many."""
        if not self._counter.hit(UNKNOWN_SERIALS, "serials", address_of_visitor()):
            raise TooManyRequests(retry_after=A_MINUTE)


def address_of_visitor() -> str:
    """Of IPv6 only the network counts: whoever has one address has 2^64."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given  # a Unix socket
    return address.exploded[:19] if isinstance(address, IPv6Address) else given
