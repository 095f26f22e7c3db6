"""Two ledgers: a dump tells that a code was used, and what was answered, and nothing leads from one to the other.

A thousand people with personal codes answer in a known order. Whoever reads the tables (a backup, a dump, a copy of
the disk) gets the rows in the order in which they lie, with every column, and on PostgreSQL with the hidden ones.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from scipy.stats import spearmanr
from sqlalchemy import Boolean, Date, Integer, LargeBinary, String, Table, Text, text

from surveys import campaigns, models
from surveys.campaigns import CampaignView
from surveys.codes import Place, Slip
from surveys.codes.tallies import SIZE, UNUSED, WIDTH, mark_of
from surveys.db import Database
from surveys.digests import keyed
from surveys.fieldwork.arrivals import add_arrivals
from tests.conftest import BACKENDS, postgres_database, sqlite_database
from tests.factories import NOW, SECRET, TODAY, add_campaign, add_slips, fresh_key, open_door, send

PEOPLE = 1000
SPARE = 200  # slips that nobody uses
TOGETHER = 50  # people who are counted at once, and in whose time a slot ends
LEDGERS: dict[str, Table] = {
    model.__tablename__: model.__table__  # type: ignore[misc]
    for model in (models.Code, models.CodeTally, models.Response, models.Comment, models.ArrivalCount)
}
KEYED = ("codes", "responses", "comments")  # those with a row for each code or answer
CHANCE = 0.1266  # what 1000 arrivals could give by chance: four standard errors of a rank correlation, 4 / sqrt(999)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # ledger -> its rows, in the order in which they lie


@dataclass(frozen=True)
class Arrival:
    """One person, in the order in which they came."""

    code_id: bytes
    token: str
    typed: str
    key: str
    receipt: str
    comment: str


@dataclass(frozen=True)
class Survey:
    """What can be read of a campaign that people have answered: before it is closed, and after."""

    campaign_id: int
    arrivals: tuple[Arrival, ...]
    before: Rows
    dump: str
    after: Rows


@pytest.fixture(scope="module", params=BACKENDS)
def survey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    if request.param == "sqlite":
        opened = sqlite_database(tmp_path_factory.mktemp("ledgers"))
    else:
        opened = postgres_database(request.getfixturevalue("postgres_server"))
    with opened as database:
        with database.begin() as session:
            campaign = add_campaign(session)
            slips = list(add_slips(session, campaign, count=PEOPLE + SPARE))
        random.Random(7).shuffle(slips)
        arrivals = tuple(arrive(database, number, slip) for number, slip in enumerate(slips[:PEOPLE]))
        before, dump = read(database), "\n".join(dump_of(database))
        close(database, campaign)
        yield Survey(campaign.id, arrivals, before, dump, read(database))


def arrive(database: Database, number: int, slip: Slip) -> Arrival:
    key, comment = fresh_key(), f"第{number}位" if number % 2 else ""
    with database.begin() as session:
        door = open_door(session, slip)
        receipt = send(session, door, key=key, comment=comment).number
    if number % TOGETHER == TOGETHER - 1:
        count_arrivals(database, door.place, number // TOGETHER)
    return Arrival(door.code_id, slip.token, slip.typed, key, receipt, comment)


def count_arrivals(database: Database, place: Place, slot: int) -> None:
    """As the turnstile does: those who came lately, some of them after the end of a slot, by one transaction."""
    campaign_id, group, school_id = place.key
    half = TOGETHER // 2
    slots = {(campaign_id, each, group, school_id): (half, half) for each in (slot, slot + 1)}
    with database.begin() as session:
        add_arrivals(session, slots)


def close(database: Database, campaign: CampaignView) -> None:
    with database.begin() as session:
        campaigns.close_campaign(session, name=campaign.name, now=NOW)


def read(database: Database) -> Rows:
    """Every row with every column."""
    postgres = database.engine.dialect.name == "postgresql"
    hidden, order = (", xmin::text AS writer, ctid::text AS place", " ORDER BY ctid") if postgres else ("", "")
    with database.read() as session:
        return {
            name: [dict(row) for row in session.execute(text(f"SELECT *{hidden} FROM {name}{order}")).mappings()]
            for name in LEDGERS
        }


def dump_of(database: Database) -> Iterator[str]:
    """The database as its own tools dump it."""
    if database.engine.dialect.name == "sqlite":
        connection = sqlite3.connect(str(database.engine.url.database))
        yield from connection.iterdump()
        connection.close()
        return
    with database.engine.connect() as connected:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        for name in connected.exec_driver_sql(query).scalars().all():
            with connected.connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                yield from (bytes(part).decode() for part in copy)


# Nothing in common


def test_no_column_is_finer_than_a_day() -> None:
    days = set()
    for table in LEDGERS.values():
        for column in table.c:
            assert isinstance(column.type, Integer | String | Text | LargeBinary | Date | Boolean), column
            if column.type.python_type is date:
                days.add(f"{table.name}.{column.name}")
    assert days == {"codes.issued_on", "codes.voided_on", "responses.received_on"}


def test_the_use_of_a_code_is_a_day_among_those_of_many_codes(survey: Survey) -> None:
    tallies = survey.before["code_tallies"]
    assert len(tallies) == -(-(PEOPLE + SPARE) // SIZE)
    assert {len(row["days"]) for row in tallies} == {SIZE * WIDTH}
    marks = [mark for row in tallies for mark in marks_of(row)]
    assert Counter(marks) == {mark_of(TODAY): PEOPLE, UNUSED: len(marks) - PEOPLE}


def marks_of(tally: Mapping[str, Any]) -> list[bytes]:
    days = bytes(tally["days"])
    return [days[place : place + WIDTH] for place in range(0, len(days), WIDTH)]


def test_no_table_refers_to_the_other_ledger() -> None:
    for table in LEDGERS.values():
        assert not {key.column.table.name for key in table.foreign_keys} & set(LEDGERS)


def test_no_value_of_one_ledger_is_in_another(survey: Survey) -> None:
    keys = {name: {value for row in survey.before[name] for value in row.values() if is_key(value)} for name in KEYED}
    assert {name: len(values) for name, values in keys.items()} == {
        "codes": 3 * (PEOPLE + SPARE),  # id, digest, digest of the typed form
        "responses": PEOPLE,  # id
        "comments": PEOPLE // 2,  # id
    }
    for name, values in keys.items():
        others = b"|".join(value for other in KEYED if other != name for value in keys[other])
        assert not [value for value in values if value[:8] in others or value[8:] in others]


def is_key(value: object) -> bool:
    """Only long binary values could lead somewhere: all others have few values, or are answers or comments."""
    return isinstance(value, bytes) and len(value) >= 8


def test_nothing_that_a_respondent_holds_is_in_a_dump(survey: Survey) -> None:
    dump = survey.dump.lower()
    assert survey.arrivals[0].code_id.hex() in dump  # so that it is a dump
    for arrival in survey.arrivals:
        for held in (arrival.token, arrival.typed, arrival.key, arrival.receipt):
            for spelled in (held, held.replace("-", "")):
                assert spelled.lower() not in dump
                assert spelled.encode().hex() not in dump


def test_arrivals_are_numbers_of_a_place(survey: Survey) -> None:
    """Nothing in them could be that of one answer or code, and they add up to all that came."""
    rows = survey.before["arrival_counts"]
    assert sum(row["completed"] for row in rows) == PEOPLE
    shown = {name for row in rows for name in row} - {"writer", "place"}
    assert shown == {"campaign_id", "slot", "group", "school_key", "opened", "completed"}
    assert not [value for row in rows for value in row.values() if is_key(value)]


# No common order


def by_chance(order: Sequence[int]) -> bool:
    """Whether rows could lie like this by chance: by rank, and by how often the next to arrive lies further on."""
    rank = spearmanr(range(len(order)), order).statistic
    rising = sum(earlier < later for earlier, later in pairwise(order)) / (len(order) - 1)
    return abs(rank) < CHANCE and abs(rising - 0.5) < CHANCE / 2


def lying(rows: Sequence[Mapping[str, Any]], column: str, arrivals: Sequence[Any]) -> list[int]:
    """Where the row of each arrival lies, in the order of arrival."""
    where = {row[column]: rank for rank, row in enumerate(rows)}
    return [where[arrival] for arrival in arrivals]


def test_codes_do_not_lie_in_the_order_of_use(survey: Survey) -> None:
    ids = [arrival.code_id for arrival in survey.arrivals]
    assert by_chance(lying(survey.before["codes"], "id", ids))
    assert by_chance(lying(survey.after["codes"], "id", ids))


def test_using_a_code_leaves_its_row_alone(survey: Survey) -> None:
    """Where it lies and who wrote it is as it was when it was issued, used or not, before all of them and after."""
    for rows in (survey.before["codes"], survey.after["codes"]):
        ids = [row["id"] for row in rows]
        assert ids == sorted(ids)
        assert len({row.get("writer") for row in rows}) == 1


def test_responses_and_comments_of_a_closed_campaign_do_not_lie_in_the_order_of_arrival(survey: Survey) -> None:
    ids = [keyed(SECRET, "response", survey.campaign_id, arrival.key)[:16] for arrival in survey.arrivals]
    comments = [arrival.comment for arrival in survey.arrivals if arrival.comment]
    assert by_chance(lying(survey.after["responses"], "id", ids))
    assert by_chance(lying(survey.after["comments"], "text", comments))


def test_all_rows_of_a_closed_campaign_lie_in_the_order_of_random_ids(survey: Survey) -> None:
    for name in KEYED:
        ids = [row["id"] for row in survey.after[name]]
        assert ids == sorted(ids)


def test_arrivals_of_a_closed_campaign_lie_in_the_order_of_their_slots(survey: Survey) -> None:
    """So that where a row lies does not tell when it was last added to."""
    slots = [row["slot"] for row in survey.after["arrival_counts"]]
    assert slots == list(range(PEOPLE // TOGETHER + 1))


# Nothing hidden

on_postgres = pytest.mark.parametrize("survey", BACKENDS[1:], indirect=True)  # only its rows remember who wrote them


@on_postgres
def test_no_tally_names_the_transaction_of_one_of_its_codes(survey: Survey) -> None:
    """It names the last of them all: that of one response, but of the use of any of some two hundred codes."""
    tallies = survey.before["code_tallies"]
    shared = {row["writer"] for row in survey.before["responses"]} & {row["writer"] for row in tallies}
    assert len(shared) <= len(tallies)
    assert min(SIZE - marks_of(row).count(UNUSED) for row in tallies) > 1


@on_postgres
def test_no_count_of_arrivals_names_the_transaction_of_a_code_or_an_answer(survey: Survey) -> None:
    counted = {row["writer"] for row in survey.before["arrival_counts"]}
    assert len(counted) == PEOPLE // TOGETHER
    for name in LEDGERS.keys() - {"arrival_counts"}:
        assert not counted & {row["writer"] for row in survey.before[name]}, name


@on_postgres
def test_a_closed_campaign_names_one_transaction(survey: Survey) -> None:
    changed = [row for name, rows in survey.after.items() if name != "codes" for row in rows]
    assert len({row["writer"] for row in changed}) == 1


def test_closing_changes_no_value(survey: Survey) -> None:
    for name, table in LEDGERS.items():
        before, after = (
            {tuple(row[c.name] for c in table.c) for row in rows[name]} for rows in (survey.before, survey.after)
        )
        assert before == after
