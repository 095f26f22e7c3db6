"""The draw: repeatable from its seed, audited cell by cell, and never redrawn behind slips that were handed out."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import CampaignView, close_campaign
from surveys.codes import count_issued
from surveys.errors import SurveyError
from surveys.models import Code, PlanCell, School
from surveys.plans import Given, make_plan
from surveys.plans.auditing import audit_plan
from surveys.plans.drawing import DrawView, draw_plan, find_draw, get_plan
from surveys.plans.inviting import issue_invited
from surveys.plans.positions import Envelope, list_envelopes
from surveys.plans.selection import Basis, Place, draw_all, order_of
from tests import factories
from tests.factories import NOW, SECRET, TODAY
from tests.surveys.drawn import PEOPLE, PUPILS, QUOTAS, RULE, SCHOOLS, STRATA, add_classes, add_drawable, add_plan

SEED = 20260512


def draw(session: Session, campaign: CampaignView, seed: int = SEED) -> DrawView:
    return draw_plan(session, campaign_id=campaign.id, seed=seed, now=NOW, by="officer")


def issue(session: Session, campaign: CampaignView, seed: int = 1) -> int:
    randoms = factories.drawer(seed)
    where = {"campaign_id": campaign.id, "secret": SECRET, "draw": randoms, "by": "officer"}
    return issue_invited(session, now=NOW, today=TODAY, **where)


def cells(session: Session) -> list[tuple[Any, ...]]:
    """What is stored, by school code and group."""
    query = select(PlanCell, School.code).outerjoin(School, School.id == PlanCell.school_id)
    rows = [
        (code or "", cell.group, cell.invited, cell.school_chance, cell.person_chance, cell.start)
        for cell, code in session.execute(query)
    ]
    return sorted(rows)


def refused(code: str, session: Session, campaign: CampaignView, **changes: Any) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        draw(session, campaign, **changes)
    assert caught.value.code == code
    return caught.value


def test_schools_are_drawn_once_for_all_their_groups(session: Session) -> None:
    campaign = add_drawable(session)
    found = draw(session, campaign)
    assert (found.schools, found.schools_there) == (3 + 2 + 1, 9)
    invited: dict[str, set[bool]] = {}
    for school, group, count, *_ in cells(session):
        invited.setdefault(school, set()).add(count > 0)
        if count and group == "student":
            assert count == 24, "20 answers at 1.2 invitations each"
    assert all(len(each) == 1 for each in invited.values()), "a school is asked for every group or for none"


def test_chances_are_kept_of_every_place(session: Session) -> None:
    """P1 has 400 + 400 + 40 + 2 of 1892 people in its stratum, and 3 schools are drawn: it is certain."""
    campaign = add_drawable(session)
    draw(session, campaign)
    stored = {(school, group): rest for school, group, *rest in cells(session)}
    assert stored["P1", "parent"][1:3] == [1.0, pytest.approx(24 / 400)]
    rest = {code: sum(PEOPLE[code].values()) for code in ("P2", "P3", "P4", "P5")}
    for code, people in rest.items():
        assert stored[code, "student"][1] == pytest.approx(2 * people / sum(rest.values()))
    assert stored["J1", "student"][1] == 1.0
    assert stored["", "npc_deputy"][:3] == [12, 1.0, pytest.approx(0.3)]


def test_the_same_seed_gives_the_same_whatever_the_order_of_rows(session: Session) -> None:
    campaign = add_drawable(session)
    one = draw(session, campaign)
    add_plan(session, campaign, number=2, reverse=True, rule=RULE)
    other = draw(session, campaign)
    rows = cells(session)
    assert [rows[place] for place in range(0, len(rows), 2)] == [rows[place] for place in range(1, len(rows), 2)]
    assert one.digest == other.digest


def test_anybody_can_repeat_a_draw_from_what_is_written_down(session: Session) -> None:
    """As docs/methods/weights.md tells it, in fractions and without the product: schools, then numbers on lists."""
    campaign = add_drawable(session)
    draw(session, campaign)
    bits = np.random.PCG64(SEED)
    drawn = {"J1", None}
    for stratum in ("rural.primary", "town.junior", "town.primary"):
        drawn |= by_size(stratum, turn_of(bits))
    found = {(each.school_code, each.group): each for each in envelopes(session, campaign)}
    for code in [*sorted(PUPILS), None]:
        for group, population in PEOPLE[code].items():
            turn, invited = turn_of(bits), min(population, -(-QUOTAS[group] * 12 // 10))
            first = turn * population // 1
            numbers = tuple(int((first + k * population) // invited) + 1 for k in range(invited))
            assert (code in drawn) == ((code, group) in found)
            if code in drawn:
                assert found[code, group].positions == numbers


def turn_of(bits: np.random.PCG64) -> Fraction:
    """The next number from 0 to 1: the upper 53 bits of 64."""
    return Fraction(int(bits.random_raw()) >> 11, 2**53)


def by_size(stratum: str, turn: Fraction) -> set[str | None]:
    locality, stage = stratum.split(".")
    sizes = {code: sum(PEOPLE[code].values()) for code in sorted(PUPILS) if SCHOOLS[code] == (stage, locality)}
    number, taken = STRATA.get(stratum, len(sizes)), set()
    while large := {code for code, size in sizes.items() if size * number > sum(sizes.values())}:
        taken |= large
        number, sizes = number - len(large), {code: size for code, size in sizes.items() if code not in large}
    reached = Fraction(0)
    for code, size in sizes.items():
        before, reached = reached, reached + Fraction(size * number, sum(sizes.values()))
        if any(before <= turn + k < reached for k in range(number)):
            taken.add(code)
    return taken


def envelopes(session: Session, campaign: CampaignView, **which: Any) -> tuple[Envelope, ...]:
    return list_envelopes(session, campaign_id=campaign.id, **which)


def test_another_seed_draws_anew_until_slips_are_out(session: Session) -> None:
    campaign = add_drawable(session)
    draw(session, campaign)
    before = cells(session)
    assert draw(session, campaign, 6).seed == 6
    assert cells(session) != before
    draw(session, campaign)
    assert cells(session) == before
    issue(session, campaign)
    assert draw(session, campaign).seed == SEED, "the same seed changes nothing and is no error"
    refused("draw.codes_issued", session, campaign, seed=6)
    assert cells(session) == before
    deeds = trail.list_deeds(session, campaign_id=campaign.id, action="plan.drawn")
    assert [deed.facts["seed"] for deed in deeds] == [SEED, 6, SEED]


def test_a_plan_that_follows_handed_out_slips_is_not_drawn(session: Session) -> None:
    campaign = add_drawable(session)
    draw(session, campaign)
    issue(session, campaign)
    add_plan(session, campaign, number=2)
    refused("draw.codes_issued", session, campaign)
    factories.void(session, Code.kind == "personal")
    draw(session, campaign)


def test_what_cannot_be_drawn_is_said_all_at_once(session: Session) -> None:
    strata = {"town.primary": 6, "rural.primary": 0, "urban.special": 1, "town.junior": 1}
    campaign = add_drawable(session, draw_schools=strata)
    cell = session.scalars(select(PlanCell).where(PlanCell.group == "npc_deputy")).one()
    cell.quota = 41
    error = refused("draw.impossible", session, campaign)
    assert [(each.code, each.path, each.value) for each in error.problems] == [
        ("draw.more_than_people", "npc_deputy", "41"),
        ("draw.schools_of_stratum", "town.primary", "6"),
        ("draw.schools_of_stratum", "rural.primary", "0"),
        ("draw.empty_stratum", "urban.special", "1"),
    ]
    assert find_draw(session, campaign_id=campaign.id) is None


def test_no_plan_no_draw(session: Session) -> None:
    campaign = factories.add_campaign(session)
    refused("plan.none", session, campaign)
    with pytest.raises(SurveyError, match=r"plan\.none"):
        envelopes(session, campaign)
    assert find_draw(session, campaign_id=campaign.id) is None


def test_a_plan_that_is_not_drawn_has_no_envelopes(session: Session) -> None:
    campaign = add_drawable(session)
    for call in (envelopes, issue):
        with pytest.raises(SurveyError, match=r"draw\.not_drawn"):
            call(session, campaign)
    with pytest.raises(SurveyError, match=r"draw\.not_drawn"):
        audit_plan(session, campaign_id=campaign.id)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_seeds_that_no_database_keeps(session: Session, seed: int) -> None:
    refused("draw.seed", session, add_drawable(session), seed=seed)


def test_a_closed_campaign_is_not_drawn(session: Session) -> None:
    campaign = add_drawable(session)
    draw(session, campaign)
    close_campaign(session, name=campaign.name, now=NOW)
    refused("draw.closed", session, campaign, seed=6)
    with pytest.raises(SurveyError, match=r"codes\.closed"):
        issue(session, campaign)


def test_a_school_without_rivals_and_a_list_that_is_too_short_are_told(session: Session) -> None:
    campaign = add_drawable(session, draw_schools={"town.junior": 1}, quotas={"principal": 2, "student": 50})
    told = {notice.code: notice.params for notice in draw(session, campaign).notices}
    assert told["draw_lone_school"] == {"stratum": "town.junior"}
    assert told["draw_short_list"] == {"group": "principal", "places": 9, "lacking": 9}, "3 invitations, 2 principals"


def test_everybody(session: Session) -> None:
    """A census is a plan: every chance is 1, and each place gets a slip for each of its people."""
    campaign = add_drawable(session, draw_schools=None, rule={**RULE, "people": "everyone"})
    found = draw(session, campaign)
    assert dict(found.invited) == dict(found.population)
    assert {(school, person) for _, _, _, school, person, _ in cells(session)} == {(1.0, 1.0)}
    for envelope in envelopes(session, campaign):
        assert envelope.positions == tuple(range(1, envelope.size + 1))
    assert issue(session, campaign) == sum(found.population.values())


def test_every_parent_by_the_rule_of_the_library(session: Session) -> None:
    """The plan as it is made, not by hand: nobody else is asked, and by the class lists all numbers of each class."""
    campaign = add_drawable(session)
    add_classes(session, {("P2", 3, 1): 30, ("P2", 4, 1): 30})
    make_plan(session, campaign_id=campaign.id, reference="every-parent", given=Given(), now=NOW, by="officer")
    assert dict(draw(session, campaign).invited) == {"parent": sum(PUPILS.values())}
    found = envelopes(session, campaign, school="P2")
    assert [(each.grade, each.positions) for each in found] == [(3, tuple(range(1, 31))), (4, tuple(range(1, 31)))]
    assert audit_plan(session, campaign_id=campaign.id).agrees


# Lists


def test_numbers_follow_class_lists(session: Session) -> None:
    """P2's 60 pupils sit in three classes; 24 of each group are invited at steps of 2.5 along them."""
    campaign = add_drawable(session, draw_schools=None)
    add_classes(session, {("P2", 5, 1): 20, ("P2", 3, 2): 15, ("P2", 3, 1): 25})
    draw(session, campaign)
    found = [each for each in envelopes(session, campaign, school="P2") if each.group == "student"]
    assert [(each.grade, each.number, each.size) for each in found] == [(3, 1, 25), (3, 2, 15), (5, 1, 20)]
    assert sum(len(each.positions) for each in found) == 24
    whole = [number + before for each, before in zip(found, (0, 25, 40), strict=True) for number in each.positions]
    assert set(map(int.__sub__, whole[1:], whole)) <= {2, 3}
    for each in found:
        assert list(each.positions) == sorted(set(each.positions))
        assert 1 <= each.positions[0] <= each.positions[-1] <= each.size
    (teachers,) = (each for each in envelopes(session, campaign, school="P2") if each.group == "teacher")
    assert (teachers.grade, teachers.size) == (None, 6)


