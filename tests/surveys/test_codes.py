"""Codes: issued by cell, printed in two forms, found however they are written, kept only as digests."""

from __future__ import annotations

import random
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveys import codes, models
from surveys.codes.forms import check_character, is_checked, token_of, typed_of
from surveys.crockford import ALPHABET, encode, normalise
from surveys.errors import SurveyError
from tests.factories import (
    NOW,
    PEOPLE,
    SECRET,
    TODAY,
    add_campaign,
    add_county,
    add_posters,
    add_slips,
    drawer,
    issue_slips,
    list_slips,
    open_door,
    publish_paper,
    send,
    void,
)

LOOK_ALIKES = {"0": "0OoＯ０", "1": "1IiLl１ｌ"}
GAPS = ["", " ", "-", "—", "–", "‑", "－", "　", "\u200b", "−", "\n"]
one_code = st.binary(min_size=16, max_size=16)


def refused(session: Session, typed: str) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        open_door(session, typed)
    return caught.value


# Issuing


def test_there_is_one_open_code_for_every_school_and_group_with_people(session: Session) -> None:
    posters = add_posters(session, add_campaign(session))
    cells = [(school, group) for school, groups in PEOPLE.items() for group in groups]
    assert sorted((each.school_code or "", each.group) for each in posters) == sorted(
        (school or "", group) for school, group in cells
    )


def test_nobody_needs_a_code_where_nobody_is(session: Session) -> None:
    campaign = add_campaign(session)
    session.execute(update(models.FrameCell).values(population=0).where(models.FrameCell.group == "principal"))
    assert "principal" not in {each.group for each in add_posters(session, campaign)}


def test_open_codes_are_issued_once(session: Session) -> None:
    campaign = add_campaign(session)
    first = add_posters(session, campaign)
    keys = {
        "campaign_id": campaign.id,
        "secret": SECRET,
        "now": NOW,
        "today": TODAY + timedelta(days=1),
        "draw": drawer(9),
    }
    assert codes.issue_open(session, **keys) == 0
    assert list_slips(session, campaign) == first


def test_a_void_poster_is_replaced(session: Session) -> None:
    campaign = add_campaign(session)
    first = add_posters(session, campaign)
    void(session, models.Code.group == "npc_deputy")
    assert len(add_posters(session, campaign, seed=5)) == len(first) + 1


def test_personal_codes_are_numbered_on(session: Session) -> None:
    campaign = add_campaign(session)
    add_slips(session, campaign, count=3)
    slips = add_slips(session, campaign, count=2, seed=3)
    assert [each.position for each in slips] == [1, 2, 3, 4, 5]
    assert len({each.token for each in slips} | {each.typed for each in slips}) == 10


def test_personal_codes_of_the_county_have_no_school(session: Session) -> None:
    campaign = add_campaign(session)
    assert issue_slips(session, campaign, group="npc_deputy", school=None, count=2) == 2
    assert {each.school_code for each in list_slips(session, campaign, group="npc_deputy")} == {None}


@pytest.mark.parametrize(
    ("group", "school"),
    [("parent", None), ("npc_deputy", "P01"), ("parent", "X99"), ("public", None), ("martian", "P01")],
)
def test_codes_for_nobody_in_the_frame_are_refused(session: Session, group: str, school: str | None) -> None:
    campaign = add_campaign(session)
    with pytest.raises(SurveyError) as caught:
        issue_slips(session, campaign, group=group, school=school)
    assert (caught.value.code, caught.value.kind) == ("codes.outside_frame", "invalid")


@pytest.mark.parametrize("count", [0, -1, 200_001])
def test_a_count_without_sense_is_refused(session: Session, count: int) -> None:
    campaign = add_campaign(session)
    with pytest.raises(SurveyError) as caught:
        issue_slips(session, campaign, count=count)
    assert caught.value.code == "codes.count"


def test_an_id_whose_typed_form_is_taken_is_drawn_again(session: Session) -> None:
    campaign = add_campaign(session)
    again = iter([b"a" * 16, b"a" * 16, b"a" * 16, b"b" * 16, b"b" * 16, b"c" * 16])
    keys = {
        "campaign_id": campaign.id,
        "group": "parent",
        "school": "P01",
        "secret": SECRET,
        "now": NOW,
        "today": TODAY,
    }
    codes.issue_personal(session, count=1, draw=lambda _: next(again), **keys)
    codes.issue_personal(session, count=2, draw=lambda _: next(again), **keys)
    assert set(session.scalars(select(models.Code.id))) == {b"a" * 16, b"b" * 16, b"c" * 16}


