"""Forms as pages hand them out, filled in so that no two are alike: each row of the database can then be told apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Literal
from urllib.parse import urlencode

from app import create_app
from app.respond import tokens
from surveys.codes.forms import token_of
from surveys.instruments.model import Instrument
from tests.benchmarks.load import get, post
from tests.durability.counties import County

Kind = Literal["open", "personal"]
COMMENT_EVERY = 3


@dataclass(frozen=True)
class Form:
    """One opened page, filled in. `answers` is what the database keeps of it, and of no other form."""

    number: int
    kind: Kind
    code_id: bytes
    path: str
    key: str
    answers: bytes
    comment: str | None
    body: bytes = field(repr=False)

    @property
    def request(self) -> bytes:
        """The request that hands it in."""
        return post(self.path, self.body)

    @property
    def view(self) -> bytes:
        """The request for one more page behind the same code."""
        return get(self.path)


class Pages:
    """Hands out forms of the parents' paper, to any thread."""

    def __init__(self, county: County) -> None:
        self._app = create_app(county.settings, database=county.database)
        self._secret = county.settings.secret
        self._paper = county.paper
        self.posters = county.code_ids("open")
        self.slips = county.code_ids("personal")
        self._dealt = _deal(self.slips)
        self._numbers = itertools.count(1)
        self._lock = Lock()
        county.database.close()  # servers that are killed should leave a file that nobody has open

    def hand_out(self) -> Form:
        """A page behind a slip or behind a poster, in turn; every other slip is in the hands of two people."""
        with self._lock:
            number = next(self._numbers)
            slip = next(self._dealt, None) if number % 2 else None
        if slip is not None:
            return self._fill_in(number, "personal", slip)
        return self._fill_in(number, "open", self.posters[number % len(self.posters)])

    def page(self, kind: Kind, code_id: bytes) -> Form:
        """A page behind this very code."""
        with self._lock:
            number = next(self._numbers)
        return self._fill_in(number, kind, code_id)

    def moved(self, form: Form, code_id: bytes) -> Form:
        """The page as if it had been opened behind another code: the same key, the same answers."""
        return self._fill_in(form.number, form.kind, code_id, form.key)

    def receipt_number(self, location: str) -> str:
        """The number of the receipt that an answer leads to; it must be one that the server has signed."""
        with self._app.app_context():
            return tokens.open_receipt(location.rpartition("/")[2]).number

    def _fill_in(self, number: int, kind: Kind, code_id: bytes, key: str | None = None) -> Form:
        chosen = _answers(self._paper.instrument, number)
        comment = None if number % COMMENT_EVERY else f"第 {number} 份"
        with self._app.app_context():
            opened = tokens.new_form(version_id=self._paper.version_id, language="zh-CN", now=datetime.now(UTC))
            opened = replace(opened, key=key or opened.key)
            sealed = tokens.seal_form(opened, code_id=code_id)
        path = f"/r/{token_of(self._secret, code_id)}"
        fields = {"_form": sealed, "_comment": comment or "", **{item: str(code) for item, code in chosen.items()}}
        body = urlencode(fields).encode()
        return Form(number, kind, code_id, path, opened.key, bytes(chosen.values()), comment, body)


def _deal(slips: list[bytes]) -> Iterator[bytes]:
    """Each slip once, every other one twice."""
    for place, slip in enumerate(slips):
        yield from [slip] * (1 + place % 2)


def _answers(instrument: Instrument, number: int) -> Mapping[str, int]:
    """The number, written with options instead of digits."""
    chosen = {}
    for item in instrument.items:
        number, digit = divmod(number, len(item.scale.options))
        chosen[item.id] = item.scale.options[digit].code
    assert number == 0, "more forms than ways to fill one in"
    return chosen
