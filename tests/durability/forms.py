"""Pages filled in so that no two are alike: each row of the database can then be told apart."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlencode

from surveys.instruments.model import Instrument
from tests.benchmarks.load import get, post
from tests.durability.counties import Code, County

COMMENT_EVERY = 3
TOKEN = re.compile(r'<input type="hidden" name="_form" form="answers" value="([^"]+)">\s*</body>')


@dataclass(frozen=True)
class Form:
    """One opened page, filled in. `answers` is what the database keeps of it, and of no other form."""

    number: int
    code: Code
    answers: bytes
    comment: str | None
    body: bytes = field(repr=False)

    @property
    def request(self) -> bytes:
        """The request that hands it in."""
        return post(self.code.path, self.body)


class Pages:
    """Knows the codes of a county and fills in the pages behind them, for any thread."""

    def __init__(self, county: County) -> None:
        self.posters, self.slips = county.codes("open"), county.codes("personal")
        self._instrument = county.paper.instrument
        self._dealt = iter(self.slips)
        self._numbers = itertools.count(1)
        self._lock = Lock()
        county.database.close()  # servers that are killed should leave a file that nobody has open

    def deal(self) -> Code:
        """The next slip or a poster, in turn; when there is no slip left, a poster."""
        with self._lock:
            number = next(self._numbers)
            slip = next(self._dealt, None) if number % 2 else None
        return slip or self.posters[number % len(self.posters)]

    def fill_in(self, code: Code, page: str) -> Form:
        """The page that was opened with this code, in a way that no other was filled in."""
        token = TOKEN.search(page)
        assert token is not None, page[-300:]
        with self._lock:
            number = next(self._numbers)
        chosen = _answers(self._instrument, number)
        comment = None if number % COMMENT_EVERY else f"第 {number} 份"
        fields = {item: str(option) for item, option in chosen.items()} | {"_comment": comment or ""}
        body = urlencode(fields | {"_form": html.unescape(token[1])}).encode()
        return Form(number, code, bytes(chosen.values()), comment, body)


def opening(code: Code) -> bytes:
    """The request for the page behind a code."""
    return get(code.path)


def _answers(instrument: Instrument, number: int) -> Mapping[str, int]:
    """The number, written with options instead of digits."""
    chosen = {}
    for item in instrument.items:
        number, digit = divmod(number, len(item.scale.options))
        chosen[item.id] = item.scale.options[digit].code
    assert number == 0, "more forms than ways to fill one in"
    return chosen
