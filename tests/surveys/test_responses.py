"""Responses: what is stored of a sheet, and what is refused with every problem at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import campaigns, models
from surveys.codes import Door
from surveys.errors import SurveyError
from surveys.instruments.parsing import instrument_from
from surveys.responses import ImportedResponse, Receipt, add_imported, check_answers
from tests.factories import (
    NOW,
    SECRET,
    TODAY,
    add_campaign,
    add_posters,
    add_slips,
    fill_in,
    fresh_key,
    instrument_document,
    open_door,
    publish_paper,
    send,
    used_codes,
    void,
)

TINY = instrument_from(instrument_document())
LATER = NOW + timedelta(days=1)


@pytest.fixture
def door(session: Session) -> Door:
    """The poster for the parents of a school in an open campaign."""
    posters = add_posters(session, add_campaign(session))
    return open_door(session, next(each for each in posters if (each.school_code, each.group) == ("P01", "parent")))


def stored(session: Session) -> models.Response:
    return session.scalars(select(models.Response)).one()


def count(session: Session, table: type[models.Base]) -> int | None:
    return session.scalar(select(func.count()).select_from(table))


def refused(session: Session, door: Door, **changes: Any) -> SurveyError:
    """The refusal, after which nothing is stored."""
    before = count(session, models.Response), count(session, models.Comment)
    used = used_codes(session)
    with pytest.raises(SurveyError) as caught:
        send(session, door, **changes)
    assert (count(session, models.Response), count(session, models.Comment)) == before
    assert used_codes(session) == used
    return caught.value


# Answers


@pytest.mark.parametrize(
    ("raw", "answers"),
    [
        ({"teaching": ["4"], "homework": ["9"], "overall": ["1"]}, b"\x04\x09\x01"),
        ({"overall": ["3"], "teaching": ["2"]}, b"\x02\x00\x03"),
        ({"teaching": [" 4 "], "homework": [""], "overall": ["9\n"]}, b"\x04\x00\x09"),
        ({"teaching": ["4"], "homework": [], "overall": ["9"]}, b"\x04\x00\x09"),
    ],
)
def test_answers_are_one_byte_an_item_in_the_order_of_the_paper(raw: dict[str, list[str]], answers: bytes) -> None:
    assert check_answers(TINY, raw) == answers


BAD = {
    "another option": (["5"], "not_an_option"),
    "blank by its code": (["0"], "not_an_option"),
    "a number too large for a byte": (["265"], "not_an_option"),
    "a negative number": (["-1"], "not_an_option"),
    "a sign": (["+4"], "not_an_option"),
    "a leading zero": (["04"], "not_an_option"),
    "a fraction": (["4.0"], "not_an_option"),
    "another script": (["４"], "not_an_option"),
    "an underscore": (["4_"], "not_an_option"),
    "a word": (["满意"], "not_an_option"),
    "a very long number": (["4" * 100_000], "not_an_option"),
    "nul": (["\0"], "not_an_option"),
    "twice": (["4", "4"], "repeated_field"),
    "twice, once blank": (["", "4"], "repeated_field"),
    "blank": ([""], "required"),
    "spaces": (["  "], "required"),
    "nothing": ([], "required"),
}


@pytest.mark.parametrize(("values", "problem"), BAD.values(), ids=BAD.keys())
def test_a_bad_answer_is_refused(values: list[str], problem: str) -> None:
    with pytest.raises(SurveyError) as caught:
        check_answers(TINY, fill_in(TINY, teaching=values))
    assert (caught.value.code, caught.value.kind) == ("answers.invalid", "invalid")
    assert [(each.code, each.field) for each in caught.value.problems] == [(f"answers.{problem}", "teaching")]


def test_every_problem_comes_at_once_in_the_order_of_the_paper(session: Session, door: Door) -> None:
    raw = {"zzz": ["1"], "overall": ["7"], "homework": ["1", "2"], "aaa": ["1"]}
    error = refused(session, door, raw=raw, comment="x" * 101, language="fr")
    assert [(each.code.removeprefix("answers."), each.field) for each in error.problems] == [
        ("required", "teaching"),
        ("repeated_field", "homework"),
        ("not_an_option", "overall"),
        ("unknown_field", "zzz"),
        ("unknown_field", "aaa"),
        ("comment_too_long", "comment"),
        ("language", "language"),
    ]
    assert all(each.value is None for each in error.problems)


def test_the_name_of_an_unknown_field_can_be_shown() -> None:
    with pytest.raises(SurveyError) as caught:
        check_answers(TINY, fill_in(TINY) | {"\ud800\0" + "x" * 500: ["1"]})
    name = caught.value.problems[0].field or ""
    assert name.startswith("??x")
    assert len(name.encode()) < 100


raws = st.dictionaries(
    st.sampled_from(["teaching", "homework", "overall", "other"]),
    st.lists(st.one_of(st.sampled_from(["1", "2", "3", "4", "9", "", "5", "0"]), st.text(max_size=4)), max_size=2),
)


@given(raws)
def test_answers_are_either_codes_of_the_paper_or_refused(raw: dict[str, list[str]]) -> None:
    one_each = all(len(values) < 2 for values in raw.values())
    first = {name: (raw.get(name) or [""])[0].strip() for name in ("teaching", "homework", "overall")}
    chosen = all(text in ("1", "2", "3", "4", "9", "") for text in first.values())
    if "other" not in raw and one_each and chosen and first["teaching"] and first["overall"]:
        assert check_answers(TINY, raw) == bytes(int(text or 0) for text in first.values())
        return
    with pytest.raises(SurveyError) as caught:
        check_answers(TINY, raw)
    assert caught.value.problems
    assert all(each.value is None and not each.params for each in caught.value.problems)


# What is stored


def test_a_sheet_is_one_row(session: Session, door: Door) -> None:
    receipt = send(session, door, raw=fill_in(TINY, homework=[""]), language="en", repeat_device=True)
    row = stored(session)
    assert (row.campaign_id, row.group, row.school_id) == (door.campaign.id, "parent", door.school_id)
    assert (row.version_id, row.answers) == (door.papers[0].version_id, b"\x04\x00\x04")
    assert (row.language, row.channel, row.received_on, row.pace, row.repeat_device) == ("en", "open", TODAY, 5, True)
    assert receipt == Receipt(receipt.number, TODAY, repeated=False)
    assert count(session, models.Comment) == 0


def test_a_personal_code_is_marked_and_the_row_says_personal(session: Session) -> None:
    slip = add_slips(session, add_campaign(session), count=2)[0]
    door = open_door(session, slip)
    send(session, door)
    assert stored(session).channel == "personal"
    assert used_codes(session) == {door.code_id: TODAY}


@pytest.mark.parametrize(("pace", "kept"), [(None, None), (-5, 0), (0, 0), (59, 59), (60, 60), (86_400, 60)])
def test_pace_is_capped(session: Session, door: Door, pace: int | None, kept: int | None) -> None:
    send(session, door, pace=pace)
    assert stored(session).pace == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  两行\r\n字 \r", "两行\n字"),
        ("a\tb\x07\x1b[31m\x85", "a b[31m"),
        ("家👨‍👩‍👧", "家👨‍👩‍👧"),
        ("<b>&amp;", "<b>&amp;"),
        ("字" * 100, "字" * 100),
        ("  " + "字" * 100 + "\n\n", "字" * 100),
        ("", None),
        (" \r\n\t", None),
        (None, None),
    ],
)
def test_a_comment_is_tidied_and_kept_apart(
    session: Session, door: Door, written: str | None, kept: str | None
) -> None:
    send(session, door, comment=written)
    found = session.scalars(select(models.Comment)).all()
    assert [(each.group, each.text) for each in found] == ([] if kept is None else [("parent", kept)])
    assert all(each.id != stored(session).id for each in found)


@pytest.mark.parametrize(
    ("written", "problem"),
    [("字" * 101, "comment_too_long"), ("a\0b", "comment_unreadable"), ("a\ud800", "comment_unreadable")],
)
def test_a_comment_that_cannot_be_kept_is_refused(session: Session, door: Door, written: str, problem: str) -> None:
    problems = refused(session, door, comment=written).problems
    assert [(each.code, each.field, each.value) for each in problems] == [(f"answers.{problem}", "comment", None)]


def test_a_comment_on_a_paper_without_a_box_is_an_unknown_field(session: Session) -> None:
    publish_paper(session, instrument="no-box", comment=None)
    add_campaign(session, campaign="other")
    papers = {group: ["no-box"] for group in ("student", "parent", "teacher", "principal", "npc_deputy")}
    door = open_door(session, add_posters(session, add_campaign(session, papers=papers))[0])
    assert [each.code for each in refused(session, door, comment="x").problems] == ["answers.unknown_field"]
    send(session, door, comment=" ")


# Refusals


@pytest.mark.parametrize("key", ["", "short", "x" * 15, "x" * 65, "with a space in it", "键" * 16, "k" * 16 + "\n"])
def test_a_missing_or_forged_key_is_refused(session: Session, door: Door, key: str) -> None:
    error = refused(session, door, key=key)
    assert (error.code, error.kind, error.params) == ("answers.no_key", "invalid", {})


def test_a_paper_of_another_door_is_refused(session: Session, door: Door) -> None:
    publish_paper(session, instrument="stranger")
    stranger = session.scalars(select(models.InstrumentVersion.id).order_by(models.InstrumentVersion.id.desc())).first()
    for version_id in (stranger, 10**6):
        assert refused(session, door, version_id=version_id).code == "answers.wrong_paper"


@pytest.mark.parametrize(
    ("opens", "closes", "code", "kind"),
    [
        (None, None, "campaign.not_yet_open", "conflict"),
        ("2026-06-01 08:00", None, "campaign.not_yet_open", "conflict"),
        ("2026-05-01 08:00", "2026-05-12 10:00", "campaign.closed", "gone"),  # to the second
    ],
)
def test_answers_out_of_time_are_refused(
    session: Session, opens: str | None, closes: str | None, code: str, kind: str
) -> None:
    slip = add_slips(session, add_campaign(session, opens=opens, closes=closes))[0]
    error = refused(session, open_door(session, slip), raw={})
    assert (error.code, error.kind) == (code, kind)


def test_the_state_is_that_of_the_moment_of_answering(session: Session) -> None:
    slip = add_slips(session, add_campaign(session, closes="2026-05-12 18:00"))[0]
    door = open_door(session, slip, now=NOW)
    assert refused(session, door, now=LATER).code == "campaign.closed"


def test_a_used_code_is_refused_before_its_answers_are_read(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    send(session, open_door(session, slip))
    error = refused(session, open_door(session, slip), raw={}, today=TODAY + timedelta(days=1))
    assert (error.code, error.kind, error.params) == ("code.used", "gone", {"day": TODAY})


def test_a_door_that_was_opened_before_the_code_was_used_is_refused(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    early = open_door(session, slip)
    send(session, open_door(session, slip))
    assert refused(session, early).code == "code.used"


def test_a_code_that_was_voided_meanwhile_is_refused(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    early = open_door(session, slip)
    void(session)
    assert refused(session, early).code == "code.void"


# Receipts


def test_a_repeat_gets_the_first_receipt_whatever_happened_since(session: Session) -> None:
    campaign = add_campaign(session)
    slip, key = add_slips(session, campaign)[0], fresh_key()
    first = send(session, open_door(session, slip), key=key)
    again = Receipt(first.number, TODAY, repeated=True)
    next_day = TODAY + timedelta(days=1)
    assert send(session, open_door(session, slip), key=key, today=next_day) == again
    assert send(session, open_door(session, slip), key=key, raw={"x": ["?"]}, version_id=0, language="?") == again
    campaigns.close_campaign(session, name=campaign.name, now=NOW + timedelta(hours=1))
    late = open_door(session, slip, now=LATER)
    assert late.campaign.state == "closed"
    assert send(session, late, key=key, now=LATER, today=next_day) == again
    assert count(session, models.Response) == 1


def test_a_key_that_comes_with_two_codes_uses_only_the_first(session: Session) -> None:
    one, other = add_slips(session, add_campaign(session), count=2)
    key = fresh_key()
    first = send(session, open_door(session, one), key=key)
    assert send(session, open_door(session, other), key=key).number == first.number
    assert open_door(session, other).used_on is None
    assert send(session, open_door(session, other)).repeated is False


def test_a_receipt_is_short_and_stored_nowhere(session: Session, door: Door) -> None:
    key = fresh_key()
    number = send(session, door, key=key).number
    assert [len(part) for part in number.split("-")] == [4, 4, 4]
    row = stored(session)
    plain = number.replace("-", "")
    assert all(plain not in str(getattr(row, column.name)) for column in models.Response.__table__.c)
    assert key.encode() not in row.id


def test_the_same_key_in_two_campaigns_is_two_responses(session: Session) -> None:
    key, numbers = fresh_key(), set()
    for name in ("one", "two"):
        slip = add_slips(session, add_campaign(session, campaign=name))[0]
        numbers.add(send(session, open_door(session, slip), key=key).number)
    assert len(numbers) == 2
    assert len(set(session.scalars(select(models.Response.id)))) == 2


# From elsewhere


def imported(door: Door, key: str, **changes: Any) -> ImportedResponse:
    row: dict[str, Any] = {
        "key": key,
        "group": door.group,
        "school_id": door.school_id,
        "version_id": door.papers[0].version_id,
        "answers": b"\x04\x00\x01",
        "language": "zh-CN",
        "received_on": TODAY,
    }
    return ImportedResponse(**(row | changes))


def test_imported_rows_are_stored_once(session: Session, door: Door) -> None:
    keys = {"campaign_id": door.campaign.id, "secret": SECRET}
    assert add_imported(session, rows=(imported(door, f"row {n}") for n in range(4_100)), **keys) == 4_100
    again = [imported(door, "row 1"), imported(door, "row 4100"), imported(door, "row 4100")]
    assert add_imported(session, rows=again, **keys) == 1
    assert add_imported(session, rows=[], **keys) == 0
    assert count(session, models.Response) == 4_101
    assert set(session.scalars(select(models.Response.channel))) == {"import"}


def test_what_an_imported_row_says_is_kept_once_and_apart(session: Session, door: Door) -> None:
    keys = {"campaign_id": door.campaign.id, "secret": SECRET}
    rows = [imported(door, "row 1", comment="操场太小"), imported(door, "row 2")]
    add_imported(session, rows=rows, **keys)
    add_imported(session, rows=rows, **keys)
    (comment,) = session.scalars(select(models.Comment)).all()
    assert (comment.group, comment.text) == (door.group, "操场太小")
    assert comment.id not in set(session.scalars(select(models.Response.id)))


def test_a_row_of_a_file_is_never_a_page_of_ours(session: Session, door: Door) -> None:
    key = fresh_key()
    send(session, door, key=key)
    assert add_imported(session, campaign_id=door.campaign.id, secret=SECRET, rows=[imported(door, key)]) == 1
