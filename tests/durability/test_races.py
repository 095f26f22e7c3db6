"""Many come at once, to two nodes that know nothing of each other: one row and one receipt for each key and slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from app.respond import tokens
from surveys.db import Database
from tests.durability.books import half_done, read_books
from tests.durability.counties import Code, County, open_county
from tests.durability.forms import Form, Pages, opening
from tests.durability.nodes import node
from tests.durability.phones import Answer, ask, ask_together
from tests.durability.warm import Warm
from tests.factories import SECRET

AT_ONCE = 24
RACES = 20
SLIPS = 4 * RACES
pytestmark = pytest.mark.xdist_group("durability")


@dataclass(frozen=True)
class Survey:
    """A county that two nodes serve."""

    county: County
    pages: Pages
    ports: Sequence[int]

    def open(self, code: Code) -> Form:
        """The page behind this code."""
        answer = ask(self.ports[0], opening(code))
        assert answer is not None
        return self.pages.fill_in(code, answer.text)

    def race(self, forms: Sequence[Form]) -> list[Answer]:
        """Each form on a connection of its own, at one node and the other in turn, all at once."""
        ports = [self.ports[place % 2] for place in range(len(forms))]
        return ask_together(ports, [form.request for form in forms])

    def rows(self) -> tuple[int, int]:
        """How many responses there are, and how many codes are used."""
        books = read_books(self.county)
        return books.responses.total(), books.used.total()


@pytest.fixture
def survey(database: Database, warm: Warm, tmp_path: Path) -> Iterator[Survey]:
    county = open_county(database, tmp_path, slips=SLIPS)
    with ExitStack() as stack:
        nodes = [stack.enter_context(node(warm, county.environment, tmp_path / "server.txt")) for _ in range(2)]
        yield Survey(county, Pages(county), [each.port for each in nodes])


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def receipts(answers: Sequence[Answer]) -> set[str | None]:
    return {answer.location for answer in answers if answer.status == 303}


def moved(form: Form, code: Code) -> Form:
    """The page as if it had been opened behind another code: the same key. Only we can make it: we know the secret."""
    fields = dict(parse_qsl(form.body.decode(), keep_blank_values=True))
    opened = tokens.open_form(fields["_form"], code_id=form.code.id, secret=SECRET)
    fields["_form"] = tokens.seal_form(opened, code_id=code.id, secret=SECRET)
    return replace(form, code=code, body=urlencode(fields).encode())


def test_one_key_at_two_nodes_is_one_response(survey: Survey) -> None:
    forms = [survey.open(survey.pages.posters[0]) for _ in range(RACES)]
    forms += [survey.open(slip) for slip in survey.pages.slips[:RACES]]
    told: list[str | None] = []
    for form in forms:
        answers = survey.race([form] * AT_ONCE)
        assert statuses(answers) == {303: AT_ONCE}
        told += receipts(answers)
    assert len(set(told)) == len(told) == len(forms)  # one for each key
    assert half_done(forms, read_books(survey.county)) == []
    assert survey.rows() == (len(forms), RACES)


def test_one_slip_at_two_nodes_is_one_response(survey: Survey) -> None:
    forms = []
    for slip in survey.pages.slips[:RACES]:
        forms += (racing := [survey.open(slip) for _ in range(AT_ONCE)])
        answers = survey.race(racing)
        assert statuses(answers) == {303: 1, 410: AT_ONCE - 1}
        winner = next(form for form, answer in zip(racing, answers, strict=True) if answer.status == 303)
        assert read_books(survey.county).responses[winner.answers] == 1
    assert half_done(forms, read_books(survey.county)) == []
    assert survey.rows() == (RACES, RACES)


def test_impatient_people_with_one_slip_get_one_receipt(survey: Survey) -> None:
    """Eight pages behind one slip, each sent three times at once: whoever is first is first three times."""
    for slip in survey.pages.slips[:RACES]:
        racing = [survey.open(slip) for _ in range(AT_ONCE // 3)] * 3
        answers = survey.race(racing)
        assert statuses(answers) == {303: 3, 410: AT_ONCE - 3}
        assert len(receipts(answers)) == 1
    assert survey.rows() == (RACES, RACES)


def test_one_key_behind_two_slips_uses_one_of_them(survey: Survey) -> None:
    slips = survey.pages.slips
    for one, other in zip(slips[:RACES], slips[RACES : 2 * RACES], strict=True):
        form = survey.open(one)
        answers = survey.race([form, moved(form, other)] * (AT_ONCE // 2))
        assert statuses(answers) == {303: AT_ONCE}
        assert len(receipts(answers)) == 1
    assert survey.rows() == (RACES, RACES)
