"""A trial: the survey is served, something breaks, people come all the same, it is mended. Nobody may be worse off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.load import get
from tests.durability.books import Books, Word, broken_promises, half_done, read_books, read_copy
from tests.durability.counties import County
from tests.durability.forms import Form, Pages
from tests.durability.nodes import Node, Starter, node
from tests.durability.phones import Answer, Journal, Street, ask, ask_together, bring_home

EARLY, LATE = 1, 3  # forms for slips, and as many for posters; a server answers eight people at once
INNER_WORDS = re.compile(r"Traceback|sqlalchemy|psycopg|sqlite|postgres|Error|disk|connection|lock", re.IGNORECASE)
KEPT = re.compile("保留|保存|还在|没有丢|不会丢")
TRY_AGAIN = re.compile("再(试|提交|交|发|点)|重试|重新提交")


@dataclass(frozen=True)
class Trial:
    """What is served where, and how to read its database when nothing is broken."""

    pages: Pages
    node: Node
    read: Callable[[], Books]

    def endure(
        self,
        fault: AbstractContextManager[None],
        *,
        early: int = EARLY,
        told: Sequence[int] = (503,),
        ready: Sequence[int] = (503,),
    ) -> None:
        """Some forms come before the fault, some while it lasts; all are sent again when it is over."""
        first, late = self._forms(early), self._forms(LATE)
        words = self._bring_home(first)
        with fault:
            self._meet(first, late, told, ready)
        assert half_done(first + late, self.read()) == []
        words += self._bring_home(late) + self._bring_home(first)
        assert {word.status for word in words} == {303}
        books = self.read()
        assert broken_promises(words, books) == []
        assert half_done(first + late, books) == []
        assert books.responses.total() == len(first + late)

    def _forms(self, count: int) -> list[Form]:
        """Each for a slip or a poster that no other form of the trial is for."""
        slips = [self.pages.slips.pop() for _ in range(count)]
        forms = [self.pages.page("personal", slip) for slip in slips]
        return forms + [self.pages.page("open", poster) for poster in self.pages.posters[:1] * count]

    def _bring_home(self, forms: Sequence[Form]) -> list[Word]:
        journal = Journal()
        for form in forms:
            bring_home(Street(self.node.port), form, journal)
        assert journal.troubles == []
        return journal.words(self.pages)

    def _meet(self, early: Sequence[Form], late: Sequence[Form], told: Sequence[int], ready: Sequence[int]) -> None:
        repeats = [form.request for form in early]
        self._hear([*repeats, *(form.request for form in late)], [*[(303, 503)] * len(repeats), *[told] * len(late)])
        self._hear([form.view for form in self._forms(1)], [(200, 503)] * 2)
        assert self._status("/healthz") == 200
        assert self._status("/readyz") in ready

    def _hear(self, requests: Sequence[bytes], expected: Sequence[Sequence[int]]) -> None:
        """All of them at once; each gets one of the answers that are expected for it."""
        answers = ask_together([self.node.port] * len(requests), requests)
        for answer, allowed in zip(answers, expected, strict=True):
            assert answer.status in allowed, visible(answer.text)
            assert answer.status != 503 or assert_asks_for_patience(answer)

    def _status(self, path: str) -> int | None:
        answer = ask(self.node.port, get(path))
        return None if answer is None else answer.status


@contextmanager
def trial_of(
    county: County, starter: Starter, pages: Pages | None = None, where: Callable[[Node], Path] | None = None
) -> Iterator[Trial]:
    """The county, served; `where` tells the folder of its files if that is not where its address says."""
    pages = pages or Pages(county)
    with node(starter, county.environment, county.settings.home / "server.txt") as server:
        yield Trial(pages, server, lambda: read_books(county) if where is None else read_copy(county, where(server)))


def assert_asks_for_patience(answer: Answer) -> bool:
    """Come again later, in words for parents and in a number for their browsers."""
    words = visible(answer.text)
    assert answer.status == 503, words
    assert 1 <= int(answer.headers["Retry-After"]) <= 120
    assert answer.headers.get_content_type() == "text/html"
    assert re.search('<html[^>]* lang="zh-CN"', answer.text)
    assert INNER_WORDS.search(words) is None, words
    assert KEPT.search(words), words
    assert TRY_AGAIN.search(words), words
    return True


def visible(page: str) -> str:
    """The text of a page, roughly."""
    body = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))
