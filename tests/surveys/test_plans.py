"""Plans: quotas by hand, what they buy, what cannot be planned, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import campaigns, evaluations, plans, trail
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.models import FrameClass, Plan, PlanCell, SamplingRuleVersion, School
from surveys.plans import Given, Proposal
from surveys.plans.drawing import draw_plan
from surveys.sampling.versions import publish_rule
from tests import factories
from tests.factories import NOW

# Three localities, four strata; J01 stands alone in its own.
SCHOOLS = {
    "P01": ("primary", "urban"),
    "P02": ("primary", "urban"),
    "P03": ("primary", "rural"),
    "P04": ("primary", "rural"),
    "J01": ("junior", "town"),
}
PUPILS = {"P01": 1200, "P02": 800, "P03": 300, "P04": 100, "J01": 1600}
COUNTY = {"npc_deputy": 200, "cppcc_member": 150, "public": 400_000}
PEOPLE: Mapping[str | None, Mapping[str, int]] = {
    **{code: {"student": n, "parent": n, "teacher": n // 20, "principal": 1} for code, n in PUPILS.items()},
    None: COUNTY,
}
SEVEN = ("student", "parent", "teacher", "principal", "npc_deputy", "cppcc_member", "public")


def people(**changes: Mapping[str, int]) -> Mapping[str | None, Mapping[str, int]]:
    """The people, with other numbers at some schools."""
    return {code: dict(groups) | dict(changes.get(code or "county", {})) for code, groups in PEOPLE.items()}


def county(session: Session, there: Mapping[str | None, Mapping[str, int]] = PEOPLE, **changes: Any) -> CampaignView:
    factories.add_county(session, people=there, schools=SCHOOLS)
    asked = {group: ["tiny"] for groups in there.values() for group in groups}
    return factories.add_campaign(session, **({"papers": asked} | changes))


def propose(session: Session, campaign: CampaignView, reference: str, **given: Any) -> Proposal:
    return plans.propose(session, campaign_id=campaign.id, reference=reference, given=Given(**given), now=NOW)


def make(session: Session, campaign: CampaignView, reference: str = "compulsory-2012", **given: Any) -> plans.PlanView:
    inputs = Given(**({"residents": 380_000} | given))
    return plans.make_plan(session, campaign_id=campaign.id, reference=reference, given=inputs, now=NOW, by="officer")


def publish(session: Session, text: str, name: str = "mine") -> str:
    head = f"rule: {name}\ntitle: {{zh-CN: 我的, en: Mine}}\nsource: {{zh-CN: 自定, en: own}}\n"
    publish_rule(session, content=head + text, now=NOW)
    return name


def add_classes(session: Session, campaign: CampaignView, lists: Mapping[str, Mapping[int, list[int]]]) -> None:
    """Pupils of the classes of each grade of some schools."""
    ids = {code: school_id for school_id, code in session.execute(select(School.id, School.code))}
    for code, grades in lists.items():
        for grade, classes in grades.items():
            for number, pupils in enumerate(classes, start=1):
                key = {"frame_id": campaign.frame_id, "school_id": ids[code], "grade": grade, "number": number}
                session.add(FrameClass(**key, pupils=pupils))
    session.flush()


def asked(proposal: Proposal) -> dict[str, int]:
    return {line.group: line.asked for line in proposal.groups}


def quotas(proposal: Proposal, group: str) -> dict[str | None, int]:
    return {cell.school_code: cell.quota for cell in proposal.cells if cell.group == group}


def notices(proposal: Proposal, code: str) -> list[Mapping[str, object]]:
    return [notice.params for notice in proposal.notices if notice.code == code]


def problems(session: Session, campaign: CampaignView, reference: str, **given: Any) -> list[str]:
    with pytest.raises(SurveyError) as refused:
        propose(session, campaign, reference, **given)
    assert (refused.value.code, refused.value.kind) == ("plan.impossible", "invalid")
    assert session.scalar(select(func.count()).select_from(Plan)) == 0
    return [problem.code for problem in refused.value.problems]


# The rules of the field, by hand


def test_six_hundred_are_three_hundred_parents_and_six_times_fifty(session: Session) -> None:
    found = propose(session, county(session, people(P01={"principal": 60})), "compulsory-2012", residents=380_000)
    assert asked(found) == dict.fromkeys(SEVEN, 50) | {"parent": 300}
    assert [(line.group, line.shortfall) for line in found.groups if line.shortfall] == []


@pytest.mark.parametrize(
    ("reference", "residents", "parents", "others"),
    [
        ("compulsory-2012", 520_000, 390, 65),  # 780
        ("compulsory-2012", 399_999, 300, 50),
        ("compulsory-2024", 380_000, 285, 48),  # 570: 47.5 each
        ("compulsory-2024", 120_000, 90, 15),  # 180, no floor
    ],
)
def test_one_and_a_half_per_mille(session: Session, reference: str, residents: int, parents: int, others: int) -> None:
    found = propose(session, county(session), reference, residents=residents)
    assert asked(found) == dict.fromkeys(SEVEN, others) | {"parent": parents}
    assert found.residents == residents


@pytest.mark.parametrize(
    ("residents", "size"),
    [(150_000, 200), (200_000, 300), (599_999, 500), (600_000, 700), (800_000, 900), (2_000_000, 1000)],
)
def test_the_banded_preschool_table(session: Session, residents: int, size: int) -> None:
    found = propose(session, county(session), "preschool-2022", residents=residents)
    deputies = -(-size * 25 // 1000)
    assert asked(found) == {
        "parent": size * 7 // 10,
        "teacher": size // 5,
        "principal": size // 20,
        "npc_deputy": deputies,
        "cppcc_member": deputies,
    }
    assert {params["group"] for params in notices(found, "plan_group_not_asked")} == {"student", "public"}


def test_a_preschool_county_of_2024_has_a_floor_of_three_hundred(session: Session) -> None:
    found = propose(session, county(session), "preschool-2024", residents=150_000)
    assert asked(found)["parent"] == 150
    assert asked(found)["teacher"] == 38  # a quarter of the other 150


def test_fixed_numbers_are_capped_at_the_people_there_are(session: Session) -> None:
    found = propose(session, county(session, people(county={"public": 900})), "fixed-numbers")
    assert asked(found) == {"parent": 1000, "public": 1000}
    (short,) = notices(found, "plan_group_too_small")
    assert short == {"group": "public", "asked": 1000, "people": 900}
    assert [(line.quota, line.shortfall) for line in found.groups] == [(1000, 0), (900, 100)]


def test_parents_by_the_classes_of_a_school(session: Session) -> None:
    """Up to 4 classes per grade 15, up to 6 20, more 25: of each grade that a school has, on average."""
    campaign = county(session, people(P04={"parent": 11}))
    lists = {"P01": (6, 5), "P02": (6, 4), "P03": (6, 6), "P04": (2, 1), "J01": (3, 7)}
    add_classes(
        session,
        campaign,
        {code: {grade: [300] * classes for grade in range(1, grades + 1)} for code, (grades, classes) in lists.items()},
    )
    found = propose(session, campaign, "per-school-classes")
    assert quotas(found, "parent") == {"P01": 20, "P02": 15, "P03": 20, "P04": 11, "J01": 25}
    assert {cell.school_code: cell.invited for cell in found.cells} == {
        "P01": 60, "P02": 45, "P03": 60, "P04": 11, "J01": 75,
    }  # fmt: skip
    assert notices(found, "plan_schools_short") == [{"group": "parent", "strata": 1, "lacking": 4}]


def test_everyone_is_invited_and_seven_in_ten_should_come(session: Session) -> None:
    found = propose(session, county(session), "everyone")
    assert all(cell.invited == cell.population for cell in found.cells)
    assert {line.group: (line.quota, line.invited) for line in found.groups}["parent"] == (2800, 4000)
    only = propose(session, found_campaign(session), "every-parent")
    assert [line.group for line in only.groups] == ["parent"]


def found_campaign(session: Session) -> CampaignView:
    return campaigns.get_campaign(session, name="tiny", now=NOW)


# Localities, stages, schools, bands


def test_localities_in_proportion_to_residents_then_schools_to_their_people(session: Session) -> None:
    """300 parents: 150 urban, 60 town, 90 rural; the urban 150 as 1,200 and 800, the rural 90 as 300 and 100."""
    name = publish(session, "size: {by: fixed, answers: {parent: 300}}\nlocalities: residents\n")
    shares = {"urban": 190_000, "town": 76_000, "rural": 114_000}
    found = propose(session, county(session), name, localities=shares)
    assert quotas(found, "parent") == {"P01": 90, "P02": 60, "P03": 68, "P04": 22, "J01": 60}
    assert [(line.stratum, line.asked) for line in found.strata] == [
        ("urban.primary", 150),
        ("town.junior", 60),
        ("rural.primary", 90),
    ]


def test_without_residents_of_localities_the_frame_decides_and_says_so(session: Session) -> None:
    found = propose(session, county(session), "compulsory-2024", residents=380_000)
    assert notices(found, "plan_localities_unknown") == [{}]
    assert {line.stratum: line.asked for line in found.strata if line.group == "parent"} == {
        "urban.primary": 143,  # of 285: 142.5
        "town.junior": 114,
        "rural.primary": 28,  # 28.5
    }


def test_a_locality_without_schools_leaves_its_quota_empty(session: Session) -> None:
    there = {code: groups for code, groups in PEOPLE.items() if code != "J01"}
    name = publish(session, "size: {by: fixed, answers: {parent: 100}}\nlocalities: residents\n")
    shares = {"urban": 50, "town": 30, "rural": 20}
    found = propose(session, county(session, there), name, localities=shares)
    assert notices(found, "plan_empty_stratum") == [{"group": "parent", "locality": "town", "asked": 30}]
    assert [(line.asked, line.quota) for line in found.groups] == [(100, 70)]
    assert sum(quotas(found, "parent").values()) == 70, "what one place lacks no other gives"


def test_a_stratum_that_has_not_people_enough(session: Session) -> None:
    name = publish(session, "size: {by: fixed, answers: {parent: 1000}}\nlocalities: residents\n")
    found = propose(session, county(session), name, localities={"urban": 20, "town": 20, "rural": 60})
    (short,) = notices(found, "plan_stratum_short")
    assert short == {"group": "parent", "stratum": "rural.primary", "asked": 600, "people": 400}
    assert [line.shortfall for line in found.groups] == [200]


def test_whom_no_answer_is_wanted_of(session: Session) -> None:
    name = publish(session, "size: {by: fixed, answers: {parent: 8}}\n")
    found = propose(session, county(session), name)
    assert notices(found, "plan_left_out") == [{"group": "parent", "places": 1, "people": 100}]


def test_grade_bands_get_about_as_many(session: Session) -> None:
    """50 pupils, 25 of grades 3 to 6 and 25 of 7 to 9, though there are twice as many of the latter."""
    campaign = county(session, people(**{code: {"student": 0} for code in ("P03", "P04")}))
    halves = {"P01": {1: [900], 3: [600], 6: [600]}, "P02": {4: [800]}, "J01": {7: [800], 9: [800]}}
    add_classes(session, campaign, halves)
    text = "size: {by: fixed, answers: {student: 50}}\ngrades: {from: 3, to: 9, bands: [[3, 6], [7, 9]]}\n"
    found = propose(session, campaign, publish(session, text))
    rows = {(cell.school_code, cell.band): (cell.population, cell.quota) for cell in found.cells}
    assert rows == {("P01", "3-6"): (1200, 15), ("P02", "3-6"): (800, 10), ("J01", "7-9"): (1600, 25)}


def test_bands_need_the_lists_of_all_schools(session: Session) -> None:
    campaign = county(session)
    add_classes(session, campaign, {"J01": {7: [800], 9: [800]}})
    found = propose(session, campaign, "compulsory-2024", residents=380_000)
    assert notices(found, "plan_bands_without_lists") == [{"group": "student"}]
    assert {cell.band for cell in found.cells} == {""}


@pytest.mark.parametrize(
    ("schools", "drawn"),
    [
        ("{draw: pps, number: 4}", {"rural.primary": 1, "town.junior": 1, "urban.primary": 2}),
        ("{draw: pps, number: 5}", {"rural.primary": 2, "town.junior": 1, "urban.primary": 2}),
        ("{draw: pps, number: 9}", {"rural.primary": 2, "town.junior": 1, "urban.primary": 2}),
        ("{draw: pps, share: 0.4}", {"rural.primary": 2, "town.junior": 1, "urban.primary": 2}),
    ],
)
def test_how_many_schools_are_drawn(session: Session, schools: str, drawn: dict[str, int]) -> None:
    name = publish(session, f"size: {{by: fixed, answers: {{parent: 300}}}}\nschools: {schools}\n")
    found = propose(session, county(session), name)
    assert found.draw_schools == drawn
    assert bool(notices(found, "plan_all_schools")) == ("9" in schools)
    assert notices(found, "plan_lone_school") == [{"stratum": "town.junior"}]
    single = [{"stratum": "rural.primary", "schools": 2}] if drawn["rural.primary"] == 1 else []
    assert notices(found, "plan_single_draw") == single


def test_each_school_that_is_drawn_is_asked_for_as_many(session: Session) -> None:
    """Rural parents 30 of 300; one of two schools is drawn and asked for all of them."""
    name = publish(session, "size: {by: fixed, answers: {parent: 300}}\nschools: {draw: pps, number: 4}\n")
    found = propose(session, county(session), name)
    assert quotas(found, "parent") == {"P01": 75, "P02": 75, "P03": 30, "P04": 30, "J01": 120}
    assert [(line.group, line.asked, line.quota) for line in found.groups] == [("parent", 300, 300)]


# What it buys


@pytest.mark.parametrize(("answers", "width"), [(600, 4.0), (2000, 2.2), (5000, 1.4)])
def test_the_published_half_widths(session: Session, answers: int, width: float) -> None:
    name = publish(session, f"size: {{by: fixed, answers: {{public: {answers}}}}}\n")
    found = propose(session, county(session), name, deff=2.0)
    assert found.groups[0].half_width is not None
    assert round(100 * found.groups[0].half_width, 1) == width
    assert found.half_width == pytest.approx(found.groups[0].half_width, rel=1e-5)


def test_the_composite_weighs_as_the_scorecard_does(session: Session) -> None:
    """sqrt(sum (W h)^2), W = 1/2 for parents and 1/12 for each other group; who is not asked is named."""
    found = propose(session, county(session), "compulsory-2012", residents=380_000)
    widths = {line.group: line.half_width or 0 for line in found.groups}
    weights = dict.fromkeys(SEVEN, 1 / 12) | {"parent": 1 / 2}
    expected = sum((weights[group] * width) ** 2 for group, width in widths.items()) ** 0.5
    assert found.half_width == pytest.approx(expected, rel=1e-3)  # N and N - 1
    assert found.line == 0.85
    assert found.shows is not None
    assert 0.88 < found.shows < 0.92
    parents = propose(session, found_campaign(session), "every-parent")
    assert len(notices(parents, "plan_composite_lacks")) == 6


def test_more_design_effect_is_less_precise(session: Session) -> None:
    campaign = county(session)
    widths = [
        propose(session, campaign, "compulsory-2012", residents=380_000, deff=deff).half_width or 0
        for deff in (1, 2, 4)
    ]
    assert widths[1] / widths[0] == pytest.approx(2**0.5)
    assert widths[2] / widths[0] == pytest.approx(2)


def test_design_effects_of_an_earlier_campaign(session: Session) -> None:
    campaign = county(session)
    slips = factories.add_slips(session, campaign, count=6)
    for slip in slips:
        factories.send(session, factories.open_door(session, slip))
    later = factories.add_campaign(session, campaign="later", papers={group: ["tiny"] for group in SEVEN})
    assert problems(session, later, "compulsory-2012", residents=380_000, earlier="tiny") == ["plan.earlier_unscored"]
    evaluations.evaluate(session, name="tiny", now=NOW)
    found = propose(session, later, "compulsory-2012", residents=380_000, earlier="tiny")
    row = next(each for each in evaluations.find_evaluation(session, name="tiny").result["groups"]  # type: ignore[union-attr]
               if each["group"] == "parent")  # fmt: skip
    deffs = {line.group: line.deff for line in found.groups}
    assert deffs["parent"] == pytest.approx(max(1, row["n"] / row["n_eff"]))
    assert deffs["teacher"] == 2.0
    assert {params["group"] for params in notices(found, "plan_deff_missing")} == set(SEVEN) - {"parent"}


# What cannot be planned


def test_everything_that_is_wrong_at_once(session: Session) -> None:
    campaign = county(session, people(P01={"parent": 0}))
    add_classes(session, campaign, {"P02": {4: [700]}})
    given = {"residents": 0, "localities": {"urban": -1}, "deff": 0.5, "earlier": "nothing"}
    assert problems(session, campaign, "compulsory-2024", **given) == [
        "plan.residents_wrong",
        "plan.residents_wrong",
        "plan.locality_missing",
        "plan.locality_missing",
        "plan.deff_twice",
        "plan.deff_wrong",
        "plan.lists_contradict",
        "plan.parents_missing",
        "plan.earlier_unknown",
    ]


@pytest.mark.parametrize(
    ("reference", "given", "codes"),
    [
        ("compulsory-2012", {}, ["plan.residents_missing"]),
        ("compulsory-2024", {"residents": 2000}, ["plan.too_few_answers"]),
        ("compulsory-2012", {"residents": 3_000_000_000}, ["plan.residents_wrong"]),
        ("fixed-numbers", {"deff": float("nan")}, ["plan.deff_wrong"]),
        ("per-school-classes", {}, ["plan.classes_missing"] * 5),
        (
            "compulsory-2024",
            {"residents": 9000, "localities": {"urban": 3000, "town": 3000, "rural": 2000}},
            ["plan.residents_contradict"],
        ),
    ],
)
def test_refusals(session: Session, reference: str, given: dict[str, Any], codes: list[str]) -> None:
    assert problems(session, county(session), reference, **given) == codes


def test_fewer_schools_than_strata_are_refused(session: Session) -> None:
    name = publish(session, "size: {by: fixed, answers: {parent: 300}}\nschools: {draw: pps, number: 2}\n")
    assert problems(session, county(session), name) == ["plan.too_few_schools"]


def test_schools_without_lists_are_named(session: Session) -> None:
    campaign = county(session)
    add_classes(session, campaign, {"P01": {3: [1200]}, "P02": {3: [800]}})
    with pytest.raises(SurveyError) as refused:
        propose(session, campaign, "per-school-classes")
    assert [(each.field, each.value) for each in refused.value.problems] == [
        (code, f"{code}学校（模拟）") for code in ("J01", "P03", "P04")
    ]


@pytest.mark.parametrize(
    ("lists", "codes"),
    [
        ({1: [900], 3: [600], 6: [600]}, []),  # those of grades 1 and 2 are not asked
        ({3: [600], 6: [599]}, ["plan.lists_contradict"]),
        ({3: [600], 6: [601]}, ["plan.lists_contradict"]),
    ],
)
def test_lists_that_contradict_the_frame(session: Session, lists: dict[int, list[int]], codes: list[str]) -> None:
    campaign = county(session)
    add_classes(session, campaign, {"P01": lists})
    if codes:
        assert problems(session, campaign, "compulsory-2024", residents=380_000) == codes
    else:
        assert propose(session, campaign, "compulsory-2024", residents=380_000).cells


def test_without_a_word_about_grades_lists_are_only_too_short(session: Session) -> None:
    campaign = county(session)
    add_classes(session, campaign, {"P01": {1: [900], 3: [1200]}, "P02": {3: [799]}})
    assert problems(session, campaign, "compulsory-2012", residents=380_000) == ["plan.lists_short"]


def test_a_group_that_the_frame_does_not_have(session: Session) -> None:
    there = {code: groups for code, groups in PEOPLE.items() if code is not None}
    campaign = county(session, there, papers={group: ["tiny"] for group in SEVEN})
    found = propose(session, campaign, "compulsory-2012", residents=380_000)
    assert [params["group"] for params in notices(found, "plan_group_missing")] == [
        "npc_deputy",
        "cppcc_member",
        "public",
    ]
    assert found.groups[-1] == replace(found.groups[-1], population=0, asked=50, quota=0, invited=0, half_width=None)


def test_nobody_to_ask(session: Session) -> None:
    name = publish(session, "size: {by: fixed, answers: {npc_deputy: 10}}\n")
    there = {code: groups for code, groups in PEOPLE.items() if code is not None}
    assert problems(session, county(session, there), name) == ["plan.nobody"]


# What is kept


def test_a_plan_is_what_was_proposed(session: Session) -> None:
    campaign = county(session)
    before = propose(session, campaign, "compulsory-2012", residents=380_000)
    made = make(session, campaign)
    assert (made.number, made.made_at, made.drawn_at, made.seed) == (1, NOW, None, None)
    assert made.proposal == before
    assert plans.find_plan_view(session, campaign_id=campaign.id) == made
    (deed,) = trail.list_deeds(session, campaign_id=campaign.id, action="plan.made")
    assert (deed.by, deed.facts) == ("officer", {"plan": 1, "rule": "compulsory-2012@1", "answers": 555})
    assert session.scalar(select(func.count()).select_from(PlanCell)) == len(before.cells)


def test_what_a_draw_needs_is_in_the_plan(session: Session) -> None:
    text = "size: {by: fixed, answers: {parent: 300}}\nschools: {draw: pps, number: 4}\nreturns: 0.8\n"
    make(session, county(session), publish(session, text), residents=None)
    (inputs,) = session.scalars(select(Plan.inputs))
    assert inputs["draw_schools"] == {"rural.primary": 1, "town.junior": 1, "urban.primary": 2}
    assert (inputs["invite"], inputs["deff"]) == (1.25, 2.0)


def test_the_same_again_changes_nothing_and_another_is_the_next(session: Session) -> None:
    campaign = county(session)
    assert make(session, campaign) == make(session, campaign)
    again = make(session, campaign, residents=520_000)
    assert again.number == 2
    assert plans.get_plan_view(session, campaign_id=campaign.id) == again
    assert len(trail.list_deeds(session, campaign_id=campaign.id, action="plan.made")) == 2


def test_no_plan(session: Session) -> None:
    campaign = county(session)
    assert plans.find_plan_view(session, campaign_id=campaign.id) is None
    with pytest.raises(SurveyError, match=r"plan\.none"):
        plans.get_plan_view(session, campaign_id=campaign.id)


def test_a_proposal_writes_nothing(session: Session) -> None:
    propose(session, county(session), "compulsory-2012", residents=380_000)
    for table in (Plan, PlanCell, SamplingRuleVersion):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_slips_in_hand_hold_the_plan(session: Session) -> None:
    campaign = county(session)
    made = make(session, campaign)
    factories.add_slips(session, campaign, count=3)
    with pytest.raises(SurveyError) as refused:
        make(session, campaign, residents=520_000)
    assert (refused.value.code, refused.value.kind) == ("plan.codes_issued", "conflict")
    assert refused.value.params == {"count": 3}
    assert plans.get_plan_view(session, campaign_id=campaign.id) == make(session, campaign) == made
    factories.void(session)
    assert make(session, campaign, residents=520_000).number == 2


def test_posters_do_not_hold_it(session: Session) -> None:
    campaign = county(session)
    factories.add_posters(session, campaign)
    assert make(session, campaign).number == 1


def test_a_closed_campaign_is_planned_no_more(session: Session) -> None:
    campaign = county(session)
    with pytest.raises(SurveyError) as refused:
        plans.make_plan(
            session,
            campaign_id=campaigns.close_campaign(session, name=campaign.name, now=NOW).id,
            reference="everyone",
            given=Given(),
            now=NOW + timedelta(hours=1),
            by="officer",
        )
    assert (refused.value.code, refused.value.kind) == ("plan.campaign_closed", "conflict")
    assert session.scalar(select(func.count()).select_from(Plan)) == 0


def test_other_counties_campaigns_are_no_earlier_ones(session: Session) -> None:
    campaign = county(session)
    factories.add_campaign(session, campaign="elsewhere", county="other")
    assert problems(session, campaign, "everyone", earlier="elsewhere") == ["plan.earlier_unknown"]


# And drawn


@pytest.mark.parametrize("schools", ["{draw: pps, number: 4}", "{draw: pps, share: 0.4}", "{draw: all}"])
def test_every_kind_of_plan_can_be_drawn(session: Session, schools: str) -> None:
    text = f"size: {{by: rate, rate: 0.0015}}\nshares: {{parent: 0.5}}\nreturns: 0.7\nschools: {schools}\n"
    campaign = county(session)
    made = make(session, campaign, publish(session, text))
    drawn = draw_plan(session, campaign_id=campaign.id, seed=7, now=NOW, by="officer")
    assert drawn.schools == (sum(made.proposal.draw_schools.values()) or 5)
    seen = plans.get_plan_view(session, campaign_id=campaign.id)
    assert (seen.seed, seen.drawn_at) == (7, NOW)
    promised = {(cell.school_code, cell.group): cell.invited for cell in made.proposal.cells}
    for cell in seen.proposal.cells:
        assert cell.invited in (0, promised[cell.school_code, cell.group])
    assert sum(drawn.invited.values()) == sum(cell.invited for cell in seen.proposal.cells)


def test_bands_and_everyone_can_be_drawn(session: Session) -> None:
    campaign = county(session, people(**{code: {"student": 0} for code in ("P03", "P04")}))
    add_classes(session, campaign, {"P01": {3: [600], 6: [600]}, "P02": {4: [800]}, "J01": {7: [800], 9: [800]}})
    for reference in ("compulsory-2024", "everyone"):
        made = make(session, campaign, reference)
        drawn = draw_plan(session, campaign_id=campaign.id, seed=made.number, now=NOW, by="officer")
        assert sum(drawn.invited.values()) == sum(line.invited for line in made.proposal.groups)