def test_only_grades_that_are_asked(session: Session) -> None:
    """From grade 4 on: 60 of P3's pupils, whom the frame counts; the parents of all 120."""
    campaign = add_drawable(session, draw_schools=None, rule={**RULE, "grades": {"from": 4}})
    add_classes(session, {("P3", grade, 1): 20 for grade in range(1, 7)})
    cell = session.scalars(select(PlanCell).join(School).where(PlanCell.group == "student", School.code == "P3")).one()
    cell.population = 60
    draw(session, campaign)
    grades = {"student": set(), "parent": set()}
    for each in envelopes(session, campaign, school="P3"):
        if each.group in grades:
            grades[each.group].add(each.grade)
    assert grades == {"student": {4, 5, 6}, "parent": {1, 2, 3, 4, 5, 6}}


def test_lists_that_contradict_the_frame_are_told_and_not_used(session: Session) -> None:
    campaign = add_drawable(session, draw_schools=None, rule={**RULE, "grades": {"from": 4}})
    add_classes(session, {("P3", grade, 1): 20 for grade in range(1, 7)})
    told = [notice.params for notice in draw(session, campaign).notices if notice.code == "draw_lists_differ"]
    assert told == [{"group": "student", "places": 1}], "60 pupils from grade 4 on, 120 in the frame"
    (found,) = (each for each in envelopes(session, campaign, school="P3") if each.group == "student")
    assert (found.grade, found.size) == (None, 120)