def test_slips_are_in_the_order_of_school_group_and_position(session: Session) -> None:
    campaign = add_campaign(session)
    add_posters(session, campaign)
    add_slips(session, campaign, count=2)
    slips = list_slips(session, campaign)
    places = [(each.school_code, each.group, each.kind, each.position) for each in slips]
    parents = ("P01", "parent")
    assert places[0] == ("J01", "student", "open", 1)
    assert places[5:8] == [(*parents, "open", 1), (*parents, "personal", 1), (*parents, "personal", 2)]
    assert places[-1] == (None, "npc_deputy", "open", 1)
    only = list_slips(session, campaign, kind="open", school="P02", group="teacher")
    assert [(each.school_code, each.group) for each in only] == [("P02", "teacher")]


# The forms


def test_the_forms_derive_from_id_and_secret_alone() -> None:
    code_id = bytes(range(16))
    assert token_of(SECRET, code_id) == token_of(SECRET, code_id) != token_of(b"another", code_id)
    assert typed_of(SECRET, code_id)[:9] != token_of(SECRET, code_id)[:9]


@given(one_code)
def test_the_scanned_form_has_120_bits_and_the_typed_form_a_check(code_id: bytes) -> None:
    token, typed = token_of(SECRET, code_id), typed_of(SECRET, code_id)
    assert (len(token), len(typed)) == (24, 10)
    assert set(token + typed) <= set(ALPHABET)
    assert is_checked(typed)


def test_base_32_spells_five_bits_a_character() -> None:
    assert encode(bytes([0b00000_000, 0b01_00010_0, 0b0011_0000, 0b0_0000000, 0]), 4) == "0123"
    assert encode(b"\xff" * 5, 8) == "Z" * 8


def test_the_check_character_is_that_of_luhn_by_hand() -> None:
    # base 32: from the right every second value doubles, and a doubled value of 32 or more adds its two digits
    assert check_character("1") == "Y"  # 2 x 1 = 2, and 30 more make 32
    assert check_character("Z") == "1"  # 2 x 31 = 62 = 1·32 + 30, so 31, and 1 more
    assert check_character("10") == "Z"  # 2 x 0 + 1 = 1, and 31 more


