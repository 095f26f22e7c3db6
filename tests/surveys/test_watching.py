"""The cockpit's numbers on both databases: counts by place, targets, half-widths, time, who stands still, reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.planning import half_width
from surveys import responses
from surveys.campaigns import CampaignView, get_campaign, papers_of
from surveys.fieldwork.arrivals import SLOT, add_arrivals, slot_of
from surveys.fieldwork.reminding import remind
from surveys.fieldwork.standings import Standing, Watch
from surveys.fieldwork.watching import watch
from surveys.models import Campaign, Plan, PlanCell, SamplingRule, SamplingRuleVersion, School
from surveys.responses import ImportedResponse
from tests import factories

NOW = factories.NOW  # ten in the morning
PEOPLE = {**factories.PEOPLE, None: {"npc_deputy": 20, "public": 5000}}


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    """Open for three days, and for two more."""
    factories.add_county(session, people=PEOPLE)
    factories.publish_paper(session)
    papers = {group: ["tiny"] for groups in PEOPLE.values() for group in groups}
    times = {"opens": (NOW - timedelta(days=3)).isoformat(), "closes": (NOW + timedelta(days=2)).isoformat()}
    return factories.add_campaign(session, papers=papers, **times)


def school(session: Session, code: str | None) -> int | None:
    return None if code is None else session.scalars(select(School.id).where(School.code == code)).one()


def answer(session: Session, campaign: CampaignView, group: str, code: str | None, count: int, given: int = 4) -> None:
    rows = [
        ImportedResponse(
            key=f"{group}|{code}|{number}",
            group=group,
            school_id=school(session, code),
            version_id=papers_of(session, campaign_id=campaign.id)[0].version_id,
            answers=bytes([given] * 3),
            language="zh-CN",
            received_on=factories.TODAY,
        )
        for number in range(count)
    ]
    responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=factories.SECRET)


def arrive(
    session: Session, campaign: CampaignView, group: str, code: str | None, ago: timedelta, came: tuple[int, int],
    *, few: bool = False,
) -> None:  # fmt: skip
    slot = slot_of(NOW - ago, few=few, timezone=factories.ZONE)
    add_arrivals(session, {(campaign.id, slot, group, school(session, code)): came})


def look(session: Session, campaign: CampaignView, now: datetime = NOW) -> Watch:
    current = get_campaign(session, name=campaign.name, now=now)
    return watch(session, campaign=current, now=now, timezone=factories.ZONE)


def at(seen: Watch, group: str, code: str | None) -> Standing:
    (found,) = (each for each in seen.places if (each.group, each.school_code) == (group, code))
    return found


def add_plan(session: Session, campaign: CampaignView, number: int = 1, **inputs: Any) -> Plan:
    rule = session.scalars(select(SamplingRule)).first() or SamplingRule(name="test")
    session.add(rule)
    session.flush()
    version = SamplingRuleVersion(
        sampling_rule_id=rule.id, number=number, document={}, digest=str(number), published_at=NOW
    )
    session.add(version)
    session.flush()
    places = {"campaign_id": campaign.id, "frame_id": campaign.frame_id, "rule_version_id": version.id}
    plan = Plan(**places, number=number, inputs=inputs, made_at=NOW)
    session.add(plan)
    session.flush()
    return plan


def add_cell(session: Session, plan: Plan, number: int, group: str, code: str | None, quota: int, **more: Any) -> None:
    place = {"plan_id": plan.id, "number": number, "group": group, "school_id": school(session, code)}
    session.add(PlanCell(**place, stratum="", population=60, quota=quota, **more))
    session.flush()


# Counts and targets


def test_a_place_from_its_codes_to_its_answers(session: Session, campaign: CampaignView) -> None:
    factories.add_posters(session, campaign)
    factories.issue_slips(session, campaign, count=3)
    answer(session, campaign, "parent", "P01", 30)
    arrive(session, campaign, "parent", "P01", timedelta(hours=2), (45, 29))
    amounts = at(look(session, campaign), "parent", "P01").amounts
    assert (amounts.posters, amounts.slips, amounts.opened, amounts.completed) == (1, 3, 45, 30)
    assert (amounts.base, amounts.rate) == ("population", 0.5)
    assert (amounts.target, amounts.missing, amounts.reached) == (42, 12, 30)


def test_the_rate_is_of_slips_where_there_is_nothing_else(session: Session, campaign: CampaignView) -> None:
    factories.issue_slips(session, campaign, count=40)
    answer(session, campaign, "parent", "P01", 10)
    amounts = at(look(session, campaign), "parent", "P01").amounts
    assert (amounts.base, amounts.rate, amounts.target) == ("issued", 0.25, 28)


def test_residents_are_no_target(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "public", None, 4)
    amounts = at(look(session, campaign), "public", None).amounts
    assert (amounts.target, amounts.missing, amounts.completed) == (None, 0, 4)


def test_one_place_s_plenty_is_not_another_s(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "parent", "P01", 60)
    seen = look(session, campaign)
    (parents,) = (each.amounts for each in seen.groups if each.group == "parent")
    assert (parents.target, parents.completed) == (42 + 28 + 56, 60)
    assert parents.missing == 28 + 56
    assert seen.total.amounts.missing == sum(each.amounts.missing for each in seen.places)
    assert sum(each.amounts.completed for each in seen.schools) == 60
    assert seen.neediest[0].school_code == "J01"


def test_targets_are_those_of_the_newest_plan(session: Session, campaign: CampaignView) -> None:
    add_cell(session, add_plan(session, campaign), 1, "parent", "P01", 50)
    newest = add_plan(session, campaign, number=2, deff=1.6)
    add_cell(session, newest, 1, "student", "P01", 10, band="low")
    add_cell(session, newest, 2, "student", "P01", 15, band="high")
    add_cell(session, newest, 3, "student", "P02", 20, invited=0)
    add_cell(session, newest, 4, "student", "J01", 20, invited=26)
    seen = look(session, campaign)
    targets = {(each.group, each.school_code): each.amounts.target for each in seen.places if each.amounts.target}
    assert targets == {("student", "P01"): 25, ("student", "J01"): 20}
    assert (seen.plan, seen.deff) == (2, 1.6)
    assert at(seen, "parent", "P01").amounts.target == 0


def test_without_a_plan_it_says_so(session: Session, campaign: CampaignView) -> None:
    assert (look(session, campaign).plan, look(session, campaign).deff) == (None, 2.0)


# Half-widths


def test_half_widths_are_made_of_counts(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "parent", "P01", 30)
    seen = look(session, campaign)
    (parents,) = (each.half_widths for each in seen.groups if each.group == "parent")
    assert parents.now == pytest.approx(float(half_width(30, share=0.85, deff=2, population=180)[0]))
    own = at(seen, "parent", "P01").half_widths
    assert own.now == pytest.approx(float(half_width(30, share=0.85, population=60)[0]))
    assert at(seen, "parent", "P02").half_widths.now is None
    assert seen.total.half_widths.now is None  # other groups are silent


def test_what_was_answered_changes_nothing(session: Session, campaign: CampaignView) -> None:
    """The same counts with the best and with the worst answers."""
    with session.begin_nested() as attempt:
        _answer_all(session, campaign, 4)
        best = look(session, campaign)
        attempt.rollback()
    _answer_all(session, campaign, 1)
    assert look(session, campaign) == best
    assert best.total.half_widths.now is not None


def _answer_all(session: Session, campaign: CampaignView, answers: int) -> None:
    for code, groups in PEOPLE.items():
        for group in groups:
            answer(session, campaign, group, code, 1, answers)


def test_the_pace_of_the_last_day_goes_on(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "parent", "P01", 20)
    arrive(session, campaign, "parent", "P01", timedelta(hours=40), (9, 9))
    arrive(session, campaign, "parent", "P01", timedelta(hours=5), (8, 7))
    own = at(look(session, campaign), "parent", "P01").half_widths  # two days more: 7 a day
    assert own.projected == pytest.approx(float(half_width(34, share=0.85, population=60)[0]))


def test_without_an_end_nothing_is_foreseen(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "parent", "P01", 20)
    session.scalars(select(Campaign).where(Campaign.id == campaign.id)).one().closes_at = None
    session.flush()
    seen = look(session, campaign)
    assert (seen.pace_hours, at(seen, "parent", "P01").half_widths.projected) == (None, None)


# Time


def test_hours_and_days(session: Session, campaign: CampaignView) -> None:
    arrive(session, campaign, "parent", "P01", timedelta(minutes=1), (3, 2))
    arrive(session, campaign, "student", "P02", timedelta(hours=1, minutes=5), (4, 4))
    arrive(session, campaign, "parent", "P01", timedelta(hours=30), (5, 5))
    seen = look(session, campaign)
    assert [(each.begins.hour, each.completed) for each in seen.hours if each.opened] == [(8, 4), (9, 2)]
    assert (len(seen.hours), seen.hours[-1].begins.hour) == (24, 10)
    assert [(each.begins.day, each.opened, each.completed) for each in seen.days] == [
        (9, 0, 0), (10, 0, 0), (11, 5, 5), (12, 7, 6),
    ]  # fmt: skip


def test_a_principal_s_hour_is_not_midnight(session: Session, campaign: CampaignView) -> None:
    arrive(session, campaign, "principal", "P01", timedelta(hours=1), (1, 1), few=True)
    arrive(session, campaign, "parent", "P01", timedelta(hours=10), (2, 2))
    seen = look(session, campaign)
    assert [(each.begins.hour, each.completed) for each in seen.hours if each.completed] == [(0, 2)]
    assert seen.days[-1].completed == 3


def test_a_scheduled_campaign_has_no_time_yet(session: Session, campaign: CampaignView) -> None:
    seen = look(session, campaign, now=NOW - timedelta(days=5))
    assert (seen.hours, seen.days, seen.still) == ((), (), ())


# Who stands still


@pytest.mark.parametrize(("ago", "still"), [(25, True), (23, False), (48, True)])
def test_a_place_stands_still_after_a_day(session: Session, campaign: CampaignView, ago: int, still: bool) -> None:
    arrive(session, campaign, "parent", "P01", timedelta(hours=ago), (1, 1))
    assert at(look(session, campaign), "parent", "P01").still == still


def test_pages_that_were_only_opened_are_no_answers(session: Session, campaign: CampaignView) -> None:
    arrive(session, campaign, "parent", "P01", timedelta(hours=1), (9, 0))
    found = at(look(session, campaign), "parent", "P01")
    assert (found.still, found.last_on) == (True, None)


def test_who_has_reached_the_target_may_rest(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "parent", "P01", 42)
    assert not at(look(session, campaign), "parent", "P01").still


def test_nobody_stands_still_on_the_first_day(session: Session, campaign: CampaignView) -> None:
    assert look(session, campaign, now=NOW - timedelta(days=2, hours=1)).still == ()
    assert look(session, campaign, now=NOW - timedelta(days=1, hours=23)).still != ()


def test_of_few_people_the_day_is_known_only(session: Session, campaign: CampaignView) -> None:
    """A teacher at noon of yesterday may have answered in the evening."""
    arrive(session, campaign, "teacher", "P02", timedelta(hours=30), (1, 1), few=True)
    assert not at(look(session, campaign), "teacher", "P02").still
    tomorrow = datetime(2026, 5, 12, 16, tzinfo=UTC)  # midnight in China
    assert at(look(session, campaign, now=tomorrow), "teacher", "P02").still


def test_a_closed_campaign_stands_as_it_ended(session: Session, campaign: CampaignView) -> None:
    arrive(session, campaign, "parent", "P01", timedelta(hours=2), (1, 1))
    after = look(session, campaign, now=NOW + timedelta(days=40))
    assert after.still == ()
    assert len(after.days) == 6  # of the campaign, not until today


def test_those_that_miss_most_come_first(session: Session, campaign: CampaignView) -> None:
    missing = [each.amounts.missing for each in look(session, campaign).still]
    assert missing == sorted(missing, reverse=True) != []


# Reminders


def test_a_school_hears_of_groups_and_of_no_single_person(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "student", "P01", 42)
    answer(session, campaign, "parent", "P01", 40)
    (p01,) = (each for each in remind(look(session, campaign)).schools if each.school_code == "P01")
    assert [(each.group, each.answers) for each in p01.missing] == [("parent", 2)]
    assert p01.few == ("teacher", "principal")


def test_the_list_does_not_tell_whether_a_principal_has_answered(session: Session, campaign: CampaignView) -> None:
    answer(session, campaign, "principal", "P01", 1)
    after = remind(look(session, campaign))
    named = {each.school_code: each.few for each in after.schools if each.school_code}
    assert named == dict.fromkeys(("P01", "P02", "J01"), ("teacher", "principal")), "in every letter the same"
    assert {each.group: each.answers for each in after.few} == {"principal": 2, "teacher": 6 + 4}


def test_what_one_place_alone_misses_is_no_line_of_the_county(session: Session, campaign: CampaignView) -> None:
    """If only one school has few of a group, the county's number is that school's."""
    watch = look(session, campaign)
    others = tuple(each for each in watch.places if each.group != "principal" or each.school_code == "P01")
    assert "principal" not in {each.group for each in remind(replace(watch, places=others)).few}


def test_a_school_that_misses_its_principal_only_is_not_on_the_list(session: Session, campaign: CampaignView) -> None:
    for group, count in (("student", 42), ("parent", 42)):
        answer(session, campaign, group, "P01", count)
    found = remind(look(session, campaign))
    assert "P01" not in {each.school_code for each in found.schools}
    assert found.answers == look(session, campaign).total.amounts.missing


def test_slots_are_those_of_arrivals() -> None:
    assert 3600 % SLOT == 0  # hours are whole slots
