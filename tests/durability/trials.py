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
        tries: int = 3,
        told: Sequence[int] = (LATER,),
        ready: Sequence[int] = (LATER,),
    ) -> None:
        """Some forms come before the fault, some while it lasts, again and again; all are sent again when it is over.

        `late` are pages that were opened elsewhere, for a server that was never well.
        """
        early = [] if late else self.open(EARLY)
        late = late or self.open(LATE)
        words = self._bring_home(early)
        with fault:
            for _ in range(tries):
                self.meet(early, late, told=told, ready=ready)
        self.settle([*early, *late], words)

    def meet(
        self,
        early: Sequence[Form],
        late: Sequence[Form],
        *,
        told: Sequence[int] = (LATER,),
        ready: Sequence[int] = (LATER,),
    ) -> None:
        """While the fault lasts: late forms are put off; of early ones the receipt may be told, and pages be shown."""
        allowed = [(RECEIPT, LATER)] * len(early) + [told] * len(late)
        for answer in self._ask([form.request for form in (*early, *late)], allowed):
            assert answer.status != LATER or KEPT.search(visible(answer.text)), visible(answer.text)
        codes = (self.pages.posters[0], self.pages.slips[-1])
        self._ask([opening(code) for code in codes], [(OPENED, LATER)] * len(codes))
        assert (self._status("/healthz"), self._status("/readyz")) in [(OPENED, status) for status in ready]

    def settle(self, forms: Sequence[Form], words: Sequence[Word]) -> None:
        """When it is over: nothing is half done; all forms, sent once more, get their receipts; the books are right."""
        assert half_done(forms, self.read()) == []
        words = [*words, *self._bring_home(forms)]
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

    def _ask(self, requests: Sequence[bytes], allowed: Sequence[Sequence[int]]) -> list[Answer]:
        """All of them at once; each gets one of the answers that are allowed for it."""
        answers = ask_together([self.node.port] * len(requests), requests)
        for answer, statuses in zip(answers, allowed, strict=True):
            assert answer.status in statuses, (answer.status, visible(answer.text))
            if answer.status == LATER:
                assert_asks_for_patience(answer)
        return answers

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
    assert TRY_AGAIN.search(words), words


def visible(page: str) -> str:
    """The text of a page, roughly."""
    body = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))
