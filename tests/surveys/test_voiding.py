"""Voiding and reissuing: all that were named or none, the trail, and what nobody is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import campaigns, codes, models, trail
from surveys.campaigns import CampaignView
from surveys.codes import Slip
from surveys.codes.counts import Issued
from surveys.codes.naming import Which, read_positions
from surveys.codes.voiding import Deed, list_reissued, list_voids, reissue_slips, void_slips
from surveys.errors import SurveyError
from tests.factories import (
    NOW,
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
    send,
)

CHECKED = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    return add_campaign(session)


@pytest.fixture
def slips(session: Session, campaign: CampaignView) -> tuple[Slip, ...]:
    add_posters(session, campaign)
    return add_slips(session, campaign, count=6)


def typed(*slips: Slip | str) -> Which:
    return Which([slip if isinstance(slip, str) else slip.typed for slip in slips])


def deed(campaign: CampaignView, which: Which, **changes: Any) -> dict[str, Any]:
    keys: dict[str, Any] = {"campaign_id": campaign.id, "secret": SECRET, "which": which, "reason": "丢在路上"}
    return {**keys, "today": TODAY, "now": NOW, "by": "officer", **changes}


def void(session: Session, campaign: CampaignView, which: Which, **changes: Any) -> Any:
    return void_slips(session, **deed(campaign, which, **changes))


def reissue(session: Session, campaign: CampaignView, which: Which, **changes: Any) -> Deed:
    return reissue_slips(session, draw=drawer(77), **deed(campaign, which, **changes))


def live(session: Session, campaign: CampaignView, **wanted: Any) -> list[Slip]:
    return [slip for slip in list_slips(session, campaign, **wanted) if slip.voided_on is None]


def problems(refused: pytest.ExceptionInfo[SurveyError]) -> list[tuple[str, int | str | None]]:
    return [(each.code, each.row or each.path) for each in refused.value.problems]


def test_codes_as_they_were_typed(session: Session, campaign: CampaignView, slips: Sequence[Slip]) -> None:
    loose = slips[1].typed.lower().replace("-", " ")
    void(session, campaign, typed(slips[0], loose, "", f"  {slips[2].token}  "))
    assert [slip.position for slip in live(session, campaign, kind="personal")] == [4, 5, 6]
    for slip in slips[:3]:
        with pytest.raises(SurveyError, match=r"code\.void"):
            open_door(session, slip)
    assert codes.count_issued(session, campaign_id=campaign.id)["parent", _school_id(session)] == Issued(
        {"poster": 1, "slip": 3}, 3
    )


def _school_id(session: Session) -> int:
    return session.scalars(select(models.School.id).where(models.School.code == "P01")).one()


def test_everything_that_is_wrong_is_said_with_its_line_and_nothing_is_voided(
    session: Session, campaign: CampaignView, slips: Sequence[Slip]
) -> None:
    other = add_campaign(session, campaign="elsewhere", county="other")
    (foreign,) = add_slips(session, other, seed=9)
    send(session, open_door(session, slips[0]))
    void(session, campaign, typed(slips[1]))
    wrong = slips[3].typed[:-1] + next(sign for sign in CHECKED if sign != slips[3].typed[-1])
    with pytest.raises(SurveyError, match=r"codes\.not_voided") as refused:
        void(session, campaign, typed(slips[0], slips[1], slips[2], wrong, "好", slips[2], foreign))
    assert problems(refused) == [
        ("slips.used", 1),
        ("slips.void", 2),
        ("slips.mistyped", 4),
        ("slips.unknown", 5),
        ("slips.twice", 6),
        ("slips.unknown", 7),
    ]
    assert all(each.value is None for each in refused.value.problems)
    assert len(live(session, campaign, kind="personal")) == 5
    assert open_door(session, foreign).code.voided_on is None


def test_a_used_code_keeps_its_use(session: Session, campaign: CampaignView, slips: Sequence[Slip]) -> None:
    send(session, open_door(session, slips[0]))
    void(session, campaign, Which(group="parent", school="P01", unused=True))
    assert [slip.used_on for slip in live(session, campaign, kind="personal")] == [TODAY]


def test_slips_by_what_stands_above_their_sheet(
    session: Session, campaign: CampaignView, slips: Sequence[Slip]
) -> None:
    void(session, campaign, Which(group="parent", school="P01", positions=(2, 3)))
    with pytest.raises(SurveyError) as refused:
        void(session, campaign, Which(group="parent", school="P01", positions=(3, 4, 4, 7)))
    assert problems(refused) == [("slips.void", "3"), ("slips.twice", "4"), ("slips.unknown", "7")]
    assert [slip.position for slip in live(session, campaign, kind="personal")] == [1, 4, 5, 6]


def test_a_place_is_only_that_place(session: Session, campaign: CampaignView, slips: Sequence[Slip]) -> None:
    issue_slips(session, campaign, school="P02", seed=5, count=2)
    issue_slips(session, campaign, school="P01", seed=6, count=2, way="sms")
    issue_slips(session, campaign, school=None, group="npc_deputy", seed=7, count=2)
    void(session, campaign, Which(group="parent", school="P01", unused=True))
    left = live(session, campaign, kind="personal")
    assert [(slip.school_code, slip.way) for slip in left] == [("P01", "sms")] * 2 + [("P02", "slip")] * 2 + [
        (None, "slip")
    ] * 2
    void(session, campaign, Which(group="npc_deputy", unused=True))
    assert len(live(session, campaign, kind="personal")) == 4


@pytest.mark.parametrize(
    ("which", "code"),
    [
        (Which(), "codes.which"),
        (Which(group="parent", school="P01"), "codes.which"),
        (Which(group="parent", school="P01", unused=True, poster=True), "codes.which"),
        (Which(group="nobody", school="P01", unused=True), "codes.which"),
        (Which(group="parent", school="X99", unused=True), "codes.none_to_void"),
        (Which(["", " "]), "codes.none_to_void"),
        (Which(["1"] * 5001), "codes.too_many"),
    ],
)
def test_who_does_not_say_which(session: Session, campaign: CampaignView, which: Which, code: str) -> None:
    with pytest.raises(SurveyError) as refused:
        void(session, campaign, which)
    assert refused.value.code == code


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 201])
def test_a_reason_is_needed(session: Session, campaign: CampaignView, slips: Sequence[Slip], reason: str) -> None:
    with pytest.raises(SurveyError, match=r"codes\.reason"):
        void(session, campaign, typed(slips[0]), reason=reason)


def test_lost_slips_are_replaced_where_they_were(
    session: Session, campaign: CampaignView, slips: Sequence[Slip]
) -> None:
    issue_slips(session, campaign, school="P02", seed=5, count=3)
    (elsewhere, *_) = list_slips(session, campaign, kind="personal", school="P02")
    done = reissue(session, campaign, typed(slips[0], slips[4], elsewhere))
    new = list_reissued(session, campaign_id=campaign.id, secret=SECRET, number=done.number)
    assert [(slip.school_code, slip.position) for slip in new] == [("P01", 7), ("P01", 8), ("P02", 4)]
    assert done.count == 3
    assert not {slip.token for slip in new} & {slip.token for slip in slips}
    for slip in new:
        send(session, open_door(session, slip))
    assert len(live(session, campaign, kind="personal")) == 6 + 3


def test_a_leaked_poster_is_replaced_and_no_other(
    session: Session, campaign: CampaignView, slips: Sequence[Slip]
) -> None:
    void(session, campaign, Which(group="teacher", school="P02", poster=True))
    (leaked,) = list_slips(session, campaign, kind="open", group="parent", school="P01")
    done = reissue(session, campaign, Which(group="parent", school="P01", poster=True))
    (new,) = list_reissued(session, campaign_id=campaign.id, secret=SECRET, number=done.number)
    assert new.token != leaked.token
    assert open_door(session, new).kind == "open"
    with pytest.raises(SurveyError, match=r"code\.void"):
        open_door(session, leaked)
    assert live(session, campaign, kind="open", group="teacher", school="P02") == []


def test_the_trail_says_who_why_and_how_many_and_never_which(
    session: Session, campaign: CampaignView, slips: Sequence[Slip]
) -> None:
    done = reissue(session, campaign, typed(*slips[:2]), reason=" 班主任\n弄丢了 ")
    voided, reissued = reversed(trail.list_deeds(session, campaign_id=campaign.id))
    assert (voided.action, reissued.action) == ("codes.voided", "codes.reissued")
    assert {(each.by, each.at, each.facts["reason"]) for each in (voided, reissued)} == {
        ("officer", NOW, "班主任 弄丢了")
    }
    new = list_reissued(session, campaign_id=campaign.id, secret=SECRET, number=done.number)
    told = json.dumps([dict(each.facts) for each in (voided, reissued)])
    for slip in (*slips, *new):
        assert slip.token not in told
        assert slip.typed not in told
        assert slip.typed.replace("-", "") not in told
    first, second = list_voids(session, campaign_id=campaign.id)
    assert first == done
    assert (second.count, second.reissued) == (2, False)


def test_no_deed_of_that_number(session: Session, campaign: CampaignView, slips: Sequence[Slip]) -> None:
    void(session, campaign, typed(slips[0]))
    for number in (1, 99):
        with pytest.raises(SurveyError, match=r"codes\.no_deed"):
            list_reissued(session, campaign_id=campaign.id, secret=SECRET, number=number)


def test_what_is_over_stays_as_it_is(session: Session, campaign: CampaignView, slips: Sequence[Slip]) -> None:
    campaigns.close_campaign(session, name="tiny", now=NOW)
    with pytest.raises(SurveyError, match=r"codes\.closed"):
        void(session, campaign, typed(slips[0]))
    with pytest.raises(SurveyError, match=r"codes\.closed"):
        issue_slips(session, campaign, now=NOW)
    keys: dict[str, Any] = {"campaign_id": campaign.id, "secret": SECRET, "today": TODAY, "draw": drawer(3)}
    with pytest.raises(SurveyError, match=r"codes\.closed"):
        codes.issue_open(session, now=NOW, **keys)


def test_schools_of_one_code_in_two_counties(session: Session, campaign: CampaignView, slips: Sequence[Slip]) -> None:
    add_county(session, code="other")
    done = reissue(session, campaign, Which(group="parent", school="P01", poster=True))
    (new,) = list_reissued(session, campaign_id=campaign.id, secret=SECRET, number=done.number)
    assert open_door(session, new).school_id == _school_id_in(session, "demo")


def _school_id_in(session: Session, county: str) -> int:
    query = select(models.School.id).join(models.Region, models.Region.id == models.School.county_id)
    return session.scalars(query.where(models.School.code == "P01", models.Region.code == county)).one()


def test_positions_as_people_write_them() -> None:
    assert read_positions("11-13,35") == (11, 12, 13, 35)
    assert read_positions(" 1、2；7–8 9 ") == (1, 2, 7, 8, 9)
    assert read_positions("  ") == ()
    for text in ("a", "3-1", "1-", "-2", "1-9999", "1.5", "1-3-5"):
        with pytest.raises(SurveyError, match=r"codes\.positions"):
            read_positions(text)
