"""Limits on guessing: counted by remote address, in memory (or Redis on several machines), never stored or logged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from flask import Response, request
from flask_limiter import Limiter
from limits import parse
from werkzeug.exceptions import TooManyRequests

from app.edge import Renke, here
from surveys.errors import SurveyError

A_MINUTE = 60
UNKNOWN_CODES = parse("30/minute")
WRONG_PASSWORDS = parse("20/minute")
SIGN_IN = "security.login"
OK, NOT_SIGNED_IN = 200, 422


def init_limits(app: Renke) -> None:
    """A limiter for each application, so that two in one process do not count together."""
    app.extensions["guesses"] = Limiter(_address, app=app, storage_uri=app.settings.limits_storage)
    app.before_request(_refuse_guessing)
    app.after_request(_count_guess)


@contextmanager
def limited_guessing(*, guessable: bool) -> Iterator[None]:
    """Let an address try at most UNKNOWN_CODES codes that do not exist.

    Only failures count, so that a whole school behind one address answers at once. Mistyped codes do not count
    either: the check character is public, so they tell a guesser nothing, and they are the slips of honest hands.
    An address that used up its tries is refused every `guessable` code, existing or not, for the minute; a scanned
    code, of 120 bits, cannot be guessed and always passes if it exists.

    Flask-Limiter's counter is used without its decorator, which would log the address of whoever is refused.
    """
    counter, address = here().extensions["guesses"].limiter, _address()
    if guessable and not counter.test(UNKNOWN_CODES, "codes", address):
        raise TooManyRequests(retry_after=A_MINUTE)
    try:
        yield
    except SurveyError as error:
        if error.code == "code.unknown" and not counter.hit(UNKNOWN_CODES, "codes", address):
            raise TooManyRequests(retry_after=A_MINUTE) from None
        raise


def _refuse_guessing() -> None:
    """An address that tried too many passwords may not try another, right or wrong, for the minute."""
    if _signs_in() and not here().extensions["guesses"].limiter.test(WRONG_PASSWORDS, "passwords", _address()):
        raise TooManyRequests(retry_after=A_MINUTE)


def _count_guess(response: Response) -> Response:
    """A sign-in that does not lead on was refused, which the library shows as a page like any other."""
    if _signs_in() and response.status_code == OK:
        here().extensions["guesses"].limiter.hit(WRONG_PASSWORDS, "passwords", _address())
        response.status_code = NOT_SIGNED_IN
    return response


def _signs_in() -> bool:
    return request.endpoint == SIGN_IN and request.method == "POST"


def _address() -> str:
    """Of IPv6 only the network counts: whoever has one address has 2^64."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given  # a Unix socket
    return address.exploded[:19] if isinstance(address, IPv6Address) else given
