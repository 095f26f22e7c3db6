"""A trial: the survey is served, something breaks, people come all the same, it is mended. Nobody may be worse off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.load import get
from tests.durability.books import RECEIPT, Books, Word, broken_promises, half_done, read_books, read_copy
from tests.durability.counties import County
from tests.durability.forms import Form, Pages, opening
from tests.durability.nodes import Node, Starter, node
from tests.durability.phones import LATER, OPENED, Answer, Journal, Street, ask, ask_together, bring_home, open_page

EARLY, LATE = 1, 3  # people with slips, and as many before posters; a server answers eight at once
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
        late: Sequence[Form] = (),
        told: Sequence[int] = (LATER,),
        ready: Sequence[int] = (LATER,),
    ) -> None:
        """Some forms come before the fault, some while it lasts; all are sent again when it is over.

        `late` are pages that were opened elsewhere, for a server that was never well.
        """
        early = [] if late else self.open(EARLY)
        late = late or self.open(LATE)
        forms, words = [*early, *late], self._bring_home(early)
        with fault:
            self._meet(early, late, told, ready)
        assert half_done(forms, self.read()) == []
        words += self._bring_home(late) + self._bring_home(early)
        assert {word.status for word in words} == {RECEIPT}
        books = self.read()
        assert broken_promises(words, books) == []
        assert half_done(forms, books) == []
        assert books.responses.total() == len(forms)

    def open(self, people: int) -> list[Form]:
        """So many pages behind slips, each of its own, and as many behind a poster."""
        journal, codes = Journal(), [self.pages.slips.pop() for _ in range(people)] + self.pages.posters[:1] * people
        opened = [open_page(Street(self.node.port), self.pages, code, journal) for code in codes]
        assert journal.troubles == []
        return [form for form in opened if form is not None]

    def _bring_home(self, forms: Sequence[Form]) -> list[Word]:
        journal = Journal()
        bring_home(Street(self.node.port), forms, journal)
        assert journal.troubles == []
        return journal.words

    def _meet(self, early: Sequence[Form], late: Sequence[Form], told: Sequence[int], ready: Sequence[int]) -> None:
        """A repeat may be told its receipt even now; and pages may be shown."""
        allowed = [(RECEIPT, LATER)] * len(early) + [told] * len(late)
        self._hear([form.request for form in (*early, *late)], allowed)
        self._hear([opening(code) for code in (self.pages.posters[0], self.pages.slips[-1])], [(OPENED, LATER)] * 2)
        assert (self._status("/healthz"), self._status("/readyz")) in [(OPENED, status) for status in ready]

    def _hear(self, requests: Sequence[bytes], allowed: Sequence[Sequence[int]]) -> None:
        """All of them at once; each gets one of the answers that are allowed for it."""
        answers = ask_together([self.node.port] * len(requests), requests)
        for answer, statuses in zip(answers, allowed, strict=True):
            assert answer.status in statuses, (answer.status, visible(answer.text))
            if answer.status == LATER:
                assert_asks_for_patience(answer)

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


def assert_asks_for_patience(answer: Answer) -> None:
    """Come again later, in words for parents and in a number for their browsers."""
    words = visible(answer.text)
    assert 1 <= int(answer.headers["Retry-After"]) <= 120
    assert answer.headers.get_content_type() == "text/html"
    assert re.search('<html[^>]* lang="zh-CN"', answer.text)
    assert INNER_WORDS.search(words) is None, words
    assert KEPT.search(words), words
    assert TRY_AGAIN.search(words), words


def visible(page: str) -> str:
    """The text of a page, roughly."""
    body = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))