def test_bands_have_lists_of_their_own(session: Session) -> None:
    campaign = add_drawable(session, draw_schools=None)
    add_classes(session, {("P3", grade, 1): 20 for grade in range(1, 7)})
    whole = session.scalars(select(PlanCell).join(School).where(PlanCell.group == "student", School.code == "P3")).one()
    whole.population, whole.quota, whole.band = 60, 5, "1-3"
    more = {"plan_id": whole.plan_id, "school_id": whole.school_id, "group": "student", "stratum": whole.stratum}
    session.add(PlanCell(number=500, band="4-6", population=60, quota=10, **more))
    draw(session, campaign)
    found = [each for each in envelopes(session, campaign, school="P3") if each.group == "student"]
    by_band = {"1-3": 0, "4-6": 0}
    for each in found:
        by_band[each.band] += len(each.positions)
        assert str(each.grade) in ("123" if each.band == "1-3" else "456")
    assert by_band == {"1-3": 6, "4-6": 12}
    issue(session, campaign)
    issued = count_issued(session, campaign_id=campaign.id)
    assert issued["student", whole.school_id].personal == 18


# The audit


def test_an_audit_finds_what_was_changed(session: Session) -> None:
    campaign = add_drawable(session)
    draw(session, campaign)
    audit = audit_plan(session, campaign_id=campaign.id)
    assert audit.agrees
    assert len(audit.cells) == 9 * 4 + 1
    cell = session.scalars(select(PlanCell).where(PlanCell.group == "npc_deputy")).one()
    cell.start = (cell.start or 0) + 0.1
    audit = audit_plan(session, campaign_id=campaign.id)
    assert not audit.agrees
    assert [(each.group, each.school_code) for each in audit.differing] == [("npc_deputy", None)]