@given(one_code, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_every_wrong_character_is_caught(code_id: bytes, place: int, wrong: str) -> None:
    typed = typed_of(SECRET, code_id)
    changed = typed[:place] + wrong + typed[place + 1 :]
    assert is_checked(changed) == (changed == typed)


def test_nearly_every_swap_of_neighbours_is_caught() -> None:
    missed = swapped = 0
    for number in range(500):
        typed = typed_of(SECRET, bytes([number % 256] * 15 + [number // 256]))
        for place in range(9):
            changed = typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
            swapped += changed != typed
            missed += changed != typed and is_checked(changed)
    assert missed < swapped * 0.01


@given(st.text(ALPHABET, min_size=10, max_size=24), st.randoms(use_true_random=False))
def test_a_code_reads_the_same_however_it_is_written(code: str, chance: random.Random) -> None:
    written = ""
    for sign in code:
        wide = chr(ord(sign) + 0xFEE0)
        written += chance.choice([*LOOK_ALIKES.get(sign, ""), sign, sign.lower(), wide]) + chance.choice(GAPS)
    assert normalise(written[:100]) == code[: len(normalise(written[:100]))]
    assert normalise(unicodedata.normalize("NFD", code)) == code


# Doors


def test_a_door_is_found_by_either_form(session: Session) -> None:
    campaign = add_campaign(session)
    slip = add_slips(session, campaign)[0]
    door = open_door(session, slip.token)
    assert door == open_door(session, slip.typed) == open_door(session, slip.token.lower())
    assert (door.campaign, door.kind, door.group, door.used_on) == (campaign, "personal", "parent", None)
    assert (door.place.school_code, door.place.school_name) == ("P01", "P01学校（模拟）")
    assert [each.instrument.name for each in door.papers] == ["tiny"]


def test_a_typed_code_may_be_written_badly(session: Session) -> None:
    campaign = add_campaign(session)
    for slip in add_slips(session, campaign, count=40):
        written = slip.typed.replace("0", "o").replace("1", "l").replace("-", " — ").lower()
        assert open_door(session, written).code_id == open_door(session, slip.token).code_id


def test_a_door_has_the_papers_that_fit_its_school(session: Session) -> None:
    publish_paper(session, instrument="for-juniors", stages=["junior", "nine_year"])
    publish_paper(session, instrument="for-primary", stages=["primary"])
    add_campaign(session, campaign="other")  # the county and the tiny paper
    papers = {group: ["tiny"] for groups in PEOPLE.values() for group in groups}
    papers["student"] = ["for-primary", "tiny", "for-juniors"]
    campaign = add_campaign(session, papers=papers)
    names = {}
    for slip in add_posters(session, campaign):
        door = open_door(session, slip)
        names[(door.place.school_code, door.group)] = [each.instrument.name for each in door.papers]
    assert names[("P01", "student")] == ["for-primary", "tiny"]
    assert names[("J01", "student")] == ["tiny", "for-juniors"]
    assert names[(None, "npc_deputy")] == ["tiny"]


def test_a_door_knows_where_the_frame_has_few_people(session: Session) -> None:
    """At a school and in the county: six committee members are as easily told apart as the teachers of P01."""
    add_county(session, people={**PEOPLE, None: {"npc_deputy": 20, "cppcc_member": 6}})
    groups = ("student", "parent", "teacher", "principal", "npc_deputy", "cppcc_member")
    campaign = add_campaign(session, papers={group: ["tiny"] for group in groups})
    few = {
        (slip.group, slip.school_code): open_door(session, slip).place.few for slip in add_posters(session, campaign)
    }
    assert (few["cppcc_member", None], few["npc_deputy", None]) == (True, False)
    assert (few["teacher", "P01"], few["teacher", "J01"]) == (True, False)


def test_a_door_knows_the_day_its_code_was_used(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    send(session, open_door(session, slip))
    assert open_door(session, slip).used_on == TODAY


def test_a_door_says_the_state_of_its_campaign(session: Session) -> None:
    slip = add_slips(session, add_campaign(session, closes="2026-05-20 18:00"))[0]
    states = [open_door(session, slip, now=NOW + timedelta(days=days)).campaign.state for days in (-9, 0, 9)]
    assert states == ["scheduled", "open", "closed"]


NO_CODES = ["", " ", "-", "ABC", "A" * 23, "A" * 24, "A" * 25, "U" * 24, "问卷" * 12, "\0" * 24, "🙂", "A" * 1_000_000]


@pytest.mark.parametrize("typed", NO_CODES, ids=lambda typed: repr(typed)[:30])
def test_what_is_no_code_is_unknown(session: Session, typed: str) -> None:
    add_slips(session, add_campaign(session))
    error = refused(session, typed)
    assert (error.code, error.kind, error.problems, error.params) == ("code.unknown", "missing", (), {})


def test_a_mistyped_code_is_told_from_an_unknown_one(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    wrong = "Z" if slip.typed[3] != "Z" else "Y"
    for typed in (slip.typed[:3] + wrong + slip.typed[4:], "U" * 10, "AB*DE-FGHJK"):
        error = refused(session, typed)
        assert (error.code, error.kind) == ("code.mistyped", "invalid")
    another = typed_of(b"another secret", bytes(16))  # its check is right
    assert refused(session, another).code == "code.unknown"


def test_a_void_code_is_gone(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    void(session)
    error = refused(session, slip.token)
    assert (error.code, error.kind) == ("code.void", "gone")


def test_no_refusal_and_no_printout_carries_a_code(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    door = open_door(session, slip)
    void(session)
    said = [refused(session, slip.token), refused(session, slip.typed[:-1] + "U"), refused(session, slip.token[:20])]
    told = "".join(f"{error!r}{error.args}{error.params}{error.problems}" for error in said) + repr(door) + repr(slip)
    for secret in (slip.token, slip.token[:10], slip.typed, slip.typed[:5], repr(door.code_id)):
        assert secret not in told


def test_another_secret_opens_nothing(session: Session) -> None:
    slip = add_slips(session, add_campaign(session))[0]
    with pytest.raises(SurveyError) as caught:
        codes.find_door(session, typed=slip.token, secret=b"another", now=NOW)
    assert caught.value.code == "code.unknown"
