"""The books: what the database holds at the end, set against what the phones were told."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from surveys.db import Database
from surveys.models import Comment, Response
from tests.durability.counties import County
from tests.durability.forms import Form
from tests.factories import used_codes

RECEIPT, USED_UP = 303, 410


@dataclass(frozen=True)
class Word:
    """What a phone was told of a form: that there is a receipt, and where; or that the code is used up."""

    form: Form
    status: int
    receipt: str | None


@dataclass(frozen=True)
class Books:
    """All rows of the campaign."""

    responses: Counter[bytes]  # by their answers, which no two forms share
    channels: Counter[str]
    comments: Counter[str]
    used: Counter[bytes]  # ids of codes


def read_books(county: County) -> Books:
    """The rows as they are; SQLite's file and indexes must be in order."""
    mine = Response.campaign_id == county.campaign.id
    with county.database.read() as session:
        books = Books(
            Counter(session.scalars(select(Response.answers).where(mine))),
            Counter(session.scalars(select(Response.channel).where(mine))),
            Counter(session.scalars(select(Comment.text).where(Comment.campaign_id == county.campaign.id))),
            Counter(used_codes(session).keys()),
        )
    _check_file(county.database)
    county.database.close()
    return books


def read_copy(county: County, folder: Path) -> Books:
    """The rows in SQLite's files in a folder that only others can use; at a moment when nobody writes."""
    with tempfile.TemporaryDirectory(prefix="renke-copy-") as copies:
        for file in folder.glob("renke.db*"):
            shutil.copy(file, copies)
        return read_books(replace(county, database=Database(f"sqlite:///{copies}/renke.db")))


def _check_file(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        return
    with database.read() as session:
        assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def half_done(forms: Iterable[Form], books: Books) -> list[str]:
    """What no moment may show, whoever has been told what: in words, nothing where all is well."""
    return list(_half_done({form.answers: form for form in forms}, books))


def _half_done(forms: dict[bytes, Form], books: Books) -> Iterator[str]:
    stored = [forms[answers] for answers in books.responses if answers in forms]
    yield from (f"a row of no form: {answers.hex()}" for answers in books.responses.keys() - forms.keys())
    yield from (f"form {forms[each].number} has {n} rows" for each, n in books.responses.items() if n > 1)
    slips = Counter(each.code.id for each in stored if each.code.kind == "personal")
    yield from _differences("used code", slips, books.used)
    yield from _differences("comment", Counter(each.comment for each in stored if each.comment), books.comments)
    yield from _differences("channel", Counter(each.code.kind for each in stored), books.channels)


def broken_promises(words: Iterable[Word], books: Books) -> list[str]:
    """Receipts that were lost, doubled or changed, and rows of those who were refused; nothing where all is well."""
    return list(_broken_promises(list(words), books))


def _broken_promises(words: list[Word], books: Books) -> Iterator[str]:
    receipts: dict[int, set[str]] = {}  # by the number of the form
    for word in words:
        stored, number = books.responses[word.form.answers], word.form.number
        if word.status == RECEIPT and word.receipt is not None:
            receipts.setdefault(number, set()).add(word.receipt)
            if stored != 1:
                yield f"form {number} ({word.form.code.kind}) has receipt {word.receipt} and {stored} rows"
        elif word.status == USED_UP and word.form.code.kind == "personal":
            if stored:
                yield f"form {number} was told that its code is used up, and is stored"
        else:
            yield f"form {number} ({word.form.code.kind}) was answered with {word.status}"
    yield from (f"form {number} has receipts {found}" for number, found in receipts.items() if len(found) > 1)
    twice = Counter(receipt for found in receipts.values() for receipt in found)
    yield from (f"{n} forms have receipt {receipt}" for receipt, n in twice.items() if n > 1)


def _differences(what: str, expected: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    for each in expected.keys() | found.keys():
        if expected[each] != found[each]:
            yield f"{what} {each!r}: {found[each]} instead of {expected[each]}"