def test_an_audit_finds_another_seed_another_quota_and_other_lists(session: Session) -> None:
    campaign = add_drawable(session)
    draw(session, campaign)
    plan = get_plan(session, campaign_id=campaign.id)
    plan.seed = 6
    assert len(audit_plan(session, campaign_id=campaign.id).differing) > 10
    plan.seed = SEED
    cell = session.scalars(select(PlanCell).join(School).where(School.code == "J1", PlanCell.group == "student")).one()
    cell.quota -= 5
    audit = audit_plan(session, campaign_id=campaign.id)
    assert ("student", "J1") in {(each.group, each.school_code) for each in audit.differing}
    cell.quota += 5
    assert audit_plan(session, campaign_id=campaign.id).agrees
    plan.inputs = {"draw_schools": {"town.primary": 4, "rural.primary": 2}}
    assert not audit_plan(session, campaign_id=campaign.id).agrees


def test_over_many_seeds_every_school_has_its_chance() -> None:
    places = [
        Place(group, code, "", "county" if code is None else ".".join(reversed(SCHOOLS[code])), people, 1, 0, people)
        for code, groups in PEOPLE.items()
        for group, people in groups.items()
    ]
    basis = Basis(tuple(sorted(places, key=order_of)), STRATA, 1.0, everyone=False, source={})
    draws = [draw_all(basis, seed) for seed in range(500)]
    assert {sum(each.invited > 0 for each in drawn) for drawn in draws} == {6 * 4 + 1}
    for at, each in enumerate(draws[0]):
        often = np.mean([drawn[at].invited > 0 for drawn in draws])
        error = (each.school_chance * (1 - each.school_chance) / len(draws)) ** 0.5
        assert abs(often - each.school_chance) <= 4.5 * error, each.place.name


# Slips


def test_as_many_slips_as_people_were_invited(session: Session) -> None:
    campaign = add_drawable(session)
    found = draw(session, campaign)
    assert issue(session, campaign) == sum(found.invited.values())
    issued = count_issued(session, campaign_id=campaign.id)
    invited = {(cell.group, cell.school_id): cell.invited for cell in session.scalars(select(PlanCell)) if cell.invited}
    assert {place: each.personal for place, each in issued.items()} == invited
    assert issue(session, campaign, seed=2) == 0, "again, nothing is missing"
    factories.void(session, Code.group == "npc_deputy", Code.position <= 4)
    assert issue(session, campaign, seed=3) == 4
    deeds = trail.list_deeds(session, campaign_id=campaign.id, action="codes.issued")
    assert [deed.facts["count"] for deed in deeds] == [4, sum(found.invited.values())]
    positions = session.scalars(select(Code.position).where(Code.group == "npc_deputy")).all()
    assert sorted(positions) == list(range(1, 17)), "a number is never given to a second slip"


def test_slips_that_were_issued_by_hand_count(session: Session) -> None:
    campaign = add_drawable(session, draw_schools=None)
    factories.issue_slips(session, campaign, group="npc_deputy", school=None, count=5, seed=9)
    found = draw(session, campaign)
    assert issue(session, campaign) == sum(found.invited.values()) - 5


def test_thousands_of_slips_in_many_places_take_seconds(session: Session) -> None:
    people: dict[str | None, dict[str, int]] = {f"S{n:03}": {"student": 20, "parent": 20} for n in range(50)}
    factories.add_county(session, people=people, schools=dict.fromkeys(map(str, people), ("primary", "town")))
    campaign = factories.add_campaign(session)
    add_plan(session, campaign, draw_schools=None, rule={**RULE, "people": "everyone"})
    begin = perf_counter()
    draw(session, campaign)
    assert issue(session, campaign) == 2_000
    assert perf_counter() - begin < 30


def test_a_campaign_that_is_over_by_its_date(session: Session) -> None:
    campaign = add_drawable(session)
    close_campaign(session, name=campaign.name, now=NOW)
    with pytest.raises(SurveyError, match=r"draw\.closed"):
        draw_plan(session, campaign_id=campaign.id, seed=1, now=NOW + timedelta(days=1), by="officer")
